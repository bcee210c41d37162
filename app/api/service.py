"""What every area of the service works on, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from app.jobs import Allocations
from app.live import LiveCouncil


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The state behind the service, all of it in memory.

    Parameters
    ----------
    live
        The council's board.
    allocations
        Runs of the batch.
    folder
        Folder of the council file.
    """

    live: LiveCouncil
    allocations: Allocations
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is asking."""

    name: str


def service_of(request: Request) -> Service:
    """Find the state behind the service.

    Parameters
    ----------
    request
        Any request.

    Returns
    -------
    Service
        The same for every request.
    """
    found = request.app.state.service
    assert isinstance(found, Service)
    return found


def caller() -> Caller:
    """Say who is asking; every area depends on it.

    Access control takes its place here: keys for machines, sessions for people, roles for both.

    Returns
    -------
    Caller
        Today whoever reaches this machine's loopback, named ``local``.
    """
    return Caller(name="local")


TheService = Annotated[Service, Depends(service_of)]
TheCaller = Annotated[Caller, Depends(caller)]
