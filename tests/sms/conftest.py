from collections.abc import Callable, Iterator

import pytest

from tests.sms.wire import Behaviour, Server


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(behaviour: Behaviour, **options: object) -> Server:
        servers.append(Server(behaviour, **options))  # type: ignore[arg-type]
        return servers[-1]

    yield start
    for server in servers:
        server.close()
