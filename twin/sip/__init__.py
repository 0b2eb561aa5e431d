"""How does the city's 1022 number take calls? The contract `voice`, played."""

from twin.sip.exchange import Exchange, is_voice

__all__ = ["Exchange", "is_voice"]
