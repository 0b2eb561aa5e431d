"""Whether our own uplink is alive is told by others than those in doubt."""

import contextlib
import socket

import pytest

from rehearsal.net.pulse import Pulse

QUIET, LIVELY = "127.0.7.1", "127.0.7.2"


@pytest.fixture
def listener():
    """Somebody who accepts."""
    with socket.create_server((LIVELY, 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def black_hole():
    """Somebody whose queue is full: the kernel drops every further SYN."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((QUIET, 0))
        server.listen(0)
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)  # noqa: FBT003 - the standard library
            filler.connect_ex(server.getsockname())
        yield server.getsockname()[1]


async def test_without_witnesses_nothing_is_known():
    """Who never heard from anybody cannot tell."""
    assert await Pulse().is_alive() is None


async def test_the_one_in_doubt_is_no_witness(black_hole):
    """A single dead server is not a dead uplink."""
    pulse = Pulse()
    pulse.beat(QUIET, black_hole)

    assert await pulse.is_alive((QUIET,)) is None


async def test_one_who_answers_is_enough(listener, black_hole):
    """One witness may have gone down by itself."""
    pulse = Pulse()
    pulse.beat(LIVELY, listener)
    pulse.beat(QUIET, black_hole)

    assert await pulse.is_alive() is True


async def test_a_refusal_has_travelled_the_line(listener):
    """A server whose service ended still proves that packets come back."""
    pulse = Pulse()
    pulse.beat(LIVELY, 1 if listener != 1 else 2)

    assert await pulse.is_alive() is True


async def test_nobody_answers(black_hole):
    """All others silent: the fault is on our side."""
    pulse = Pulse()
    pulse.beat(QUIET, black_hole)

    assert await pulse.is_alive(("127.0.7.3",)) is False
