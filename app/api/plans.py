"""The current plan and its rounds."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.api import examples
from app.api.described import problems
from app.api.problems import NO_PLAN, UNKNOWN_ROUND, Problem
from app.api.service import TheService
from app.formats.plan import PlanFile, RoundPlan
from app.formats.write import json_text

router = APIRouter(tags=["plan"])


@router.get(
    "/v1/plan",
    operation_id="getPlan",
    summary="Read the current plan",
    response_description="The plan file, as `careround verify` reads it.",
    response_model=PlanFile,
    responses={200: examples.answered("plan"), **problems(404)},
)
def get_plan(service: TheService) -> Response:
    """Answer with the plan of the last allocation that finished, or of the start; a proposal, not a decision."""
    standing = service.live.board.standing
    if standing is None:
        raise Problem(NO_PLAN)
    return Response(json_text(standing.plan), media_type="application/json")


@router.get(
    "/v1/rounds/{round_ref:path}",
    operation_id="getRound",
    summary="Read a round",
    response_description="The round's week with its timetable: clock times, travel in seconds.",
    responses={200: examples.answered("round"), **problems(404)},
)
def get_round(round_ref: str, service: TheService) -> RoundPlan:
    """Answer with a round of the current plan; before there is one, with a live round as it runs."""
    found = service.live.board.round_on_board(round_ref)
    if found is None:
        raise Problem(UNKNOWN_ROUND)
    return found
