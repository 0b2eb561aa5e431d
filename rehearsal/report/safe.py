"""What of a foreign text may reach a reader, a file name or a parser?"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

EXCERPT_MAX_BYTES = 4096  # a page shows this much of a peer's words, the journal has all
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_MAX_CHARS = 80  # far above any unit's name, far below any file system's limit
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Unicode general categories


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The head of a raw text, and the SHA-256 of the whole of it."""

    text: str
    digest: str
    total_bytes: int
    is_cut: bool


def visible(text: str) -> str:
    """Spell out every character that a reader cannot see: bidi overrides, NUL, ESC ...

    The result holds no control character but newline and tab, no lone surrogate, and is
    therefore fit for HTML, XML 1.0 and UTF-8 alike.
    """
    if text.isprintable():
        return text
    return "".join(_spelled(char) for char in text)


def _spelled(char: str) -> str:
    if char in "\n\t" or unicodedata.category(char) not in _UNSEEN:
        return char
    return f"⟨U+{ord(char):04X}⟩"


def excerpt(raw: str, max_bytes: int = EXCERPT_MAX_BYTES) -> Excerpt:
    """Cut a raw text to what a page may carry."""
    whole = raw.encode("utf-8", "surrogatepass")
    shown = visible(raw).encode()
    head = shown[:max_bytes].decode("utf-8", "ignore")
    digest = hashlib.sha256(whole).hexdigest()
    return Excerpt(head, digest, len(whole), is_cut=len(shown) > max_bytes)


def page_name(slug: str) -> str:
    """Return the file name of an owner's page; anything but a slug is our own bug."""
    if len(slug) > SLUG_MAX_CHARS or not SLUG.fullmatch(slug):
        raise ValueError(f"not a slug: {slug!r}")
    return f"{slug}.html"


def anchor(prefix: str, name: str) -> str:
    """Return an element id that is safe in HTML and in a URL fragment."""
    return f"{prefix}-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
