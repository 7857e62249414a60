"""Stored files: our names for them, theirs only to look at."""

import io
from pathlib import Path

import pytest

from p2ptext import files
from p2ptext.errors import NotFound, Refused


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ohio.csv", "ohio.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\lists\\ohio.csv", "ohio.csv"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("two\r\nlines.csv", "twolines.csv"),
        ("", "list.csv"),
        (None, "list.csv"),
        ("../", "list.csv"),
        ("x" * 500, "x" * 120),
    ],
)
def test_shown_name(name: str | None, shown: str) -> None:
    assert files.shown_name(name) == shown


@pytest.mark.parametrize("name", ["../secret", "", "a" * 31, "A" * 32, "a" * 32 + "/..", "/etc/passwd"])
def test_only_our_own_names_are_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        files.find(tmp_path, name)


def test_what_is_stored_is_found_and_forgotten(tmp_path: Path) -> None:
    kept = files.store(io.BytesIO(b"abc"), tmp_path / "uploads", 10)
    path = files.find(tmp_path / "uploads", kept.name)
    assert (path.read_bytes(), kept.size, path.stat().st_mode & 0o777) == (b"abc", 3, 0o600)
    files.remove(tmp_path / "uploads", kept.name)
    files.remove(tmp_path / "uploads", kept.name)
    assert not path.exists()


def test_too_much_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        files.store(io.BytesIO(b"x" * 11), tmp_path, 10)
    assert refused.value.code == "too_large"
    assert list(tmp_path.iterdir()) == []
