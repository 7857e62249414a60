"""Free ports on this computer."""

import socket
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
HIGHEST = 65_535


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now. False as well where this user may not."""
    with socket.socket() as probe:
        # Connections still closing do not keep a server from listening; another server does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def next_free(wanted: int, free: Callable[[int], bool] = is_free, *, tries: int = 100) -> int | None:
    """The first free port from `wanted` upward, None if none of the next `tries` is."""
    for port in range(wanted, min(wanted + tries, HIGHEST + 1)):
        if free(port):
            return port
    return None


def any_free() -> int:
    """A port the system says is free right now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
