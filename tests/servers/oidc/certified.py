"""How do the tests get an OpenID-certified provider, with an account and applications?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.certificates import Files
from tests.servers.children import daemon, needed
from tests.servers.npm import modules

SOURCE = Path(__file__).parent
HOST = "login.example"
ISSUER = f"https://{HOST}"
HOME = "https://app.example/back"
LEFT = "https://app.example/left"
USER = "dien-tap"
PUBLIC, CONFIDENTIAL, CURVED, CAUTIOUS = "public", "confidential", "curved", "cautious"
_CLIENTS = {
    PUBLIC: {},
    CONFIDENTIAL: {"token_endpoint_auth_method": "client_secret_basic"},
    CURVED: {"id_token_signed_response_alg": "ES256"},
    CAUTIOUS: {},
}


def _client(name: str, secret: str) -> dict[str, object]:
    about = {
        "client_id": name,
        "redirect_uris": [HOME],
        "post_logout_redirect_uris": [LEFT],
        "token_endpoint_auth_method": "none",
        **_CLIENTS[name],
    }
    return about | ({"client_secret": secret} if name == CONFIDENTIAL else {})


@contextmanager
def certified(
    folder: Path, port: int, files: Files, *, password: str, secret: str
) -> Iterator[int]:
    """A provider at that port of 127.0.0.1; gives its process id."""
    told = {
        "modules": str(modules(SOURCE)),
        "issuer": ISSUER,
        "address": "127.0.0.1",
        "port": port,
        "chain": str(files.chain),
        "key": str(files.key),
        "user": USER,
        "password": password,
        "clients": [_client(name, secret) for name in _CLIENTS],
        "asksConsent": CAUTIOUS,
    }
    command = [needed("node"), str(SOURCE / "provider.mjs"), json.dumps(told)]
    with daemon(command, [("127.0.0.1", port)], folder / "oidc.log") as pid:
        yield pid
