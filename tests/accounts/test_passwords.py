"""Item 14 of the security checklist: what may be a new password."""

import subprocess
import sys

import pytest

from p2ptext.accounts import passwords

LONG = "".join(chr(97 + n * n % 26) + str(n % 10) for n in range(64))


@pytest.mark.parametrize(
    ("password", "fault", "why"),
    [
        ("seven77", "at least 8", "one too short"),
        ("wobbly-lantern", None, "long enough, no digit or capital asked for"),
        ("żółty parasol dziadka", None, "any script"),
        ("x9$Kq2!v", None, "eight characters are enough when nobody guesses them"),
        ("four unrelated words lamp", None, "spaces are characters"),
        (LONG, None, "128 characters"),
        (LONG + "x", "at most 128", "129"),
        ("password", "leaked", "the most leaked of all"),
        ("iloveyou", "leaked", "on every list"),
        ("Trustno1", "leaked", "in capitals as well"),
        ("aaaaaaaaaaaa", "easy to guess", "one key held down"),
        ("abcdefgh", "easy to guess", "the alphabet"),
        ("password1!", "easy to guess", "the usual trimmings"),
        ("amy.chen", "easy to guess", "one's own address"),
        ("AmyChen1", "easy to guess", "one's own name"),
    ],
)
def test_14_new_password(password: str, fault: str | None, why: str) -> None:
    found = passwords.fault_of(password, "amy.chen@example.org", "Amy Chen")
    assert (found is None) if fault is None else (found is not None and fault in found), (why, found)


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [("caf\u00e9 au lait", "cafe\u0301 au lait"), ("\uff21\uff22\uff23 river", "ABC river")],
)
def test_same_looking_passwords_are_the_same(chosen: str, typed: str) -> None:
    """One keyboard composes an accent, another adds it."""
    assert passwords.matches(passwords.hash_password(chosen), typed)


def test_13_hashing_stops_no_other_green_thread() -> None:
    """As under gunicorn's gevent: while one person's password is hashed, others are served."""
    program = """
from gevent import monkey; monkey.patch_all()
import gevent
from p2ptext.accounts import passwords
ticks = 0
def others():
    global ticks
    while True:
        ticks += 1
        gevent.sleep(0)
gevent.spawn(others)
gevent.sleep(0)
before = ticks
passwords.hash_password("wobbly lantern harbor")
print(ticks - before)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - as above
    assert int(done.stdout) > 10
