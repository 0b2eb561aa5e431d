"""Are keys told as RFC 4733 wants? Bytes by hand."""

import pytest

from rehearsal.net.rtp import SAMPLES, Packet
from rehearsal.net.voice.keypad import ENDS, GAP, KEYS, PACKETS, Keypad


def sent(keypad: Keypad, count: int) -> list[Packet]:
    """What goes out in the place of that many packets of sound."""
    sound = (Packet(8, at, 1000 + SAMPLES * at, 7, b"\xd5" * SAMPLES) for at in range(count))
    return [keypad.instead(packet) for packet in sound]


def test_a_key_is_one_event():
    """Marker on the first, one timestamp, growing duration, the end three times (2.5.1)."""
    keypad = Keypad(101)
    keypad.press("#")
    packets = sent(keypad, PACKETS + ENDS)

    assert [p.payload_type for p in packets] == [101 | 0x80] + [101] * (PACKETS + ENDS - 1)
    assert {p.timestamp for p in packets} == {1000}
    assert [p.sequence for p in packets] == list(range(PACKETS + ENDS))
    assert packets[0].payload == bytes([11, 10, 0, 160])
    assert packets[PACKETS - 1].payload == bytes([11, 10, 5, 0])
    assert [p.payload for p in packets[PACKETS:]] == [bytes([11, 0x80 | 10, 5, 0])] * ENDS


def test_between_two_keys_there_is_sound():
    """The same key twice is two keys, and the second has its own time."""
    keypad = Keypad(96)
    keypad.press("5")
    keypad.press("5")
    one = PACKETS + ENDS + GAP
    packets = sent(keypad, 2 * one)

    assert [p.payload_type for p in packets[PACKETS + ENDS : one]] == [8] * GAP
    assert packets[one].payload_type == 96 | 0x80
    assert packets[one].timestamp == 1000 + SAMPLES * one
    assert keypad.is_idle


def test_without_a_key_the_sound_goes_on():
    """Nothing is put in its place."""
    assert [p.payload_type for p in sent(Keypad(101), 3)] == [8, 8, 8]


def test_every_key_has_its_event():
    """The table of RFC 4733 3.2; another key is none."""
    assert [KEYS[key] for key in "09*#"] == [0, 9, 10, 11]
    with pytest.raises(KeyError):
        Keypad(101).press("A")
