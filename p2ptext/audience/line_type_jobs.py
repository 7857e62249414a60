"""What a worker does to look landlines up: it asks for a while, then lets other jobs come in between."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from flask import current_app

from p2ptext.audience import jobs
from p2ptext.audience import line_type_asking as asking
from p2ptext.audience.line_type_asking import End, Question, Stint, TakenOver
from p2ptext.background import enqueue, settings, transaction
from p2ptext.sms.line_types import LineTypeLookUp, LookUpResult, NotAsked

STINT_S = 30.0
_MOST_THREADS = 64
_SWITCHED_OFF = End("failed", "Looking up landlines was switched off in this installation.")


def look_up(lookup_id: int, number: int) -> None:
    """Ask about phones of a list for half a minute: the look-up's stint of this number.

    A second run of one number is a no-op. A worker killed in the middle loses the answers of one second.
    """
    try:
        with transaction():
            stint = asking.take_stint(lookup_id, number)
        over = _ask_for_a_while(stint)
        with transaction():
            if over is None:
                enqueue(look_up, lookup_id, stint.number)
            elif asking.end(stint, over):
                enqueue(jobs.check_list, stint.import_id)
    except TakenOver:
        return


def enqueue_waiting() -> int:
    """Put look-ups that nobody works on on the queue again. Returns how many."""
    waiting = asking.standing_still()
    for lookup_id, number in waiting:
        enqueue(look_up, lookup_id, number)
    return len(waiting)


def _ask_for_a_while(stint: Stint) -> End | None:
    """Why the look-up is over, or None when the time is."""
    asker = cast(LineTypeLookUp | None, current_app.extensions["line_type_look_up"])
    if asker is None:
        return _SWITCHED_OFF
    pace = settings().line_types_per_second
    until = time.monotonic() + STINT_S
    with ThreadPoolExecutor(min(pace, _MOST_THREADS)) as threads:
        while True:
            with transaction():
                window = asking.ahead(stint)
            if isinstance(window, End):
                return window
            for piece in _pieces(window, pace):
                next_at = time.monotonic() + 1.0
                over = _ask(stint, piece, lambda phones: threads.map(asker.look_up, phones))
                if over or time.monotonic() >= until:
                    return over
                _wait(next_at - time.monotonic())
            with transaction():
                asking.move_on(stint, window[-1].line)
            if time.monotonic() >= until:
                return None


def _pieces(window: Sequence[Question], size: int) -> Iterator[list[Question]]:
    """The phones to ask about, each once, so many at a time."""
    phones: dict[str, Question] = {}
    for one in window:
        if one.wanted:
            phones.setdefault(one.phone, one)
    wanted = list(phones.values())
    for start in range(0, len(wanted), size):
        yield wanted[start : start + size]


def _ask(
    stint: Stint, piece: list[Question], ask: Callable[[Iterable[str]], Iterable[LookUpResult]]
) -> End | None:
    """Ask about these phones, and again about those for which we were told to wait."""
    left = piece
    while left:
        answers = list(ask([one.phone for one in left]))
        again = [one for one, answer in zip(left, answers, strict=True) if isinstance(answer, NotAsked)]
        with transaction():
            kept = asking.keep(stint, left, answers, done_to=0 if again else piece[-1].line)
        if isinstance(kept, End):
            return kept
        if again:
            _wait(kept)
        left = again
    return None


def _wait(seconds: float) -> None:
    time.sleep(max(0.0, seconds))
