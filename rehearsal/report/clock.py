"""How are times, spans and numbers written in both languages?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rehearsal.model import Text

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FINE_BELOW_S = 0.01  # a start skew is a fraction of a millisecond
_MINUTES_FROM_S = 120  # below it seconds are easier to compare


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time of the city, whatever zone a moment was noted in."""

    zone: ZoneInfo

    def time(self, moment: datetime) -> str:
        """Return `hh:mm:ss`."""
        return moment.astimezone(self.zone).strftime("%H:%M:%S")

    def moment(self, moment: datetime) -> Text:
        """Return time and day."""
        day = day_text(moment.astimezone(self.zone).date())
        clock = self.time(moment)
        return Text(f"{clock} ngày {day.vi}", f"{clock} on {day.en}")


def day_text(day: date) -> Text:
    """Return `20/06/2025` and `20 Jun 2025`."""
    english = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return Text(day.strftime("%d/%m/%Y"), english)


def number(value: float) -> Text:
    """Group thousands and set the decimal sign of each language."""
    if isinstance(value, bool):
        return Text("có", "yes") if value else Text("không", "no")
    english = f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"
    return Text(english.translate(str.maketrans(",.", ".,")), english)


def span(seconds: float) -> Text:
    """Write a duration: milliseconds below one second, minutes from two minutes on."""
    if seconds < _FINE_BELOW_S:
        return _signed(f"{seconds * 1000:.1f} ms")
    if seconds < 1:
        return same(f"{seconds * 1000:.0f} ms")
    if seconds < _MINUTES_FROM_S:
        return _signed(f"{seconds:.1f} s")
    minutes, rest = divmod(round(seconds), 60)
    return Text(f"{minutes} phút {rest:02d} giây", f"{minutes} min {rest:02d} s")


def _signed(english: str) -> Text:
    return Text(english.replace(".", ","), english)


def same(words: str) -> Text:
    """Return what reads the same in both languages."""
    return Text(words, words)
