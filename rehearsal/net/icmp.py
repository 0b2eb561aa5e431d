"""What do the routers on the way say of our packets?

Linux keeps it when asked to (ip(7), IP_RECVERR). `errno` alone calls a closed firewall an
unreachable host, and says nothing at all of a datagram that a router sent back.
"""

from __future__ import annotations

import socket
import sys
from asyncio import trsock

_LISTENS = sys.platform == "linux"
# IP_RECVERR and IPV6_RECVERR; the socket module has no names for them yet.
_RECVERR = {
    socket.AF_INET: (socket.IPPROTO_IP, 11),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 25),
}
_ERROR_BYTES = 512
# Origin, type and code in `sock_extended_err`: "administratively prohibited", for the network,
# the host or by filter (RFC 1812 5.2.7.1), and in ICMPv6 (RFC 4443 3.1).
_PROHIBITED = frozenset({(2, 3, 9), (2, 3, 10), (2, 3, 13), (3, 1, 1)})


def hear(sock: socket.socket | trsock.TransportSocket, *, is_on: bool) -> None:
    """Listen to the routers, or no more: an open connection would break at their first word."""
    if _LISTENS:
        level, option = _RECVERR[socket.AddressFamily(sock.family)]
        sock.setsockopt(level, option, int(is_on))


def is_prohibited(sock: socket.socket) -> bool:
    """Whether a router refused to pass on our first packet (TCP: Linux 5.19 and later)."""
    if not _LISTENS:
        return False
    try:
        _, told, _, _ = sock.recvmsg(1, _ERROR_BYTES, socket.MSG_ERRQUEUE)
    except OSError:
        return False
    return any(tuple(error[4:7]) in _PROHIBITED for _, _, error in told)
