"""Allocations: the whole week at once, in the background."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.api import examples
from app.api.answers import AllocationAnswer, NewAllocation
from app.api.body import plan_body, read
from app.api.described import body_of, problems
from app.api.problems import ALLOCATION_ENDED, ALLOCATION_RUNNING, UNKNOWN_ALLOCATION, Problem
from app.api.service import Service, TheService
from app.jobs import AllocationEnded, AllocationRunning, Job, Terms
from solver.solve import Effort

router = APIRouter(tags=["allocations"])


@router.post(
    "/v1/allocations",
    operation_id="startAllocation",
    status_code=202,
    summary="Allocate everybody who waits",
    response_description="The allocation; its progress is at Location.",
    openapi_extra=body_of("NewAllocation", "new_allocation", required=False),
    responses={202: examples.answered("running", location=True), **problems(409, 413, 415, 422)},
)
def start_allocation(
    body: Annotated[bytes, Depends(plan_body)], response: Response, service: TheService
) -> AllocationAnswer:
    """Propose rounds and providers for everybody who waits now, in a process of its own.

    One runs at a time. When it finishes, its plan becomes the current one in one step; packages posted
    meanwhile go on waiting. If it fails or is cancelled, the plan before it stays.
    """
    asked = read(NewAllocation, body or b"{}")
    effort = Effort(searches=asked.searches, iterations=asked.iterations)
    board = service.live.board
    start = asked.start
    if start is None and asked.start_from_current and board.standing is not None:
        start = board.standing.plan
    try:
        job = service.allocations.start(board.council, service.folder, Terms(asked.seed, effort, start))
    except AllocationRunning as error:
        raise Problem(ALLOCATION_RUNNING, headers={"Location": f"/v1/allocations/{error.job_id}"}) from None
    response.headers["Location"] = f"/v1/allocations/{job.job_id}"
    return _answer(job, service)


@router.get(
    "/v1/allocations/{allocation_id}",
    operation_id="getAllocation",
    summary="Follow an allocation",
    response_description="How far it is.",
    responses={200: examples.answered("finished"), **problems(404)},
)
def get_allocation(allocation_id: str, service: TheService) -> AllocationAnswer:
    """Answer with an allocation's stage and state; ask again every second or so."""
    return _answer(_found(allocation_id, service), service)


@router.delete(
    "/v1/allocations/{allocation_id}",
    operation_id="cancelAllocation",
    summary="Cancel an allocation",
    response_description="The allocation, cancelled.",
    responses={200: examples.answered("cancelled"), **problems(404, 409)},
)
def cancel_allocation(allocation_id: str, service: TheService) -> AllocationAnswer:
    """Kill a running allocation; the plan before it stays."""
    _found(allocation_id, service)
    try:
        return _answer(service.allocations.cancel(allocation_id), service)
    except AllocationEnded:
        raise Problem(ALLOCATION_ENDED) from None


@router.post(
    "/v1/allocations/{allocation_id}/finish",
    operation_id="finishAllocation",
    status_code=202,
    summary="Finish an allocation early",
    response_description="The allocation, soon finished.",
    responses={202: examples.answered("running"), **problems(404, 409)},
)
def finish_allocation(allocation_id: str, service: TheService) -> AllocationAnswer:
    """Have a running allocation end now with the best plan that it has, settled and verified like any other.

    Such a plan depends on the moment: it does not replay from its seed.
    """
    _found(allocation_id, service)
    try:
        return _answer(service.allocations.finish(allocation_id), service)
    except AllocationEnded:
        raise Problem(ALLOCATION_ENDED) from None


def _found(allocation_id: str, service: Service) -> Job:
    job = service.allocations.get(allocation_id)
    if job is None:
        raise Problem(UNKNOWN_ALLOCATION)
    return job


def _answer(job: Job, service: Service) -> AllocationAnswer:
    return AllocationAnswer(
        id=job.job_id,
        state=job.state,
        stage=job.stage,
        done=job.done,
        of=job.of,
        reached=dict(job.reached),
        elapsed_s=round(max(0.0, job.elapsed_s(service.allocations.now_s())), 1),
        seed=job.terms.seed,
        not_kept=job.dropped,
        failure=job.failure or None,
        plan="/v1/plan" if job.state == "finished" else None,
    )
