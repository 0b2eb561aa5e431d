"""How is a meeting joined whose bridge speaks XMPP over WebSocket? (RFC 7395, XEP-0045)"""

from rehearsal.net.xmpp.occupant import Occupant, arrive

__all__ = ["Occupant", "arrive"]
