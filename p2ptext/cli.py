"""Commands of `flask --app wsgi ...`: the processes, and what an operator does by hand."""

import gc
import json
from typing import Any

import click
from flask import Flask, current_app
from rq import Worker
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from sqlalchemy.orm import configure_mappers

from p2ptext import giving_way, logs
from p2ptext.alarms import watching
from p2ptext.background import QUEUES
from p2ptext.conversations import tending
from p2ptext.counting import catching_up
from p2ptext.counting import commands as counting_commands
from p2ptext.exports import lost_jobs as looking_after_exports
from p2ptext.extensions import db, log, redis
from p2ptext.review import lost_jobs
from p2ptext.texting import dispatcher as dispatching
from p2ptext.texting import ledger_commands, sweeping
from p2ptext.texting.carrier import provider


class AppWorker(Worker):
    """Runs each job inside the application, on database connections of its own process."""

    app: Flask

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the process made for this job alone."""
        giving_way.this_process(_niceness(queue.name))
        super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        with self.app.app_context():
            # The parent's connections must not be used, nor closed, from a forked child.
            db.engine.dispose(close=False)
            return bool(super().perform_job(job, queue, execution))

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Note a failure by its kind and place: the message of an exception may hold rows."""
        kind, error, _ = exc_info
        log.error(
            "job_failed",
            job=job.func_name,
            ids=job.args,
            error=kind.__name__,
            where=logs.place_of(error),
        )

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> None:
        """Keep the exception's message out of the queue's memory as well."""
        super().handle_job_failure(job, queue, *args, **kwargs | {"exc_string": ""})


def _niceness(queue: str | None) -> int:
    """How much a worker of this queue, or of all, gives way; a worker of all gives way more for slow jobs."""
    return giving_way.SLOW if queue == QUEUES[1] else giving_way.BACKGROUND


def _settle() -> None:
    """Have jobs share the memory of this process.

    A job runs in a copy of it, and whatever the copy writes to becomes its own: all mappers where it makes
    them ready, and every object that is looked at for garbage. Without this an export needs 90 MB, not 30.
    """
    configure_mappers()
    gc.collect()
    gc.freeze()


@click.command()
@click.argument("queue", required=False, type=click.Choice(QUEUES))
def worker(queue: str | None) -> None:
    """Run jobs one after another: of one queue, or of both where none is named.

    Exports and the grouping of replies wait in the queue `slow`, everything else in `default`. A process
    for each keeps lists from waiting until an export is over.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    giving_way.this_process(_niceness(queue))
    running = AppWorker([queue] if queue else list(QUEUES), connection=redis.patient)
    running.app = app
    _settle()
    running.work(with_scheduler=True, logging_level="WARNING")


@click.command()
def dispatcher() -> None:
    """Hand due texts to the carrier, and repair what crashes left."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    chores = (
        *tending.CHORES,
        *catching_up.CHORES,
        *watching.CHORES,
        *looking_after_exports.CHORES,
        *lost_jobs.CHORES,
    )
    giving_way.this_process(giving_way.BACKGROUND)
    dispatching.run(app, provider(), chores)


@click.command()
def sweep() -> None:
    """Repair once, now, what a crash may have left; prints what was repaired as JSON."""
    repaired = sweeping.sweep() | sweeping.close_books() | tending.tend() | tending.notify()
    repaired |= catching_up.keep_up() | looking_after_exports.sweep()
    repaired |= lost_jobs.sweep() | lost_jobs.sweep_groupings() | lost_jobs.forget()
    click.echo(json.dumps(repaired))


COMMANDS = (worker, dispatcher, sweep, *ledger_commands.COMMANDS, *counting_commands.COMMANDS)
