"""A request that began with one model ends with it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from serving.champion import Champion


class Pin:
    """Keeps the model that is live when a request begins, until it ends."""

    def __init__(self, app: ASGIApp, champion: Champion) -> None:
        self._app = app
        self._champion = champion

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._champion.pinned():
            await self._app(scope, receive, send)
