"""A publisher on this machine: serves files with ranges, breaks off when told to, and a map layer page by page."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Publisher:
    """What is served, and what was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    features: list[dict[str, Any]] = field(default_factory=list)
    page: int = 7
    break_after: int | None = None
    breaks: int = 0
    etag: str = '"first"'
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    address: str = ""


@contextmanager
def publishing(publisher: Publisher) -> Iterator[Publisher]:
    """Serve on 127.0.0.1 until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            publisher.asked.append((self.path, self.headers.get("Range")))
            if parts.path.endswith("/query"):
                self.answer(200, json.dumps(layer(publisher, dict(urllib.parse.parse_qsl(parts.query)))).encode(), {})
                return
            content = publisher.files.get(parts.path)
            if content is None:
                self.answer(404, b"not here", {})
                return
            start = 0
            asked = self.headers.get("Range")
            if asked is not None and self.headers.get("If-Range") == publisher.etag:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
            headers = {"ETag": publisher.etag}
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.answer(206 if start else 200, content[start:], headers)

        def answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if publisher.break_after is not None and publisher.breaks > 0:
                publisher.breaks -= 1
                self.wfile.write(content[: publisher.break_after])
                self.wfile.flush()
                self.connection.close()
                return
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A connection that was broken off on purpose is no news."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    publisher.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def layer(publisher: Publisher, query: dict[str, str]) -> dict[str, Any]:
    """Answer as an ArcGIS feature layer does, an error with status 200 included."""
    if "LSOA21NM" not in query["where"]:
        return {"error": {"code": 400, "message": "Cannot perform query. Invalid query parameters."}}
    wanted = query["where"].split("'")[1].rstrip("%")
    found = [one for one in publisher.features if one["properties"]["LSOA21NM"].startswith(wanted)]
    if query.get("returnCountOnly") == "true":
        return {"count": len(found)}
    start = int(query["resultOffset"])
    return {"type": "FeatureCollection", "features": found[start : start + publisher.page]}
