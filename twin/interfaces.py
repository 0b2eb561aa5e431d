"""Which interfaces does the city speak, by the name of their contract?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twin import center
from twin.documents import documents
from twin.hotline.exchange import Exchange
from twin.oidc import sign_on
from twin.plan import Place
from twin.records import Records
from twin.site import Respond

INTERFACES: Mapping[str, Callable[[Place, Records], Respond]] = {
    "dossiers": center.interface,
    "edxml": documents,
    "oidc": sign_on,
    "open311": Exchange(),
}
