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
from app.synth import synth

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "formats" / "example-council.json"


@cache
def example_council() -> CouncilFile:
    """Read the example council: six packages on straight lines, in the North Sea."""
    return read_council(EXAMPLE)


@cache
def small_merton() -> CouncilFile:
    """Make a tenth of Merton on the fictional borough's streets, without known live rounds."""
    return synth("merton", seed=1, scale=0.1, rounds="none", cache_dir=None)


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
