"""Is a refusal known in whatever dress it comes?"""

import pytest

from rehearsal.net.http import Page
from rehearsal.net.open311.answers import listed
from rehearsal.net.trail import Stopped

ERROR_XML = "<errors><error><code>400</code><description>no</description></error></errors>"
ERROR_JSON = '[{"code": 400, "description": "no"}]'


def page(body, status=200):
    return Page("https://1022.example/", status, {}, body.encode(), 0.1)


@pytest.mark.parametrize(
    ("body", "suffix", "rows"),
    [
        ("<services><service><a>1</a></service></services>", "xml", [{"a": "1"}]),
        ('[{"a": 1}]', "json", [{"a": 1}]),
        ("[]", "json", []),
    ],
)
def test_a_list_is_its_rows(body, suffix, rows):
    """Both formats give the same."""
    assert list(listed(page(body), suffix)) == rows


@pytest.mark.parametrize(
    ("body", "suffix", "status", "kind"),
    [
        (ERROR_XML, "xml", 200, "step_rejected"),
        (ERROR_JSON, "json", 200, "step_rejected"),
        (ERROR_JSON, "json", 400, "step_rejected"),
        (ERROR_JSON, "json", 403, "credentials_rejected"),
        ("busy", "json", 503, "maintenance"),
        ("slowly", "json", 429, "rate_limited"),
        ("", "json", 500, "unexpected_status"),
        ("", "json", 299, "unexpected_status"),
        ("[1]", "json", 200, "malformed_response"),
        ("{}", "json", 200, "malformed_response"),
        ("<r", "xml", 200, "malformed_response"),
        ("<html><body><p>Xin chào</p></body></html>", "xml", 200, "wrong_content"),
    ],
)
def test_what_is_no_list_says_why(body, suffix, status, kind):
    """An error in a 200, a login page or half a document is never taken for an answer."""
    with pytest.raises(Stopped) as caught:
        listed(page(body, status), suffix)

    assert caught.value.failure.kind == kind
