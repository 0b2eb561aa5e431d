"""Is a form read and filled in as a browser would?"""

from urllib.parse import parse_qsl

import pytest

from rehearsal.net.oidc.form import forms_of

BASE = "https://login.example/realm/auth?x=1"
KEYCLOAK = """<form id="kc-form-login" method="post"
action="https://login.example/do?s=1&amp;t=2">
<input tabindex="1" id="username" name="username" value="" type="text" autofocus>
<input id="password" name="password" type="password" autocomplete="off">
<input id="rememberMe" name="rememberMe" type="checkbox"> Remember me
<input type="hidden" name="credentialId"/>
<input name="login" id="kc-login" type="submit" value="Sign In"></form>"""


def only(page):
    (form,) = forms_of(page, BASE)
    return form


def test_a_login_form_is_found():
    """Where it goes, how, and which fields take name and password."""
    form = only(KEYCLOAK)

    assert (form.action, form.method) == ("https://login.example/do?s=1&t=2", "POST")
    assert (form.typed(), form.password()) == ("username", "password")
    assert not form.is_silent
    assert not form.is_change


def test_it_is_sent_as_a_browser_would():
    """Hidden fields and the button go along, an unchecked box does not."""
    told = {"username": "thử", "password": "a&b=c +"}
    sent = dict(parse_qsl(only(KEYCLOAK).filled(told), keep_blank_values=True))

    assert sent == {**told, "credentialId": "", "login": "Sign In"}


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ("<input name=a value=1><input name=b>", "a=1&b="),
        ("<input name=a type=checkbox checked>", "a=on"),
        ("<input name=a type=radio value=x><input name=a type=radio value=y checked>", "a=y"),
        ("<button name=a value=1>A</button><button name=a value=2>B</button>", "a=1"),
        ("<button type=button name=a value=1>A</button>", ""),
        ("<input type=submit name=a value=1><input type=reset name=b value=2>", "a=1"),
        ("<input value=1>", ""),
        ("<INPUT NAME=a TYPE=HIDDEN VALUE='1&amp;2'>", "a=1%262"),
    ],
)
def test_what_is_sent(fields, sent):
    """HTML's own rules of what a form submits."""
    assert only(f"<form>{fields}</form>").filled({}) == sent


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("", BASE),
        ("next", "https://login.example/realm/next"),
        ("/next", "https://login.example/next"),
        ("//other.example/x", "https://other.example/x"),
    ],
)
def test_where_it_goes(action, expected):
    """Relative to the page that shows it."""
    assert only(f'<form action="{action}"></form>').action == expected


def test_a_button_belongs_to_the_form_that_it_names():
    """It may stand anywhere on the page; what stands in no form is sent with none."""
    page = (
        '<form id="f" method=post><input type=hidden name=x value=1></form>'
        "<input name=lost><form><input name=other></form>"
        '<button form="f" name="logout" value="yes">Yes</button><button form="g" name=z>'
    )
    first, second = forms_of(page, BASE)

    assert first.filled({}) == "x=1&logout=yes"
    assert second.filled({}) == "other="


def test_a_field_by_name_alone():
    """Who names a field gets that one, or none."""
    form = only("<form><input name=cccd><input name=pin type=password></form>")

    assert (form.typed("cccd"), form.typed("user")) == ("cccd", "")
    assert (form.password("pin"), form.password("password")) == ("pin", "")


def test_a_new_password_is_written_twice():
    """Such a form is no place for the old one."""
    assert only("<form><input type=password name=a><input type=password name=b>").is_change


def test_a_page_of_a_thousand_fields():
    """Nobody's form holds more than two hundred."""
    assert len(only("<form>" + "<input name=a>" * 1000).fields) == 200
