"""Who examines foreign documents, apart from everybody else? One JSON line in, one out.

A process of its own: reading a hostile PDF may take all memory or all time, and even a
harmless one keeps the event loop from its work for a tenth of a second.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import resource
import sys
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError

from rehearsal.net.edxml.reading import PacketError
from rehearsal.net.signatures import packet, paper
from rehearsal.net.signatures.chain import Chains, wishes
from rehearsal.net.signatures.evidence import Papers, Seal, Wish

MEMORY_BYTES = 1 << 30  # ten times what an ordinary document takes
# What libraries raise at documents that are not what they say they are.
_UNREADABLE = (
    PdfError, PacketError, CMSStructuralError, SignatureValidationError, ValueError, KeyError,
    TypeError, IndexError, AttributeError, RecursionError, OverflowError, MemoryError,
)  # fmt: skip
_SEALS = TypeAdapter(tuple[Seal, ...])
_WISHES = TypeAdapter(tuple[Wish, ...], config={"ser_json_bytes": "base64"})


def main() -> None:
    """Answer line by line, until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    logging.disable(logging.CRITICAL)  # what pyhanko has to say stands in the facts
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        papers = _papers(asked)
        return survey(papers) if asked["what"] == "survey" else asyncio.run(weigh(papers))
    except _UNREADABLE as problem:
        return {"unreadable": f"{type(problem).__name__}: {problem}"[:300]}


def survey(papers: Papers) -> dict[str, Any]:
    """Where the revocation of every certificate can be asked for."""
    leaves = [paper.certificates(one) for one in paper.signatures(papers.pdf)]
    brought = packet.certificates(papers.packet)
    if brought:
        leaves.append((brought[0], brought[1:]))
    found = tuple(wishes(leaves, papers))
    return {"wishes": json.loads(_WISHES.dump_json(found))}


async def weigh(papers: Papers) -> dict[str, Any]:
    """What every signature says."""
    chains = Chains(papers, datetime.now(UTC))
    found = [seal async for seal in paper.seals(papers, chains)]
    found += [seal async for seal in packet.seals(papers, chains)]
    return {"seals": json.loads(_SEALS.dump_json(tuple(found)))}


def _papers(asked: dict[str, Any]) -> Papers:
    many = {
        name: tuple(map(base64.b64decode, asked[name])) for name in ("roots", "crls", "ocsps")
    }
    return Papers(
        pdf=base64.b64decode(asked["pdf"]),
        packet=base64.b64decode(asked["packet"]),
        unit_field=asked["unit_field"],
        leader_field=asked["leader_field"],
        **many,
    )


if __name__ == "__main__":
    main()
