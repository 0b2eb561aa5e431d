"""How does a participant talk to a Janus gateway? By its WebSocket API, and by WebRTC."""

from rehearsal.net.janus.loop import sound
from rehearsal.net.janus.room import Participant, Subscription, arrive

__all__ = ["Participant", "Subscription", "arrive", "sound"]
