"""How is a system met by everybody at once, as when the doors open?"""

from rehearsal.net.surge.doubt import by_own_line
from rehearsal.net.surge.outcome import Sent, Spread, Surged, commonest, summed
from rehearsal.net.surge.rush import rush
from rehearsal.net.surge.schedule import Surge

__all__ = ["Sent", "Spread", "Surge", "Surged", "by_own_line", "commonest", "rush", "summed"]
