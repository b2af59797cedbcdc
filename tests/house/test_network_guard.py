"""A test can't reach another machine: the guard of conftest.py at work."""

import asyncio
import re
import socket

import pytest

# An address of the documentation range (RFC 5737): nobody's.
ELSEWHERE = "192.0.2.1"
REFUSED = re.escape(f"a test reached out to {ELSEWHERE}")


def test_a_plain_client_cannot_leave_this_machine() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match=REFUSED):
        client.connect((ELSEWHERE, 80))


async def test_an_asyncio_client_cannot_leave_this_machine() -> None:
    with socket.socket() as client:
        client.setblocking(False)
        with pytest.raises(AssertionError, match=REFUSED):
            await asyncio.get_running_loop().sock_connect(client, (ELSEWHERE, 443))


def test_a_server_of_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
