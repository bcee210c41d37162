"""The outermost layer of the service."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import OTHER_HOST, UNEXPECTED, response

log = logging.getLogger("careround")


class Guard:
    """The outermost layer: only our own host names, safe headers, and no traceback to anybody.

    Parameters
    ----------
    app
        What it guards.
    hosts
        Host names that may be asked for; empty for any.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = ()) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        if self.hosts and _host(Headers(scope=scope).get("host", "")) not in self.hosts:
            await response(OTHER_HOST)(scope, receive, guarded)
            return
        try:
            await self.app(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 (the last line: its message might hold personal data)
            log.error("unexpected %s in %s", type(error).__name__, _where(error))
            if not started:
                await response(UNEXPECTED)(scope, receive, guarded)


def _host(header: str) -> str:
    return (
        header[: header.rindex("]") + 1]
        if header.startswith("[") and "]" in header
        else header.split(":", maxsplit=1)[0]
    )


def _where(error: BaseException) -> str:
    """Name the places in the code, and nothing of what was handled there."""
    trace, places = error.__traceback__, []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-4:])
