"""What do numbered datagrams, a TCP connection and an ICMP echo live through on a line?

A worker: an order a line on stdin, what was seen a line on stdout. Nothing of the product's.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import time
from typing import Any

from tests.net_lab.urgent import PROBER, hurry, roomy

HEAD = struct.Struct("!Id")  # number, and when it was sent
LINGER_S = 0.6  # after the last datagram; the lab's longest way takes half of it
PATIENCE_S = 5.0
ECHO_REQUEST, ECHO_REPLY, NUMBER = 8, 0, 7


def number_of(datagram: bytes) -> int:
    """Which of the sent datagrams this is."""
    return HEAD.unpack_from(datagram)[0]


def datagrams(order: dict[str, Any]) -> list[dict[str, float]]:
    """Send `count` of `size` bytes, one `every_ms`; each that came back, as it came."""
    heard: list[dict[str, float]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        roomy(sock)
        sock.connect((order["host"], order["port"]))
        first_s = time.monotonic()
        for number in range(order["count"]):
            _listen(sock, first_s + number * order["every_ms"] / 1e3, heard)
            head = HEAD.pack(number, time.monotonic())
            sock.send(head.ljust(order["size"], b"."))
        _listen(sock, time.monotonic() + LINGER_S, heard)
    return heard


def _listen(sock: socket.socket, until_s: float, heard: list[dict[str, float]]) -> None:
    while (left_s := until_s - time.monotonic()) > 0:
        if select.select([sock], [], [], left_s)[0]:
            number, sent_s = HEAD.unpack_from(sock.recv(2048))
            now_s = time.monotonic()
            heard.append({"number": number, "at_s": now_s, "rtt_ms": (now_s - sent_s) * 1e3})


def arrived(order: dict[str, Any]) -> list[int]:
    """Over TCP: the numbers of our datagrams that the far end has seen."""
    with socket.create_connection((order["host"], order["port"]), PATIENCE_S) as sock:
        return json.loads(sock.makefile().read())


def answers_icmp(host: str) -> bool:
    """Whether one of three echo requests (RFC 792) comes back."""
    body = struct.pack("!BBHHH", ECHO_REQUEST, 0, 0, NUMBER, 1)
    request = body[:2] + struct.pack("!H", _checksum(body)) + body[4:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as sock:
        sock.settimeout(LINGER_S)
        for _ in range(3):
            sock.sendto(request, (host, 0))
            try:
                packet = sock.recv(2048)
            except TimeoutError:
                continue
            if packet[20] == ECHO_REPLY:  # behind the IPv4 header
                return True
    return False


def _checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    return ~(total + (total >> 16)) & 0xFFFF


def obey(order: dict[str, Any]) -> dict[str, Any]:
    """Datagrams first; then, unless `alone`, what the far end has seen of them, and ICMP."""
    heard = datagrams(order)
    if order.get("alone"):
        return {"heard": heard}
    return {"heard": heard, "arrived": arrived(order), "icmp": answers_icmp(order["host"])}


if __name__ == "__main__":
    hurry(PROBER)
    for line in sys.stdin:
        print(json.dumps(obey(json.loads(line))), flush=True)
