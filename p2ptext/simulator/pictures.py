"""The pictures people send, served by the simulated carrier itself, as the real one serves them.

Two are real. One is larger than any phone sends, and one says it is a picture and is a page that would
run a script.
"""

from pathlib import Path

PATH = "/v3/media/"
_FOLDER = Path(__file__).with_name("album")
_HUGE = 24 * 2**20
_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


def read(name: str) -> tuple[bytes, str] | None:
    """Bytes and the type they are said to be; None for what nobody sent."""
    if name == "huge.jpg":
        whole = (_FOLDER / "yard-sign.jpg").read_bytes()
        return whole + b"\0" * (_HUGE - len(whole)), "image/jpeg"
    if name == "liar.jpg":
        return b"<!doctype html><script>alert('not a picture')</script>", "image/jpeg"
    path = _FOLDER / name
    if name in (there.name for there in _FOLDER.iterdir()):
        return path.read_bytes(), _TYPES[path.suffix]
    return None
