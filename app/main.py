"""The HTTP service of one council, with its state in memory."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI

from app import __version__
from app.allocate import check
from app.api import allocations, health, packages, plans
from app.api.described import describe
from app.api.guard import Guard
from app.api.problems import answer_problems
from app.api.service import Service, caller
from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from app.formats.read import read_council, read_plan
from app.jobs import Allocations
from app.live import LiveCouncil, open_board, out_of_collection
from solver.warm import warm

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
log = logging.getLogger("uvicorn.error")


class UnfitPlan(Exception):
    """The plan does not belong to this council, or breaks its rules; ``careround verify`` says where."""


def create_app(
    council: CouncilFile, *, folder: Path, plan: PlanFile | None = None, hosts: Sequence[str] = LOOPBACK
) -> FastAPI:
    """Make the service of one council; measures all travel and compiles the kernels first.

    Parameters
    ----------
    council
        A checked council file.
    folder
        Folder of the file; paths of street extracts start there.
    plan
        A plan made from it.
    hosts
        Names under which it may be asked; empty for any. A page elsewhere that has its own name point
        at this machine is so turned away.

    Returns
    -------
    FastAPI
        Ready to answer; nothing is downloaded by any request.

    Raises
    ------
    ForeignStreets
        The street extract is missing or another one.
    UnfitPlan
        The checker finds fault with the plan.
    """
    warm()
    board = open_board(council, folder)
    if plan is not None:
        if new := [one for one in check(board.problem, council, plan) if not one.inherited]:
            raise UnfitPlan(f"{len(new)} violation(s), the first: {new[0].code}. Run careround verify.")
        board = board.with_plan(plan)
    live = LiveCouncil(board)
    service = Service(live=live, allocations=Allocations(live.adopt), folder=folder)

    app = FastAPI(
        title="careround",
        version=__version__,
        lifespan=_lifespan,
        dependencies=[Depends(caller)],
        openapi_url="/v1/openapi.json",
        docs_url=None,  # FastAPI's own pages load scripts from a third party
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    for area in (packages, allocations, plans, health):
        app.include_router(area.router)
    answer_problems(app)
    app.add_middleware(Guard, hosts=tuple(hosts))
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    council = service.live.board.council
    counts = f"{len(council.packages)} packages, {len(council.providers)} providers"
    log.info("careround %s answers for %s: %s", __version__, council.name, counts)
    log.info("State is in memory: what is posted is lost when the server stops.")
    with out_of_collection():
        yield
    service.allocations.close()


def serve(council_path: Path, plan_path: Path | None, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a council until interrupted.

    Parameters
    ----------
    council_path
        A council file.
    plan_path
        A plan made from it, or None.
    host
        Address to listen on; there is no access control yet, so only this machine's own by default.
    port
        TCP port.

    Raises
    ------
    BadFile
        A file has faults.
    ForeignStreets
        The street extract is missing or another one.
    UnfitPlan
        The checker finds fault with the plan.
    """
    import uvicorn

    council = read_council(council_path)
    plan = None if plan_path is None else read_plan(plan_path)
    alone = host in ("127.0.0.1", "localhost", "::1")
    app = create_app(council, folder=council_path.parent, plan=plan, hosts=LOOPBACK if alone else ())
    if not alone:
        log.warning("Listening on %s: there is no access control yet; whoever reaches it reads everything.", host)
    # Addresses of requests hold refs of people's packages: they are not logged.
    uvicorn.run(app, host=host, port=port, access_log=False, server_header=False, timeout_graceful_shutdown=5)
