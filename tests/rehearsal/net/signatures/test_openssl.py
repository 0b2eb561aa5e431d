"""Is what OpenSSL signs and revokes examined rightly? No code of the twin's is in it.

Only the pages are drawn by the twin's hand; the signatures, certificates and lists are
OpenSSL's. The other way round, OpenSSL verifies what the twin signs.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
import requests

from rehearsal.net.signatures import worker
from rehearsal.net.signatures.evidence import Papers
from tests.servers.notary import Notary
from tests.servers.offices import offices
from twin.signing import pdf
from twin.signing.cms import Manner

UNIT = "10507"
PACKET = b"<edXML/>"


@pytest.fixture(scope="module")
def notary(tmp_path_factory):
    """One authority, a leader, an organization, and one whose certificate is taken back."""
    found = Notary.opened(tmp_path_factory.mktemp("notary"))
    found.certify("leader", UNIT, title="Chairman")
    found.certify("organization", UNIT)
    found.certify("taken-back", UNIT)
    found.revoke("taken-back")
    return found


def drawn(notary, monkeypatch, *names, digest="sha256"):
    """A page that these sign one after the other."""
    monkeypatch.setattr(
        pdf, "sign", lambda content, name, _: notary.sign(content, name, digest)
    )
    paper = pdf.blank("Dien tap")
    for field, name in zip((pdf.LEADER, pdf.ORGANIZATION), names, strict=False):
        paper = pdf.signed(paper, field, name, Manner(datetime.now(UTC)))
    return paper


def papers(notary, paper, **changed):
    told = {
        "pdf": paper.content,
        "packet": PACKET,
        "roots": (notary.root(),),
        "unit_field": "organization_identifier",
        "leader_field": "title",
        "crls": (notary.revocations(),),
    } | changed
    return Papers(**told)


async def seals(*told, **changed):
    return (await worker.weigh(papers(*told, **changed)))["seals"]


async def test_what_openssl_signed_is_good(notary, monkeypatch):
    """Both signatures hold, over the whole file, by whom they say, asked of the list."""
    leader, organization = await seals(
        notary, drawn(notary, monkeypatch, "leader", "organization")
    )

    assert (leader["role"], organization["role"]) == ("leader", "organization")
    for seal in (leader, organization):
        assert seal["is_intact"]
        assert seal["is_whole"]
        assert seal["is_trusted"]
        assert (seal["unit"], seal["digest"], seal["revocation"]) == (UNIT, "sha256", "good")
        ends = datetime.fromisoformat(seal["valid_until"]) - datetime.now(UTC)
        assert timedelta(days=398) < ends < timedelta(days=401)
        told = datetime.fromisoformat(seal["signed_at"])
        assert abs(told - datetime.now(UTC)) < timedelta(minutes=5)


async def test_what_openssl_took_back_is_revoked(notary, monkeypatch):
    """The list names it: still intact and trusted, and worth nothing."""
    (seal,) = await seals(notary, drawn(notary, monkeypatch, "taken-back"))

    assert (seal["is_intact"], seal["is_trusted"], seal["revocation"]) == (
        True,
        True,
        "revoked",
    )


async def test_without_a_list_nothing_is_said(notary, monkeypatch):
    """Nobody told: never good."""
    (seal,) = await seals(notary, drawn(notary, monkeypatch, "organization"), crls=())

    assert (seal["is_trusted"], seal["revocation"]) == (True, "untold")


async def test_another_root_vouches_for_nobody(notary, monkeypatch, tmp_path):
    """A certificate of an authority of the same name, and of another key."""
    other = Notary.opened(tmp_path)
    page = drawn(notary, monkeypatch, "organization")
    (seal,) = await seals(notary, page, roots=(other.root(),))

    assert (seal["is_intact"], seal["is_trusted"], seal["revocation"]) == (
        True,
        False,
        "untold",
    )


async def test_a_list_by_another_is_not_believed(notary, monkeypatch, tmp_path):
    """An empty list of somebody else's does not clear anybody."""
    forged = Notary.opened(tmp_path).revocations()
    (seal,) = await seals(notary, drawn(notary, monkeypatch, "taken-back"), crls=(forged,))

    assert seal["revocation"] == "untold"


