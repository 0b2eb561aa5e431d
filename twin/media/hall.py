"""What if a hall's loudspeakers are heard by its own microphone? Its stream echoes."""

from __future__ import annotations

from twin.media.rtp import Packet
from twin.media.stream import Track
from twin.media.timetable import Timetable


class Hall:
    """One hall: what is played there comes back by its microphones a while later."""

    def __init__(self, clock: Timetable, there_and_back_s: float) -> None:
        """An empty hall."""
        self.microphones: list[Track] = []
        self._clock, self._there_and_back_s = clock, there_and_back_s

    def overhear(self, packet: Packet, track: Track) -> None:
        """Something is about to be played here; what comes from here does not howl."""
        if track.kind != "audio" or track in self.microphones:
            return
        due_s = self._clock.now_s() + self._there_and_back_s
        for microphone in self.microphones:
            self._clock.at(due_s, microphone.echo, packet, due_s)
