"""Pages load nothing, trust nobody and fail loudly on a missing name."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from rehearsal.report.pages import TEMPLATES, _environment

URL_ATTRIBUTE = re.compile(r"""(?:href|src|action|srcset|data|poster)="([^"]*)\"""")


@pytest.mark.parametrize("name", ["x.html", "x.html.j2", "x.svg", "x.txt", "x"])
def test_every_template_escapes_whatever_its_name(name: str):
    """`select_autoescape` would leave `.html.j2` raw."""
    environment = _environment()
    template = environment.from_string("{{ text }}")
    template.filename = name

    assert template.render(text="<b>") == "&lt;b&gt;"


def test_an_unknown_name_stops_the_page():
    """A typing error in a template is no empty cell."""
    with pytest.raises(UndefinedError):
        _environment().from_string("{{ page.nmae }}").render(page=object())


def test_no_template_marks_text_as_safe():
    """Only our own style and script are printed as they are, and not by a template."""
    for path in TEMPLATES.glob("*.j2"):
        assert not re.search(r"\|\s*safe|autoescape|\bMarkup\b", path.read_text("utf-8")), path


def test_every_address_in_a_page_is_our_own(reports: Path):
    """A page of this folder, a fragment, or the empty icon; nothing that loads."""
    for path in reports.rglob("*.html"):
        for url in set(URL_ATTRIBUTE.findall(path.read_text("utf-8"))):
            assert re.fullmatch(
                r"(units/|\.\./)?([a-z0-9-]+\.html)?(#[a-z0-9-]+)?|data:,", url
            ), (path.name, url)


def test_every_link_leads_somewhere(reports: Path):
    """No page and no anchor is missing."""
    pages = {path: path.read_text("utf-8") for path in reports.rglob("*.html")}
    ids = {path: set(re.findall(r' id="([^"]+)"', text)) for path, text in pages.items()}
    for path, text in pages.items():
        for url in set(re.findall(r'<a[^>]* href="([^"]*)"', text)):
            name, _, fragment = url.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target in pages, (path.name, url)
            assert not fragment or fragment in ids[target], (path.name, url)


def test_ids_are_unique(reports: Path):
    """Anchors and labels point at one thing."""
    for path in reports.rglob("*.html"):
        ids = re.findall(r' id="([^"]+)"', path.read_text("utf-8"))
        assert len(ids) == len(set(ids)), path.name


def test_the_policy_allows_only_our_two_texts(reports: Path):
    """No 'unsafe-inline', no host, no eval."""
    text = (reports / "index.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)

    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; "
        r"img-src data:; base-uri 'none'; form-action 'none'",
        policy[1].replace("&#39;", "'"),
    )


def test_no_inline_style_or_handler_is_written(reports: Path):
    """The policy would refuse them."""
    for path in reports.rglob("*.html"):
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", path.read_text("utf-8"))
