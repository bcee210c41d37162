"""What could be read of a council file, as the checks see it: each part with its path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.formats.council import (
    Area,
    CallOffProcedure,
    CapacityReturn,
    Contract,
    CouncilFile,
    DrivenService,
    Embargo,
    Home,
    Line,
    Package,
    Parameters,
    Patch,
    Pcn,
    Provider,
    Round,
    Shift,
    ShiftPattern,
    Stay,
    StraightLineTravel,
    Visit,
    Week,
    Zone,
)

_M = TypeVar("_M", bound=BaseModel)
Placed = tuple[tuple[str, _M], ...]

COLLECTIONS: Mapping[str, type[BaseModel]] = {
    "pcns": Pcn,
    "areas": Area,
    "zones": Zone,
    "shift_patterns": ShiftPattern,
    "providers": Provider,
    "call_off_procedures": CallOffProcedure,
    "contracts": Contract,
    "embargoes": Embargo,
    "capacity_returns": CapacityReturn,
    "driven_services": DrivenService,
    "homes": Home,
    "packages": Package,
    "rounds": Round,
    "stays": Stay,
}
# kind of ref → (collection, inner list, field): where a ref is defined.
DEFINED: Mapping[str, tuple[str, str, str]] = {
    "pcn": ("pcns", "", "pcn_ref"),
    "area": ("areas", "", "area_ref"),
    "zone": ("zones", "", "zone_ref"),
    "patch": ("zones", "patches", "patch_ref"),
    "shift pattern": ("shift_patterns", "", "pattern_ref"),
    "shift": ("shift_patterns", "shifts", "shift_ref"),
    "provider": ("providers", "", "provider_ref"),
    "procedure": ("call_off_procedures", "", "procedure_ref"),
    "contract": ("contracts", "", "contract_ref"),
    "embargo": ("embargoes", "", "embargo_ref"),
    "capacity return": ("capacity_returns", "", "return_ref"),
    "home": ("homes", "", "home_ref"),
    "package": ("packages", "", "package_ref"),
    "round": ("rounds", "", "round_ref"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The parts of a council file that parsed, each with its path.

    Parameters
    ----------
    week, parameters
        As in the file; ``None`` if they did not parse.
    is_straight
        Whether travel is estimated from straight lines.
    parts
        By collection: path and model of every item that parsed.
    defined
        By kind of ref, path and ref of every definition, also in items that did not parse otherwise;
        a kind is absent if its collection could not be read.
    known
        By kind of ref, the refs that are defined.
    broken
        Collections in which an item did not parse.
    unparsed
        Path and values of every item that did not parse.
    """

    week: Week | None
    parameters: Parameters | None
    is_straight: bool
    parts: Mapping[str, Placed[Any]]
    defined: Mapping[str, tuple[tuple[str, str], ...]]
    known: Mapping[str, frozenset[str]]
    broken: frozenset[str]
    unparsed: tuple[tuple[str, Any], ...]

    @property
    def areas(self) -> Placed[Area]:
        """Areas with their paths."""
        return self.parts["areas"]

    @property
    def zones(self) -> Placed[Zone]:
        """Zones with their paths."""
        return self.parts["zones"]

    @property
    def providers(self) -> Placed[Provider]:
        """Providers with their paths."""
        return self.parts["providers"]

    @property
    def procedures(self) -> Placed[CallOffProcedure]:
        """Call-off procedures with their paths."""
        return self.parts["call_off_procedures"]

    @property
    def contracts(self) -> Placed[Contract]:
        """Contracts with their paths."""
        return self.parts["contracts"]

    @property
    def embargoes(self) -> Placed[Embargo]:
        """Embargoes with their paths."""
        return self.parts["embargoes"]

    @property
    def agreements(self) -> tuple[tuple[str, Contract | Embargo], ...]:
        """Contracts, then embargoes, with their paths."""
        return (*self.contracts, *self.embargoes)

    @property
    def workplaces(self) -> tuple[tuple[str, CapacityReturn | Round], ...]:
        """Capacity returns, then live rounds, with their paths: what has a patch and a shift."""
        return (*self.capacity_returns, *self.rounds)

    @property
    def capacity_returns(self) -> Placed[CapacityReturn]:
        """Capacity returns with their paths."""
        return self.parts["capacity_returns"]

    @property
    def driven_services(self) -> Placed[DrivenService]:
        """Drivers' services with their paths."""
        return self.parts["driven_services"]

    @property
    def homes(self) -> Placed[Home]:
        """Homes with their paths."""
        return self.parts["homes"]

    @property
    def packages(self) -> Placed[Package]:
        """Packages with their paths."""
        return self.parts["packages"]

    @property
    def rounds(self) -> Placed[Round]:
        """Live rounds with their paths."""
        return self.parts["rounds"]

    @property
    def stays(self) -> Placed[Stay]:
        """Stays with their paths."""
        return self.parts["stays"]

    def patches(self) -> Iterator[tuple[str, Patch]]:
        """Yield every zone's patches with their paths."""
        for path, zone in self.zones:
            yield from ((f"{path}.patches[{index}]", patch) for index, patch in enumerate(zone.patches))

    def shifts(self) -> Iterator[tuple[str, ShiftPattern, Shift]]:
        """Yield every shift with its path and pattern."""
        for path, pattern in self.parts["shift_patterns"]:
            for index, shift in enumerate(pattern.shifts):
                yield f"{path}.shifts[{index}]", pattern, shift

    def lines(self) -> Iterator[tuple[str, Package, Line]]:
        """Yield every package's lines with their paths."""
        for path, package in self.packages:
            for index, line in enumerate(package.lines):
                yield f"{path}.lines[{index}]", package, line

    def visits(self) -> Iterator[tuple[str, Package, Line, Visit]]:
        """Yield every package's visits with their paths."""
        for path, package, line in self.lines():
            for index, visit in enumerate(line.visits):
                yield f"{path}.visits[{index}]", package, line, visit


