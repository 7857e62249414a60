"""The application on a loopback port, for tests that come from outside: a browser, or a program of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from p2ptext.extensions import limiter, quick, redis


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` while the block runs; gives its address.

    The thread is a daemon's: a test that fails while it sets itself up must not keep the whole run from ending.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="test server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


@contextmanager
def another_application() -> Iterator[None]:
    """Another application may be made while the block runs, on servers that end before the tests do.

    These extensions are one for the whole process and belong to the application made last: without this, the
    tests that come after would look for a queue and a database that are gone.
    """
    extensions = (redis, quick, limiter)
    before = [dict(vars(extension)) for extension in extensions]
    try:
        yield
    finally:
        for extension, values in zip(extensions, before, strict=True):
            vars(extension).clear()
            vars(extension).update(values)
