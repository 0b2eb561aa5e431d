"""Who signs on, and for which application?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.model import Account, Step, Target
from rehearsal.net.secret import reveal
from rehearsal.net.trail import stop

_NEEDED = ("client_id", "redirect_uri")
_TRY = "try"


@dataclass(frozen=True, slots=True)
class Party:
    """The rehearsal's application at a sign-on server, and the account that signs on.

    `user_field` and `password_field` are the form's own names where guessing would fail;
    `subject` is what the server calls the account, where that is known. Trying a used code
    again makes some servers forget what the account consented to.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    user: str
    password: str = field(repr=False)
    client_secret: str = field(default="", repr=False)
    scope: str = "openid"
    user_field: str = ""
    password_field: str = ""
    logout_uri: str = ""
    subject: str = ""
    tries_used_code: bool = False


def party_of(target: Target) -> Party:
    """What the inventory says of a target's sign-on; Stopped when it says too little.

    Raises ValueError when a reference leads to no secret: the trial asked for it before.
    """
    api = target.api
    if api is None:
        raise ValueError(f"{target.id} has no interface")
    told = api.settings
    lacking = [name for name in _NEEDED if not told.get(name)]
    if lacking or api.account is None or not api.account.secret:
        named = ", ".join([*lacking, *([] if api.account else ["account"])]) or "secret"
        raise stop(Step.SIGN_ON, "sign_on_unprepared", f"the inventory lacks: {named}")
    return _party(api.url, api.account, told)


def _party(issuer: str, account: Account, told: Mapping[str, str]) -> Party:
    secret = told.get("client_secret", "")
    return Party(
        issuer=issuer,
        client_id=told["client_id"],
        redirect_uri=told["redirect_uri"],
        user=account.user,
        password=reveal(account.secret or ""),
        client_secret=reveal(secret) if secret else "",
        scope=told.get("scope", "openid"),
        user_field=told.get("user_field", ""),
        password_field=told.get("password_field", ""),
        logout_uri=told.get("logout_uri", ""),
        subject=told.get("subject", ""),
        tries_used_code=told.get("used_code") == _TRY,
    )
