"""Which of an address's pages does a request want? The web server of one house."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

KEEP_ALIVE_S = 75.0
Respond = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Routes = Mapping[tuple[str, str], Respond]  # host and path, or path/* -> who answers


class Site:
    """One web server behind one port; calling it gives a protocol for one caller."""

    def __init__(self, rtt_s: float, routes: Routes) -> None:
        """Needs a running event loop."""
        self._rtt_s = rtt_s
        self._routes = routes
        self._server = web.Server(
            self._respond,
            handler_cancellation=True,  # a silent fault must end with its caller
            access_log=None,
            keepalive_timeout=KEEP_ALIVE_S,
        )

    def __call__(self) -> asyncio.Protocol:
        """The talker for a new connection."""
        return self._server()

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(self._rtt_s)
        host = request.headers.get("Host", "").partition(":")[0].lower()
        respond = self._routes.get((host, request.path)) or self._above(host, request.path)
        if respond is None:
            return web.Response(status=404, text=f"404: {request.path}")
        return await respond(request)

    def _above(self, host: str, path: str) -> Respond | None:
        """The interface below whose path the request goes."""
        while path:
            path = path.rpartition("/")[0]
            if respond := self._routes.get((host, f"{path}/*")):
                return respond
        return None
