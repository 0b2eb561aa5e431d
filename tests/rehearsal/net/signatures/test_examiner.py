"""Is whoever examines documents apart from us, and do we outlive them?"""

import os
import signal

import pytest

from rehearsal.net.signatures import examiner
from rehearsal.net.signatures.evidence import Papers
from rehearsal.net.trail import Stopped, begin_trail

NO_PDF = Papers(b"%PDF-1.7 nothing", b"<edXML/>", (), "organization_identifier", "title")


@pytest.fixture
def own(monkeypatch):
    """An examiner of this test's own."""
    found = examiner.Examiner()
    monkeypatch.setattr(examiner, "_EXAMINER", found)
    yield found
    found.close()


async def failure(papers=NO_PDF):
    begin_trail()
    with pytest.raises(Stopped) as ended:
        await examiner.survey(papers)
    return ended.value.failure


async def test_what_cannot_be_read_is_malformed(own):
    """A file that only begins like a PDF is the unit's; the examiner lives on."""
    kinds = [(await failure()).kind for _ in range(3)]
    pid = own._process.pid
    kinds.append((await failure()).kind)

    assert set(kinds) == {"malformed_response"}
    assert own._process.pid == pid


async def test_an_examiner_that_dies_is_ours(own):
    """Killed between two documents: told as our own trouble once, and replaced."""
    await failure()
    os.kill(own._process.pid, signal.SIGKILL)
    own._process.wait()

    assert (await failure()).kind == "observer_overloaded"
    assert (await failure()).kind == "malformed_response"


async def test_an_examiner_that_never_answers_is_ended(own, monkeypatch):
    """Stopped in its tracks: no longer than allowed, told as ours, and nobody is left."""
    await failure()
    process = own._process
    os.kill(process.pid, signal.SIGSTOP)
    monkeypatch.setattr(examiner, "LONGEST_S", 0.2)

    assert (await failure()).kind == "observer_overloaded"
    assert process.poll() == -signal.SIGKILL
