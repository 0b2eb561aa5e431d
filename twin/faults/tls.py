"""What goes wrong when TLS shakes hands, certificates apart?"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Callable, Mapping

from twin.authority import Authority, to_pem
from twin.fault import (
    Fault,
    Greets,
    Swaps,
    Tunes,
    TurnsAway,
    is_tls,
)
from twin.moves import FLOOD_BYTES, Greet, finish_quietly, reset, swallow

HANDSHAKE_FAILURE = bytes.fromhex("15 03 03 00 02 02 28")  # RFC 8446 6: fatal alert 40
SSH_BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"


def _only_tls12(context: ssl.SSLContext) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def _want_certificate(context: ssl.SSLContext, authority: Authority) -> None:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=to_pem(authority.root.certificate).decode())


def _want_certificate_tls12(context: ssl.SSLContext, authority: Authority) -> None:
    _only_tls12(context)
    _want_certificate(context, authority)


def _only_old(context: ssl.SSLContext, _authority: Authority) -> None:
    """TLS 1.0 and 1.1, for which OpenSSL 3 wants security level 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")


async def _banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(SSH_BANNER)
    await swallow(reader)


def _after_hello(act: Greet) -> Greet:
    """Do it once the ClientHello has come."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(FLOOD_BYTES)
        await act(reader, writer)

    return greet


async def _reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reset(writer.transport)


async def _stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await swallow(reader)


async def _alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HANDSHAKE_FAILURE)
    await finish_quietly(reader, writer)


def _greets(vi: str, en: str, greet: Greet) -> Fault:
    return Fault(vi, en, Greets(greet), is_tls)


def _turns_away(vi: str, en: str, tune: Callable[[ssl.SSLContext, Authority], None]) -> Fault:
    return Fault(vi, en, TurnsAway(tune), is_tls)


FAULTS: Mapping[str, Fault] = {
    "client-certificate-required": _turns_away(
        "Máy chủ đòi chứng thư số của bên gọi (TLS 1.3)",
        "The server demands a client certificate (TLS 1.3)",
        _want_certificate,
    ),
    "client-certificate-required-tls12": _turns_away(
        "Máy chủ đòi chứng thư số của bên gọi (TLS 1.2)",
        "The server demands a client certificate (TLS 1.2)",
        _want_certificate_tls12,
    ),
    "tls-old-version": _turns_away(
        "Máy chủ chỉ biết TLS 1.0 và 1.1, đã lỗi thời",
        "The server knows only TLS 1.0 and 1.1, long obsolete",
        _only_old,
    ),
    "tls12-only": Fault(
        "Máy chủ chỉ dùng TLS 1.2 (vẫn đạt)",
        "The server speaks TLS 1.2 only (healthy)",
        Tunes(_only_tls12),
        is_tls,
    ),
    "plain-http-on-tls-port": Fault(
        "Cổng HTTPS lại trả lời bằng HTTP không mã hóa",
        "Plain HTTP answers on the HTTPS port",
        Swaps(),
        is_tls,
    ),
    "banner-on-tls-port": _greets(
        "Một dịch vụ khác (SSH) trả lời ở cổng HTTPS",
        "Another service (SSH) answers on the HTTPS port",
        _banner,
    ),
    "handshake-reset": _greets(
        "Kết nối bị ngắt đột ngột giữa lúc bắt tay TLS",
        "The connection is reset during the TLS handshake",
        _after_hello(_reset),
    ),
    "handshake-closed": _greets(
        "Kết nối bị đóng giữa lúc bắt tay TLS",
        "The connection is closed during the TLS handshake",
        _after_hello(finish_quietly),
    ),
    "handshake-stall": _greets(
        "Máy chủ nhận lời bắt tay TLS rồi im lặng",
        "The server hears the TLS handshake and says nothing",
        _stall,
    ),
    "handshake-alert": _greets(
        "Máy chủ từ chối bắt tay TLS bằng cảnh báo handshake_failure",
        "The server refuses the handshake with the alert handshake_failure",
        _after_hello(_alert),
    ),
}
