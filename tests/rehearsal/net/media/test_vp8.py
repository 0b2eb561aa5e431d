"""Is what we send a real picture, with a marker that nobody sees?"""

import av

from rehearsal.net.media import vp8
from rehearsal.net.media.marker import Flags, Marker, find

MARKER = Marker(3, 4, 5, Flags.PICTURE)


def decoded(frames):
    codec = av.CodecContext.create("libvpx", "r")
    return [
        b"".join(bytes(plane) for plane in picture.planes)
        for frame in frames
        for picture in codec.decode(av.Packet(frame))
    ]


def test_nobody_sees_the_marker():
    """A decoder gives the same pictures with it and without, and every one of them."""
    sent = [vp8.pack(number, MARKER)[1:] for number in range(len(vp8.clip()))]

    assert decoded(sent) == decoded(vp8.clip())
    assert len(decoded(sent)) == len(vp8.clip())


def test_it_is_found_again():
    """Behind the frame, whichever it is."""
    assert find(vp8.pack(17, MARKER)) == MARKER


def test_the_picture_moves():
    """No two pictures of the clip are alike."""
    assert len(set(decoded(vp8.clip()))) == len(vp8.clip())
