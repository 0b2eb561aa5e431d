"""Who meets whom? The rooms of a city's gateways, and where their sound arrives."""

from __future__ import annotations

from collections.abc import Iterable

from twin.block import Block
from twin.bridge import Bridge
from twin.fault import CutsOff, Talks
from twin.janus import Janus
from twin.media.port import Port, Studio
from twin.plan import House, Place
from twin.seating import Room

MEETING = "Họp trực tuyến"
_HEALTHY = Talks()


class Meetings:
    """Rooms of one number are one meeting, whichever bridge one enters by."""

    def __init__(self, houses: Iterable[House], studio: Studio, block: Block) -> None:
        """Know which hubs are cut off; no room is open yet."""
        places = [place for house in houses for place in house.places]
        self._cut_hubs = {place.owner for place in places if _cuts_off(place)}
        self._rooms: dict[tuple[str, int], Room] = {}
        self._studio = studio
        self._block = block

    def bridge(self, place: Place, address: str, rtt_s: float) -> Bridge:
        """The bridge of that host; its UDP port is open when this returns."""
        effect = place.fault.effect if place.fault else None
        talks = effect if isinstance(effect, Talks) else _HEALTHY
        line = self._block.datagrams(address, 0)
        port = Port(self._studio, line, rtt_s / 2, talks.way, place.target.id)
        gateway = Janus(self._rooms_of(place, is_apart=talks.is_apart), port)
        return Bridge(gateway, port, rtt_s, talks.script)

    def _rooms_of(self, place: Place, *, is_apart: bool) -> dict[int, Room]:
        """The room of a target, shared with all that are connected with it."""
        number = place.target.room
        if not isinstance(number, int):
            return {}
        island = place.hub if place.hub in self._cut_hubs else ""
        island = place.target.id if is_apart else island
        return {number: self._rooms.setdefault((island, number), Room(number, MEETING))}


def _cuts_off(place: Place) -> bool:
    return place.fault is not None and isinstance(place.fault.effect, CutsOff)
