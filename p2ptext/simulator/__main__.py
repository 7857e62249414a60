"""`python -m p2ptext.simulator`: the simulated carrier as a process.

It reads the program's settings and, besides:
SIMULATOR_BIND         address and port, only on this computer (127.0.0.1:0 takes a free port)
SIMULATOR_PUBLIC_KEY   the application's public key, PEM text or a file
SIMULATOR_WEBHOOK_URL  where the web process listens; PUBLIC_URL by default
SIMULATOR_SPEED        1 is people's own pace; 60 makes a minute a second
SIMULATOR_SEED         another seed, other people
SIMULATOR_RPS          calls a second before 429, 30 as at Vonage; 0 is no limit
SIMULATOR_SEGMENTS_PER_MINUTE  what the numbers of a registration may send together, none by default:
                       "16145550100 12165550101=75, 18885550102=180"
SIMULATOR_LATENCY_MS   how long an answer takes, 60
SIMULATOR_PERSONAS     "off": everybody gets the text and nobody answers
"""

import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import gevent
from gevent import monkey

monkey.patch_all()

from gevent.pywsgi import WSGIServer  # noqa: E402  # sockets must be patched first

from p2ptext import config, giving_way  # noqa: E402
from p2ptext.simulator import limits, postman  # noqa: E402
from p2ptext.simulator.carrier import Carrier, Options  # noqa: E402


def _options(env: Mapping[str, str], settings: config.Settings) -> Options:
    key = env.get("SIMULATOR_PUBLIC_KEY", "").replace("\\n", "\n")
    if "-----BEGIN" not in key:
        if not Path(key).is_file():
            raise config.SettingsError("SIMULATOR_PUBLIC_KEY is neither a PEM text nor a file.")
        key = Path(key).read_text(encoding="ascii")
    webhook_url = env.get("SIMULATOR_WEBHOOK_URL", "") or settings.public_url
    if not config.is_loopback(webhook_url):
        raise config.SettingsError("SIMULATOR_WEBHOOK_URL must be an address on this computer.")
    try:
        speed = float(env.get("SIMULATOR_SPEED", "") or 1)
        rps = int(env.get("SIMULATOR_RPS", "") or 30)
        latency_ms = int(env.get("SIMULATOR_LATENCY_MS", "") or 60)
        segments = limits.parse(env.get("SIMULATOR_SEGMENTS_PER_MINUTE", ""))
    except ValueError:
        raise config.SettingsError(
            "SIMULATOR_SPEED, SIMULATOR_RPS and SIMULATOR_LATENCY_MS must be numbers, and "
            "SIMULATOR_SEGMENTS_PER_MINUTE sending numbers with theirs."
        ) from None
    if speed <= 0 or rps < 0 or latency_ms < 0:
        raise config.SettingsError("SIMULATOR_SPEED must be above 0, the other two not below.")
    return Options(
        public_key=key,
        webhook_url=webhook_url,
        speed=speed,
        seed=env.get("SIMULATOR_SEED", "") or "1",
        rps=rps,
        latency_ms=latency_ms,
        segments_per_minute=segments,
        personas=env.get("SIMULATOR_PERSONAS", "").lower() != "off",
    )


def _bind(env: Mapping[str, str]) -> tuple[str, int]:
    bind = env.get("SIMULATOR_BIND", "")
    host, _, port = bind.rpartition(":")
    if not port.isdigit() or not config.is_loopback(host):
        raise config.SettingsError(
            f"SIMULATOR_BIND must be an address on this computer with a port, not {bind!r}."
        )
    return host.strip("[]"), int(port)


def main() -> None:
    # A real carrier would not be on this machine.
    giving_way.this_process(giving_way.BACKGROUND)
    try:
        settings = config.load()
        if not settings.carrier_is_simulated:
            raise config.SettingsError("VONAGE_API_HOST is a real carrier: nothing to simulate.")
        address = _bind(os.environ)
        carrier = Carrier(settings, _options(os.environ, settings))
        server = WSGIServer(address, carrier, log=None)
        server.start()
        # pywsgi writes head and body apart; without this the body waits 40 ms for the first's receipt.
        server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (config.SettingsError, ValueError, OSError) as error:
        raise SystemExit(f"The simulated carrier cannot start. {error}") from None
    postman.start(carrier.postman)
    gevent.signal_handler(signal.SIGTERM, server.stop, 1)
    gevent.signal_handler(signal.SIGINT, server.stop, 1)
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    carrier.url = f"http://{host}:{server.server_port}"
    sys.stdout.write(f"READY {carrier.url}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