def reading_of(council: CouncilFile) -> Reading:
    """Return a valid council file as the checks see it.

    Parameters
    ----------
    council
        The file.

    Returns
    -------
    Reading
        All of it.
    """
    parts = {
        name: tuple((f"{name}[{index}]", item) for index, item in enumerate(getattr(council, name)))
        for name in COLLECTIONS
    }
    defined = {kind: tuple(_definitions(council, *where)) for kind, where in DEFINED.items()}
    return Reading(
        week=council.week,
        parameters=council.parameters,
        is_straight=isinstance(council.travel, StraightLineTravel),
        parts=parts,
        defined=defined,
        known=_known(defined),
        broken=frozenset(),
        unparsed=(),
    )


def partial_reading(data: Mapping[str, Any]) -> Reading:
    """Return what parses of a council file's values.

    Parameters
    ----------
    data
        JSON values of the file.

    Returns
    -------
    Reading
        The items that parse, each by itself.
    """
    parts: dict[str, Placed[Any]] = {}
    unparsed: list[tuple[str, Any]] = []
    broken = set()
    for name, model in COLLECTIONS.items():
        readable = _readable(data, name)
        placed = [(f"{name}[{index}]", value) for index, value in enumerate(data.get(name, []))] if readable else []
        items = [(path, value, _parsed(model, value)) for path, value in placed]
        parts[name] = tuple((path, item) for path, _, item in items if item is not None)
        failed = [(path, value) for path, value, item in items if item is None]
        unparsed += failed
        if failed or not readable:
            broken.add(name)
    defined = {kind: tuple(_definitions(data, *where)) for kind, where in DEFINED.items() if _readable(data, where[0])}
    return Reading(
        week=_parsed(Week, data.get("week")),
        parameters=_parsed(Parameters, data.get("parameters", {})),
        is_straight=_parsed(StraightLineTravel, data.get("travel")) is not None,
        parts=parts,
        defined=defined,
        known=_known(defined),
        broken=frozenset(broken),
        unparsed=tuple(unparsed),
    )


def _readable(data: Mapping[str, Any], name: str) -> bool:
    # A list that must not be empty and is, is one fault; that every ref into it is unknown are no others.
    values = data.get(name, [])
    return isinstance(values, list) and (bool(values) or not CouncilFile.model_fields[name].is_required())


def _known(defined: Mapping[str, tuple[tuple[str, str], ...]]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(ref for _, ref in found) for kind, found in defined.items()}


def _parsed(model: type[_M], value: Any) -> _M | None:
    try:
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return None


def _get(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _definitions(source: Any, collection: str, inner: str, name: str) -> Iterator[tuple[str, str]]:
    for index, item in enumerate(_get(source, collection) or ()):
        path = f"{collection}[{index}]"
        ref = _get(item, name)
        if not inner:
            if isinstance(ref, str):
                yield f"{path}.{name}", ref
            continue
        held = _get(item, inner)
        for place, part in enumerate(held if isinstance(held, list | tuple) else ()):
            ref = _get(part, name)
            if isinstance(ref, str):
                yield f"{path}.{inner}[{place}].{name}", ref
