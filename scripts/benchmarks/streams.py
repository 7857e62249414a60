"""What open screens cost while nothing happens."""

import select
import socket
import time

from scripts.benchmarks import ground as grounds
from scripts.benchmarks import load
from scripts.benchmarks.ground import Ground, Volunteer
from scripts.benchmarks.measures import Row
from scripts.launcher.processes import Stack


def idle_streams(stack: Stack, ground: Ground, amount: int, seconds: int) -> list[Row]:
    """So many screens with a live stream, each of another volunteer, for a while."""
    open_streams = [open_stream(stack, ground, one) for one in grounds.more_volunteers(ground, amount)]
    _drain(open_streams, 5)
    usage, began = load.Usage(stack), time.perf_counter()
    heard = _drain(open_streams, seconds)
    spent, took = usage.spent(), time.perf_counter() - began
    for stream in open_streams:
        stream.close()
    shares = {name: 100 * used / took for name, used in spent.items() if name != "load generator"}
    return [
        Row(
            f"{amount} open screens with a live stream, idle for {seconds} s",
            f"{shares['web']:.1f}% of a core",
            "under 5%",
            f"{heard} of {amount} were alive; % of a core: "
            + ", ".join(f"{name} {share:.1f}" for name, share in sorted(shares.items())),
        )
    ]


def open_stream(stack: Stack, ground: Ground, volunteer: Volunteer) -> socket.socket:
    """One screen's live stream."""
    host, _, port = stack.url.split("//")[1].partition(":")
    stream = socket.create_connection((host, int(port)), 30)
    stream.sendall(
        f"GET /o/{ground.slug}/live HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
        f"Cookie: {volunteer.cookie}\r\n\r\n".encode()
    )
    return stream


def _drain(streams: list[socket.socket], seconds: float) -> int:
    """Read whatever comes for so long; how many of them said anything."""
    heard: set[int] = set()
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select(streams, [], [], left)
        for stream in ready:
            if stream.recv(65536):
                heard.add(stream.fileno())
            else:
                streams.remove(stream)
    return len(heard)
