"""Whose certificate is it: an organization's or a leader's, and of which unit? Runs apart."""

from __future__ import annotations

from asn1crypto import x509  # type: ignore[import-untyped]  # it ships no types

from rehearsal.net.signatures.evidence import LEADER, ORGANIZATION


def unit_of(certificate: x509.Certificate, field: str) -> str:
    """What the subject has in the field that holds the unit's code; empty without it."""
    return _said(certificate, field)


def role_of(certificate: x509.Certificate, field: str) -> str:
    """A leader's certificate says as what he or she signs; an organization's does not."""
    return LEADER if _said(certificate, field) else ORGANIZATION


def _said(certificate: x509.Certificate, field: str) -> str:
    told = certificate.subject.native.get(field, "")
    return told if isinstance(told, str) else ", ".join(str(one) for one in told)
