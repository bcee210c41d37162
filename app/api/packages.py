"""Packages: one comes in, every provider is ranked or refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from app.api import examples
from app.api.answers import (
    NewPackage,
    OptionAnswer,
    OptionRound,
    OptionWay,
    OwnVisit,
    PackageAnswer,
    PcnAnswer,
    Verdict,
)
from app.api.body import json_body, read
from app.api.described import body_of, problems
from app.api.problems import FAULTY, PACKAGE_EXISTS, UNKNOWN_PACKAGE, FaultAnswer, Problem, unspoken
from app.api.service import TheService
from app.formats.checks import warnings
from app.formats.council import Home
from app.formats.faults import Fault
from app.formats.plan import Reason
from app.formats.times import clock_time
from app.live import LiveBoard, Offered, PackageExists
from app.plans import Pointers, refusal_of
from app.received import UnfitPackage
from solver.options import Option
from solver.plan import PlanRefusal
from solver.question import JoinedRound, Placement

router = APIRouter(tags=["packages"])
SOFT = frozenset({"estimate"})
Raw = Annotated[bytes, Depends(json_body)]


@router.post(
    "/v1/packages",
    operation_id="receivePackage",
    status_code=201,
    summary="Receive a care package",
    response_description="The package as it is on the board, with every provider of its zone ranked or refused.",
    openapi_extra=body_of("NewPackage", "new_package"),
    responses={201: examples.answered("received", location=True), **problems(409, 413, 415, 422)},
)
def receive_package(body: Raw, response: Response, service: TheService) -> PackageAnswer:
    """Validate a new care package, locate it in its zone, patch and PCN, and try it on every round.

    The package joins the board as *waiting*: a named person decides who is asked. Options come back
    ranked, refusals with their reasons and, where one exists, the least single change that would help.
    Unknown fields are refused; faults never repeat what was sent.
    """
    new = read(NewPackage, body)
    try:
        board = service.live.receive(new.package, new.home)
    except PackageExists:
        raise Problem(PACKAGE_EXISTS) from None
    except UnfitPackage as error:
        raise Problem(FAULTY, faults=unspoken(error.faults, new.model_dump(mode="json"))) from None
    response.headers["Location"] = f"/v1/packages/{quote(new.package.package_ref, safe='')}"
    place = board.package_at(new.package.package_ref)
    assert place is not None
    return answer(board, place)


@router.get(
    "/v1/packages/{package_ref:path}",
    operation_id="getPackage",
    summary="Look a package up",
    response_description="Its state, and its options or its placement in the plan.",
    responses={200: examples.answered("waiting"), **problems(404)},
)
def get_package(package_ref: str, service: TheService) -> PackageAnswer:
    """Answer with a package's state, zone and PCN, its placement in the current plan, and its options now."""
    board = service.live.board
    place = board.package_at(package_ref)
    if place is None:
        raise Problem(UNKNOWN_PACKAGE)
    return answer(board, place)


def answer(board: LiveBoard, place: int) -> PackageAnswer:
    """Say all there is to say of a package.

    Parameters
    ----------
    board
        Holds the package.
    place
        Its id.

    Returns
    -------
    PackageAnswer
        Options by tier and added time, then refusals.
    """
    stated, problem = board.council.packages[place], board.problem
    planned = problem.packages[place]
    plan = None if board.standing is None else board.standing.plan
    placement = next(
        (one for one in plan.placements if one.package_ref == stated.package_ref) if plan else iter(()), None
    )
    offered = board.options_for(place) if stated.state == "waiting" else Offered([], {})
    pointers = Pointers(board.council)
    area = board.areas[planned.home]
    return PackageAnswer(
        package_ref=stated.package_ref,
        state="proposed" if placement else stated.state,
        pointer=f"/packages/{place}",
        zone_ref=problem.zones[planned.zone] if planned.zone >= 0 else None,
        patch_ref=problem.patches[planned.patch].ref if planned.patch >= 0 else None,
        area_ref=area,
        pcn=_pcn(board, area),
        carer_minutes=planned.carer_min,
        against="live_rounds" if plan is None else "plan",
        placement=placement,
        options=tuple(
            _option(board, pointers, option, rank, offered.refs, place)
            for rank, option in enumerate(offered.options, start=1)
        ),
        warnings=_warnings(board, place),
    )


