"""Does an H.323 device answer a call? Reach only: neither media nor a meeting is measured."""

from rehearsal.net.h323.calling import Answer, call

__all__ = ["Answer", "call"]
