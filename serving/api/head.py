"""HEAD, which every address that takes GET takes too (RFC 9110, 9.1)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """Answers HEAD as ``app`` answers GET, without the body.

    Here and not as methods of the routes, since the OpenAPI document would tell of each twice.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bare(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # The server looks at its own scope to know whether a body is to come, so that stays HEAD.
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, bare)
        finally:
            scope.update(asked, method="HEAD")  # the route, for whoever keeps account
