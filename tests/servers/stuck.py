"""What if a hall's camera sends its first picture for ever? `sounding`, with such a camera."""

from __future__ import annotations

import runpy
from dataclasses import dataclass

from rehearsal.net.janus import loop
from rehearsal.net.media.voice import Camera


@dataclass
class Stuck(Camera):
    """Packets go out in time, and nothing in them is new."""

    first: bytes = b""

    def next(self, now_ns: int) -> bytes:
        """The first frame again."""
        frame = Camera.next(self, now_ns)
        self.first = self.first or frame
        return self.first


if __name__ == "__main__":
    loop.Camera = Stuck
    runpy.run_module("tests.servers.sounding", run_name="__main__")
