"""Whether the service works."""

from __future__ import annotations

from fastapi import APIRouter

from app import __version__
from app.api import examples
from app.api.answers import Counts, HealthAnswer
from app.api.described import problems
from app.api.service import TheService

router = APIRouter(tags=["service"])


@router.get(
    "/v1/health",
    operation_id="getHealth",
    summary="Ask how the service is",
    response_description="It works; this is what it holds.",
    responses={200: examples.answered("health"), **problems()},
)
def get_health(service: TheService) -> HealthAnswer:
    """Answer with version, council, counts, and that the state is in memory: it is lost when the server stops."""
    board = service.live.board
    running = service.allocations.running()
    return HealthAnswer(
        status="ok",
        version=__version__,
        council=board.council.name,
        fictional=board.council.fictional,
        state="memory",
        counts=Counts(
            homes=len(board.council.homes),
            packages=len(board.council.packages),
            waiting=sum(one.state == "waiting" for one in board.council.packages),
            providers=len(board.council.providers),
            live_rounds=len(board.council.rounds),
        ),
        plan=board.standing is not None,
        allocation=None if running is None else running.job_id,
    )
