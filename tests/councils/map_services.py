"""OpenStreetMap's services on this machine: one that knows one place by name, and one that gives the streets of an extract."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import osmium

BARRIER_KEYS = ("barrier", "access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar")


def elements_of(extract: Path) -> list[dict[str, Any]]:
    """List streets and their nodes as Overpass answers."""
    nodes: dict[int, dict[str, Any]] = {}
    ways: list[dict[str, Any]] = []
    tagged: dict[int, dict[str, str]] = {}
    for item in osmium.FileProcessor(str(extract)).with_locations():
        if isinstance(item, osmium.osm.Node) and "barrier" in item.tags:
            tagged[item.id] = dict(item.tags)
        elif isinstance(item, osmium.osm.Way) and "highway" in item.tags:
            inside = [node for node in item.nodes if node.location.valid()]
            for node in inside:
                nodes[node.ref] = {"type": "node", "id": node.ref, "lat": node.location.lat, "lon": node.location.lon}
            ways.append({"type": "way", "id": item.id, "nodes": [node.ref for node in inside], "tags": dict(item.tags)})
    for ref, tags in tagged.items():
        if ref in nodes:
            nodes[ref]["tags"] = tags
    return ways + list(nodes.values())


def place_around(elements: list[dict[str, Any]], kind: str = "Polygon") -> dict[str, Any]:
    """Describe a box around all nodes as Nominatim answers."""
    lon = [one["lon"] for one in elements if one["type"] == "node"]
    lat = [one["lat"] for one in elements if one["type"] == "node"]
    west, south, east, north = min(lon), min(lat), max(lon), max(lat)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "boundingbox": [str(south), str(north), str(west), str(east)],
        "geojson": {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring[0]},
        "importance": 0.5,
        "lat": str(south),
        "lon": str(west),
        "display_name": "Bankside",
        "name": "Bankside",
    }


@contextmanager
def map_services(places: dict[str, dict[str, Any]], elements: list[dict[str, Any]]) -> Iterator[str]:
    """Serve both on 127.0.0.1 until the end of the block; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            if parts.path.endswith("/status"):
                self.answer(
                    b"Connected as: 1\nCurrent time: x\nAnnounced endpoint: none\nRate limit: 2\n2 slots available now.\n"
                )
                return
            asked = dict(urllib.parse.parse_qsl(parts.query)).get("q", "")
            self.answer(json.dumps([places[asked]] if asked in places else []).encode())

        def do_POST(self) -> None:
            form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            understood = 'way["highway"](poly:' in form["data"][0]
            self.answer(json.dumps({"elements": elements}).encode(), 200 if understood else 400)

        def answer(self, content: bytes, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