def _pcn(board: LiveBoard, area_ref: str | None) -> PcnAnswer | None:
    area = next((one for one in board.council.areas if one.area_ref == area_ref), None)
    if area is None or area.pcn_ref is None:
        return None
    name = next((one.name for one in board.council.pcns if one.pcn_ref == area.pcn_ref), "")
    return PcnAnswer(pcn_ref=area.pcn_ref, name=name, share=area.pcn_share)


def _option(
    board: LiveBoard, pointers: Pointers, option: Option, rank: int, refs: Mapping[int, str], place: int
) -> OptionAnswer:
    problem = board.problem
    contract = problem.contracts[option.contract]
    refusal = refusal_of(
        PlanRefusal(
            provider_ref=problem.providers[contract.provider].ref,
            contract_ref=contract.ref,
            tier=option.tier,
            reasons=option.reasons,
        ),
        pointers,
    )
    asked = problem.packages[place]
    ways = [_way(one, refs, asked.ref, problem.patches[asked.patch].ref) for one in option.placements]
    return OptionAnswer(
        rank=rank,
        provider_ref=refusal.provider_ref,
        provider_name=board.council.providers[contract.provider].name,
        contract_ref=refusal.contract_ref,
        role=board.council.contracts[option.contract].role,
        tier=option.tier,
        verdict=_verdict(option, refusal.reasons),
        added_paid_s=ways[0].added_paid_s if ways else None,
        added_travel_s=ways[0].added_travel_s if ways else None,
        added_waiting_s=ways[0].added_waiting_s if ways else None,
        layout=ways[0].layout if ways else "",
        rounds=ways[0].rounds if ways else (),
        alternatives=tuple(ways[1:]),
        reasons=refusal.reasons,
    )


def _verdict(option: Option, reasons: Collection[Reason]) -> Verdict:
    if option.fits:
        return "later_tier" if reasons else "eligible"
    return "unlikely" if all(one.force in SOFT for one in reasons) else "refused"


def _way(one: Placement, refs: Mapping[int, str], mine: str, patch_ref: str) -> OptionWay:
    return OptionWay(
        added_paid_s=one.added_s,
        added_travel_s=one.added_travel_s,
        added_waiting_s=one.added_waiting_s,
        layout=one.layout,
        rounds=tuple(_round(made, refs, mine, patch_ref) for made in one.rounds),
    )


def _round(one: JoinedRound, refs: Mapping[int, str], mine: str, patch_ref: str) -> OptionRound:
    partners = dict.fromkeys(visit.package_ref for visit in one.visits if visit.package_ref != mine)
    visits = tuple(
        OwnVisit(
            day=visit.day,
            visit_ref=visit.visit_ref,
            leave=None if visit.leave_s is None else clock_time(visit.leave_s),
            travel_s=visit.travel_s,
            arrive=clock_time(visit.arrive_s),
            start=clock_time(visit.start_s),
            finish=clock_time(visit.finish_s),
            place=visit.place,
            of=visit.of,
        )
        for visit in one.visits
        if visit.package_ref == mine
    )
    return OptionRound(
        round_ref=None if one.position is None else refs[one.position],
        patch_ref=patch_ref,
        shift_ref=one.shift_ref,
        mode=one.mode,
        crew=one.crew,
        needs_carers=one.needs_carers,
        visits=visits,
        shared_with=(*partners, *one.shared_with),
    )


def _warnings(board: LiveBoard, place: int) -> tuple[FaultAnswer, ...]:
    package = board.council.packages[place]
    home: Home = board.council.homes[board.problem.packages[place].home]
    alone = board.council.model_copy(update={"packages": (package,), "homes": (home,), "rounds": (), "stays": ()})
    found: list[Fault] = [one for one in warnings(alone) if one.path.startswith("packages[0]")]
    return tuple(
        FaultAnswer(path=one.path.replace("packages[0]", "package"), reason=one.reason, mend=one.mend)
        for one in unspoken(found, package.model_dump(mode="json"))
    )
