"""Passwords: how they are kept, checked and chosen.

Argon2id with OWASP's least parameters (19 MiB, two passes, one lane); length is the only rule of
composition (NIST SP 800-63B), and what is widely known or quickly guessed is refused.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

SHORTEST, LONGEST = 8, 128
"""Characters."""

# The guesser's work grows faster than the text; what is strong within 64 characters is strong.
_JUDGED = 64

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LEAKED = frozenset(FREQUENCY_LISTS["passwords"])

P = ParamSpec("P")
R = TypeVar("R")


def off_the_loop(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` on a real thread where green threads share one: 30 ms of hashing stop nobody else."""
    if monkey.is_module_patched("socket"):
        done: R = gevent.get_hub().threadpool.apply(work, args, kwargs)
        return done
    return work(*args, **kwargs)


def hash_password(password: str) -> str:
    """What the database keeps."""
    return off_the_loop(_hasher.hash, _text(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one. Costs the same without a hash: time must not tell who has an account.

    A password that is too long is refused before any hashing.
    """
    if len(password) > LONGEST:
        return False
    right = off_the_loop(_verify, password_hash or "", _text(password))
    return right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's; the next sign-in makes it anew."""
    return _hasher.check_needs_rehash(password_hash)


def fault_of(password: str, *known: str) -> str | None:
    """Why this may not be a new password, in words, or None. `known`: the person's name and address."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if password.lower() in _LEAKED:
        return "This password is on lists of leaked passwords. Choose another, such as four unrelated words."
    words = [
        word
        for value in known
        for word in (value.replace(" ", ""), *re.split(r"[\s@]", value), *re.split(r"\W", value))
    ]
    if zxcvbn(password[:_JUDGED], user_inputs=list(filter(None, words)))["score"] < 2:
        return "This password is easy to guess. Choose another, such as four unrelated words."
    return None


def _text(password: str) -> str:
    """One form for what looks the same, whatever keyboard wrote it."""
    return unicodedata.normalize("NFKC", password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except InvalidHashError:
        _verify_in_vain(password)
        return False
    except VerificationError:
        return False


def _verify_in_vain(password: str) -> None:
    try:
        _hasher.verify(_nobodys_hash(), password)
    except VerificationError:
        return


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody at all")
