"""What does a Janus gateway answer to a newcomer? Asked by hand, with nothing of the product's.

A worker: an order is a list of rooms to try, the answer what the gateway says to each.
"""

from __future__ import annotations

import itertools
import json
import socket
import ssl
import sys
from typing import Any

from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 10.0
_numbers = itertools.count()


def ask(gateway: ClientConnection, message: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request, past its `ack` and whatever else is told meanwhile."""
    transaction = str(next(_numbers))
    gateway.send(json.dumps({**message, "transaction": transaction}))
    while True:
        reply = json.loads(gateway.recv(PATIENCE_S))
        if reply.get("transaction") == transaction and reply["janus"] != "ack":
            return reply


def joined(gateway: ClientConnection, body: dict[str, Any]) -> int | str:
    """The code with which a room refuses, or what it says otherwise."""
    session = {"session_id": ask(gateway, {"janus": "create"})["data"]["id"]}
    attach = {"janus": "attach", "plugin": "janus.plugin.videoroom", **session}
    handle = {"handle_id": ask(gateway, attach)["data"]["id"], **session}
    join = {"request": "join", "ptype": "publisher", **body}
    data = ask(gateway, {"janus": "message", "body": join, **handle})["plugindata"]["data"]
    return data.get("error_code") or data["videoroom"]


def obey(order: dict[str, Any]) -> list[int | str]:
    """One connection, by TLS where an authority is named; each room by a session of its own."""
    trust = order.get("trust")
    secured = ssl.create_default_context(cafile=trust) if trust else None
    wire = socket.create_connection(order["address"], PATIENCE_S)
    with connect(
        order["url"], sock=wire, ssl=secured, subprotocols=[Subprotocol("janus-protocol")]
    ) as gateway:
        return [joined(gateway, body) for body in order["rooms"]]


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(obey(json.loads(line))), flush=True)