async def test_sha1_is_told(notary, monkeypatch):
    """The digest is a fact; whether it is too weak, the judge says."""
    (seal,) = await seals(notary, drawn(notary, monkeypatch, "organization", digest="sha1"))

    assert (seal["digest"], seal["is_intact"]) == ("sha1", True)


async def test_a_later_change_is_seen(notary, monkeypatch):
    """The first signature still holds for its part; the file is no longer what it was."""
    page = pdf.touched_up(drawn(notary, monkeypatch, "leader", "organization"), "Khac")
    leader, organization = await seals(notary, page)

    assert leader["is_intact"]
    assert not organization["is_whole"]


async def test_a_form_filled_in_afterwards_is_seen(notary, monkeypatch):
    """What a reader of PDFs allows after a signature, a document of state does not."""
    field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Note) /Rect [0 0 9 9] /P 3 0 R{v} >>"
    drawing = {
        **pdf._OBJECTS,
        3: pdf._OBJECTS[3].replace("5 0 R]", "5 0 R 9 0 R]"),
        6: pdf._OBJECTS[6].replace("5 0 R]", "5 0 R 9 0 R]"),
        9: field.format(v=""),
    }
    monkeypatch.setattr(pdf, "_OBJECTS", drawing)
    page = drawn(notary, monkeypatch, "leader", "organization")
    filled = pdf._with_objects(page, {9: field.format(v=" /V (Khac)")})
    before = await seals(notary, page)
    after = await seals(notary, filled)

    assert [seal["is_whole"] for seal in before] == [True, True]
    assert not after[-1]["is_whole"]


@pytest.mark.parametrize("at", range(3, 100, 7))
def test_no_changed_byte_goes_unseen(notary, monkeypatch, at):
    """Wherever a byte flips that is not the signature's own room, somebody notices."""
    page = drawn(notary, monkeypatch, "organization")
    room = re.search(rb"/Contents <[0-9a-f]+>", page.content).span()
    where = [n for n in range(len(page.content)) if not room[0] <= n < room[1]]
    place = where[at * len(where) // 100]
    broken = bytearray(page.content)
    broken[place] ^= 0x01
    told = worker._answer(asked(papers(notary, page, pdf=bytes(broken))))

    held = [s for s in told.get("seals", ()) if s["is_intact"] and s["is_whole"]]
    assert held == []


def asked(told):
    """As it comes through the pipe."""
    text = worker.base64.b64encode
    return {
        "what": "weigh",
        "pdf": text(told.pdf),
        "packet": text(told.packet),
        "roots": [*map(text, told.roots)],
        "crls": [*map(text, told.crls)],
        "ocsps": [],
        "unit_field": told.unit_field,
        "leader_field": told.leader_field,
    }


def test_openssl_believes_the_twin(notary, tmp_path):
    """What the twin signs by hand holds by OpenSSL's reading too, up to the twin's root."""
    with offices(tmp_path, []) as city:
        base, host = city.base()
        page = fetched(base, host)
        roots = city.twin.said["network"]["trust"][0]
        found = [*re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", page)]
        for one in found:
            begins, first, again, last = map(int, one.groups())
            content = page[begins : begins + first] + page[again : again + last]
            told = bytes.fromhex(page[first + 1 : again - 1].decode())
            length = int.from_bytes(told[2:4], "big") + 4  # DER, behind which zeros stand

            assert notary.verifies(content, told[:length], roots)
            assert not notary.verifies(content + b" ", told[:length], roots)
    assert len(found) == 2


def fetched(base, host):
    return requests.get(
        f"{base}/signed/document.pdf", headers={"Host": host}, timeout=10
    ).content
