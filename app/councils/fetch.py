"""Fetch what a council is built from, from those who publish it: resumed, checked, whole or not at all."""

from __future__ import annotations

import hashlib
import html
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

from app.councils.publications import Publication

RECORD = "fetched.json"
PAGE = 1000
_BLOCK = 1 << 18
_TRIES = 3
_MOST_OF_A_PAGE = 1 << 24

_MAGIC = {".zip": b"PK", ".xlsx": b"PK"}
"""How a file of that kind begins."""


class Unfetched(Exception):
    """A file could not be fetched whole; what has arrived is kept beside its place and resumed next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One file that has arrived."""

    kind: str
    file: str
    url: str
    sha256: str
    size_bytes: int
    resumed_from: int


def fetch_all(
    wanted: tuple[Publication, ...],
    folder: Path,
    *,
    timeout_s: float = 60.0,
    pause_s: float = 2.0,
    tell: Callable[[str], None] = lambda _line: None,
) -> list[Fetched]:
    """Fetch files into a folder and record where each came from.

    Parameters
    ----------
    wanted
        What to fetch; a file that is there already is left alone.
    folder
        Where it goes; ``fetched.json`` records address, size and SHA-256 of each.
    timeout_s
        Longest silence of a server.
    pause_s
        Pause before a second try, doubled before a third.
    tell
        Hears a line for each file.

    Returns
    -------
    list of Fetched
        What has arrived now.

    Raises
    ------
    Unfetched
        A file could not be fetched; those before it are kept, and a repeated call goes on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record_path = folder / RECORD
    record: dict[str, Any] = json.loads(record_path.read_text(encoding="utf-8")) if record_path.is_file() else {}
    arrived = []
    for one in wanted:
        if (folder / one.file).is_file():
            tell(f"{one.file}: already here")
            continue
        tell(f"{one.file}: fetching from {urllib.parse.urlsplit(one.url).netloc}")
        got = (fetch_layer if one.layer else fetch_file)(one, folder, timeout_s=timeout_s, pause_s=pause_s)
        arrived.append(got)
        record[one.file] = asdict(got)
        _whole(record_path, json.dumps(record, indent=2, sort_keys=True).encode() + b"\n")
    return arrived


def fetch_file(one: Publication, folder: Path, *, timeout_s: float = 60.0, pause_s: float = 2.0) -> Fetched:
    """Fetch one file, going on where an earlier attempt stopped.

    Parameters
    ----------
    one
        The file.
    folder
        Where it goes, once it is whole and its checksum (where one is published) is right.
    timeout_s, pause_s
        As in `fetch_all`.

    Returns
    -------
    Fetched
        What arrived.

    Raises
    ------
    Unfetched
        The server cannot be reached, refuses, breaks off three times, or the content is not what was published.
    """
    if one.link is not None:
        one = replace(one, url=_linked(one, timeout_s), link=None)
    part = folder / f"{one.file}.part"
    tag_file = folder / f"{one.file}.part.etag"
    resumed_from = part.stat().st_size if part.is_file() else 0
    for attempt in range(_TRIES):
        try:
            _append(one, part, tag_file, timeout_s)
            break
        except (OSError, HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError) or attempt == _TRIES - 1:
                raise _unfetched(one, error) from error
            time.sleep(pause_s * 2**attempt)
    _check(one, part, timeout_s)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = part.stat().st_size
    part.replace(folder / one.file)
    tag_file.unlink(missing_ok=True)
    return Fetched(kind=one.kind, file=one.file, url=one.url, sha256=digest, size_bytes=size, resumed_from=resumed_from)


def _linked(one: Publication, timeout_s: float) -> str:
    """Find the address of a file on the page that offers it."""
    assert one.link is not None
    try:
        with _opened(one.url, timeout_s, {}) as answer:
            page = answer.read(_MOST_OF_A_PAGE).decode("utf-8", errors="replace")
    except (OSError, HTTPException) as error:
        raise _unfetched(one, error) from error
    links: list[str] = re.findall(one.link, html.unescape(page))
    if not links:
        raise Unfetched(f"{one.url} offers no such file. It may not be out yet, or have moved: look at {one.page}.")
    # In 2025 there was one file by the small areas of 2011 and one by those of 2021, to which ours belong.
    return next((link for link in links if "2021" in link), links[0])


def _append(one: Publication, part: Path, tag_file: Path, timeout_s: float) -> None:
    """Append what is missing of a file; from the beginning if the server has another one by now."""
    have = part.stat().st_size if part.is_file() else 0
    tag = tag_file.read_text(encoding="ascii") if tag_file.is_file() else ""
    headers = {"Range": f"bytes={have}-", "If-Range": tag} if have and tag else {}
    if not headers:
        have = 0
    with _opened(one.url, timeout_s, headers) as answer:
        going_on = answer.status == 206
        if going_on and not (answer.headers.get("Content-Range") or "").startswith(f"bytes {have}-"):
            part.unlink()
            raise ConnectionError("the server sent another part of the file than was asked for")
        tag_file.write_text(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "", encoding="ascii")
        length = answer.headers.get("Content-Length")
        written = 0
        with part.open("ab" if going_on else "wb") as file:
            while block := answer.read(_BLOCK):
                file.write(block)
                written += len(block)
        if length is not None and written < int(length):
            raise ConnectionError(f"the connection broke after {written} of {length} bytes")


def _check(one: Publication, part: Path, timeout_s: float) -> None:
    """Refuse what is not the file that was published."""
    magic = _MAGIC.get(Path(one.file).suffix)
    with part.open("rb") as file:
        start = file.read(512)
    # A page that says "not found" with status 200 must not pass for a table either.
    is_page = start.lstrip().lower().startswith((b"<!doctype html", b"<html"))
    if is_page or (magic is not None and not start.startswith(magic)):
        part.unlink()
        raise Unfetched(
            f"{one.url} gave no {Path(one.file).suffix} file. Its address may have changed; look at {one.page}."
        )
    if one.checksum_url is None:
        return
    try:
        with _opened(one.checksum_url, timeout_s, {}) as answer:
            published = {md5.decode().lower() for md5 in re.findall(rb"\b[0-9a-fA-F]{32}\b", answer.read(1 << 16))}
    except (OSError, HTTPException) as error:
        raise _unfetched(one, error) from error
    if not published:
        raise Unfetched(f"{one.checksum_url} holds no MD5 checksum. Look at {one.page}.")
    with part.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found not in published:
        part.unlink()
        raise Unfetched(
            f"{one.url}: the checksum differs from the published one. The file was removed; fetch it again."
        )


def fetch_layer(one: Publication, folder: Path, *, timeout_s: float = 60.0, pause_s: float = 2.0) -> Fetched:
    """Fetch the features of an ArcGIS layer as GeoJSON, page by page.

    Parameters
    ----------
    one
        The layer.
    folder
        Where it goes, once every feature that the server counts is there.
    timeout_s, pause_s
        As in `fetch_all`.

    Returns
    -------
    Fetched
        What arrived.

    Raises
    ------
    Unfetched
        The server cannot be reached, refuses, has no such feature, or gives fewer than it counts.
    """
    query = {"where": one.where, "outFields": "*", "outSR": "4326", "f": "geojson"}
    counted = _asked(one, {"where": one.where, "returnCountOnly": "true", "f": "json"}, timeout_s, pause_s).get("count")
    if not isinstance(counted, int) or counted == 0:
        raise Unfetched(f"{one.url} knows no area with {one.where}. Write the council as the ONS does; see {one.page}.")
    features: list[Any] = []
    while len(features) < counted:
        pages = {"resultOffset": str(len(features)), "resultRecordCount": str(PAGE)}
        page = _asked(one, query | pages, timeout_s, pause_s).get("features") or []
        if not page:
            raise Unfetched(f"{one.url} gave {len(features)} of {counted} areas. Try again later; see {one.page}.")
        features += page
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    content = json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False).encode()
    _whole(folder / one.file, content)
    digest = hashlib.sha256(content).hexdigest()
    return Fetched(kind=one.kind, file=one.file, url=one.url, sha256=digest, size_bytes=len(content), resumed_from=0)


def _asked(one: Publication, query: dict[str, str], timeout_s: float, pause_s: float) -> dict[str, Any]:
    url = f"{one.url}/query?{urllib.parse.urlencode(query)}"
    for attempt in range(_TRIES):
        try:
            with _opened(url, timeout_s, {}) as answer:
                found = json.load(answer)
            break
        except (OSError, HTTPException, ValueError) as error:
            if isinstance(error, urllib.error.HTTPError) or attempt == _TRIES - 1:
                raise _unfetched(one, error) from error
            time.sleep(pause_s * 2**attempt)
    else:  # pragma: no cover  # the last attempt raises
        raise AssertionError
    # ArcGIS answers 200 with an error inside.
    if not isinstance(found, dict) or "error" in found:
        said = found.get("error", {}).get("message", "") if isinstance(found, dict) else ""
        raise Unfetched(f"{one.url} refused ({said}). Its name may have changed; look at {one.page}.")
    return found


@contextmanager
def _opened(url: str, timeout_s: float, headers: dict[str, str]) -> Iterator[HTTPResponse]:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise Unfetched(f"{url} is no web address. Give one that begins with https://.")
    request = urllib.request.Request(url, headers={"User-Agent": "careround", **headers})  # noqa: S310  # checked above
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
        yield answer


def _unfetched(one: Publication, error: Exception) -> Unfetched:
    host = urllib.parse.urlsplit(one.url).netloc
    if isinstance(error, urllib.error.HTTPError):
        return Unfetched(
            f"{host} answered {error.code} for {one.file}. Its address may have changed; look at {one.page}."
        )
    reason = getattr(error, "reason", None) or error
    return Unfetched(
        f"{one.file} could not be fetched from {host} ({reason}). Is there internet here? What has arrived is kept: run the "
        f"command again to go on, or fetch the file elsewhere ({one.page}) and put it here."
    )


def _whole(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
