"""Commands of `flask --app wsgi ...`: the processes, and what an operator does by hand."""

import json
from typing import Any

import click
from flask import Flask, current_app
from rq import Worker
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue

from p2ptext import logs
from p2ptext.conversations import tending
from p2ptext.extensions import db, log, redis
from p2ptext.texting import dispatcher as dispatching
from p2ptext.texting import ledger_commands, sweeping
from p2ptext.texting.carrier import provider


class AppWorker(Worker):
    """Runs each job inside the application, on database connections of its own process."""

    app: Flask

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


@click.command()
def worker() -> None:
    """Run imports and other long jobs from the queue."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    running = AppWorker(["default"], connection=redis.patient)
    running.app = app
    running.work(with_scheduler=True, logging_level="WARNING")


@click.command()
def dispatcher() -> None:
    """Hand due texts to the carrier, and repair what crashes left."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    dispatching.run(app, provider(), tending.CHORES)


@click.command()
def sweep() -> None:
    """Repair once, now, what a crash may have left; prints what was repaired as JSON."""
    repaired = sweeping.sweep() | sweeping.close_books() | tending.tend() | tending.notify()
    click.echo(json.dumps(repaired))


COMMANDS = (worker, dispatcher, sweep, *ledger_commands.COMMANDS)
