"""Real servers on free loopback ports: one in this process for questions, one of its own for the journey."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from app.formats.council import CouncilFile
from app.formats.read import read_council
from app.ground import cache_folder
from app.synth.council import synth
from tests.synth.towns import tiny_town

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "formats" / "example-council.json"


@cache
def example_council() -> CouncilFile:
    """Read the example council: six packages on straight lines, in the North Sea."""
    return read_council(EXAMPLE)


TOWN = tiny_town().parent
"""Folder of the small town's streets, and so of council files on them."""


@cache
def small_merton() -> CouncilFile:
    """Make a tenth of Merton, with its live rounds, on the streets of a small town."""
    return synth(
        "merton",
        seed=1,
        scale=0.1,
        network=tiny_town(),
        rounds="declared",
        relative_to=TOWN,
        cache_dir=cache_folder(),
    )


def held_back(council: CouncilFile, count: int) -> tuple[CouncilFile, list[dict[str, Any]]]:
    """Take the last waiting packages out of a council, to be received one by one."""
    couples = {one.linked_to for one in council.packages}
    single = [one for one in council.packages if one.state == "waiting" and not one.linked_to]
    late = [one for one in single if one.package_ref not in couples][-count:]
    refs = {one.package_ref for one in late}
    kept = tuple(one for one in council.packages if one.package_ref not in refs)
    stay = {one.home_ref for one in kept}
    homes = {one.home_ref: one for one in council.homes}
    bodies = []
    for one in late:
        body: dict[str, Any] = {"package": one.model_dump(mode="json", exclude_defaults=True)}
        if one.home_ref not in stay:
            body["home"] = homes[one.home_ref].model_dump(mode="json", exclude_defaults=True)
            stay.add(one.home_ref)
        bodies.append(body)
    fewer = council.model_copy(
        update={
            "packages": kept,
            "homes": tuple(one for one in council.homes if one.home_ref in {p.home_ref for p in kept}),
        }
    )
    return fewer, bodies


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """Serve an application from a thread of this process."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            while not server.started:
                time.sleep(0.01)
            yield client
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def serving_process(council: Path, plan: Path | None = None) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """Serve a council file from a process of its own, and stop it as a person would."""
    port = free_port()
    said = "import sys; from pathlib import Path; from app.main import serve; a = sys.argv; "
    said += "serve(Path(a[1]), Path(a[2]) if a[2] else None, '127.0.0.1', int(a[3]))"
    process = subprocess.Popen(
        [sys.executable, "-c", said, str(council), str(plan or ""), str(port)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline:
                try:
                    client.get("/v1/health")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield client, process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


def ended(client: httpx.Client, where: str, within_s: float = 60) -> dict[str, Any]:
    """Wait for an allocation to end."""
    deadline = time.monotonic() + within_s
    while True:
        job: dict[str, Any] = client.get(where).json()
        if job["state"] != "running":
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


def searching(client: httpx.Client, where: str, within_s: float = 60) -> None:
    """Wait until an allocation has come to the search."""
    deadline = time.monotonic() + within_s
    while (job := client.get(where).json())["stage"] != "searching" or not job["reached"]:
        assert job["state"] == "running", job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
