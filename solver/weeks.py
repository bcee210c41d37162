"""How packages' weeks are laid out in parts: as commissioned, and in every other way that may be chosen instead.

A part holds visits of its own, so that a visit in a round says of which part, and so of which layout, it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

from solver.problem import DAYS, SECOND_CARER, Layout, Parameters, Part, Shift, Visit

DAY_CHOICES_MOST = 16
STARTS_MOST = 8
"""Layouts of one kind that a package has at most."""
TOGETHER_MOST = 64
"""Layouts with other days, another start all week or both, up to which starts are not thinned out to fewer."""

Place = Callable[[Visit], int | None]
"""Says into which shift a visit goes, if any."""
Departure = tuple[str, list[Visit], Place]
"""What is different, the visits, and where they go."""


class Week(NamedTuple):
    """A package's week in every layout, as :class:`solver.problem.Package` holds it."""

    visits: tuple[int, ...]
    parts: tuple[tuple[int, ...], ...]
    fixed: tuple[tuple[int, ...], ...]
    others: tuple[Layout, ...]


class _Group(NamedTuple):
    """What the visits of a part have in common."""

    shift: int
    crew: int
    line: int
    second: bool


class Weeks:
    """Visits and parts of packages, one after the other.

    Parameters
    ----------
    shifts
        Of every pattern.
    parameters
        Say which layouts may be chosen, and what they cost.
    """

    def __init__(self, shifts: Sequence[Shift], parameters: Parameters) -> None:
        self.shifts, self.parameters = tuple(shifts), parameters
        self.visits: list[Visit] = []
        self.parts: list[Part] = []

    def add(
        self,
        rows: Sequence[Visit],
        *,
        patterns: int,
        waits: bool,
        narrowed: Iterable[tuple[str, list[Visit]]] = (),
        scarce: Collection[int] = (),
    ) -> Week:
        """Lay out the week of the next package.

        Parameters
        ----------
        rows
            Its visits as commissioned; their gaps name visits by id, the first being ``len(visits)``.
        patterns
            How many shift patterns there are.
        waits
            Whether other layouts may be chosen; people who are served keep theirs.
        narrowed
            The same visits with other windows that would do as well, and what is different.
        scarce
            Shifts in which a carer alone may not be had, or not on foot: there a pair may come at any price.

        Returns
        -------
        Week
            Ids of the visits and parts that were added.
        """
        first = len(self.visits)
        rows = _at_one_times(rows, self.parameters.grid_s) if waits else list(rows)
        self.visits.extend(rows)
        at = {row.ref: first + j for j, row in enumerate(rows)}
        parts: list[tuple[int, ...]] = []
        fixed: list[tuple[int, ...]] = []
        others: list[Layout] = []
        for pattern in range(patterns):
            usual = self._roomiest(pattern)
            grouped, outside = _grouped(rows, usual)
            known = {
                (group, tuple(those)): self._part(group, [at[row.ref] for row in those])
                for group, those in sorted(grouped.items())
            }
            parts.append(tuple(known.values()))
            fixed.append(tuple(at[row.ref] for row in outside))
            seen = {frozenset(parts[-1])}
            departures = [
                *((ref, _at_one_times(those, self.parameters.grid_s), usual) for ref, those in narrowed),
                *self._departures(rows, usual, pattern, scarce),
            ]
            for ref, changed, place in departures if waits else ():
                regrouped, left_out = _grouped(changed, place)
                if len(left_out) > len(outside):
                    continue
                chosen = tuple(self._shared(known, group, those) for group, those in sorted(regrouped.items()))
                if frozenset(chosen) not in seen:
                    seen.add(frozenset(chosen))
                    others.append(Layout(ref=ref, pattern=pattern, parts=chosen))
        return Week(tuple(range(first, first + len(rows))), tuple(parts), tuple(fixed), tuple(others))

    def _shared(self, known: dict[tuple[_Group, tuple[Visit, ...]], int], group: _Group, rows: list[Visit]) -> int:
        """Find the part that holds just these visits, or add it with visits of its own."""
        key = (group, tuple(rows))
        if key not in known:
            first = len(self.visits)
            self.visits.extend(rows)
            known[key] = self._part(group, list(range(first, len(self.visits))))
        return known[key]

    def _part(self, group: _Group, visits: list[int]) -> int:
        package, extra_s = 0, 0
        for visit in visits:
            row = self.visits[visit]
            package = row.package
            for_each = row.stand_by * row.duration_s + (self.parameters.meet_up_s if group.second else 0)
            extra_s += for_each * row.days.bit_count()
        self.parts.append(
            Part(
                package=package,
                line=group.line,
                shift=group.shift,
                crew=group.crew,
                visits=tuple(visits),
                extra_s=extra_s,
            )
        )
        return len(self.parts) - 1

    def _room_s(self, row: Visit, shift: int) -> int:
        """Say how much later than its earliest start a visit may start in a shift; below 0 where it does not fit."""
        one = self.shifts[shift]
        return min(row.latest_s, one.end_s - row.duration_s) - max(row.earliest_s, one.start_s)

    def _roomiest(self, pattern: int) -> Place:
        """Put each visit into the shift of a pattern where it has the most room to start; the first of equals."""
        shifts = [s for s, one in enumerate(self.shifts) if one.pattern == pattern]

        def place(row: Visit) -> int | None:
            room, chosen = max(((self._room_s(row, s), -s) for s in shifts), default=(-1, 0))
            return -chosen if room >= 0 else None

        return place

    def _departures(
        self, rows: list[Visit], usual: Place, pattern: int, scarce: Collection[int]
    ) -> Iterator[Departure]:
        """List what else could be done; each departs from the week as commissioned in one way."""
        yield from self._on_other_days_or_times(rows, usual)
        yield from self._in_other_shifts(rows, usual, pattern)
        if self.parameters.pairs_take_singles:
            yield from self._by_pairs(rows, usual, scarce)
        yield from self._by_meeting(rows, usual)

    def _on_other_days_or_times(self, rows: list[Visit], usual: Place) -> Iterator[Departure]:
        """Make visits on other days, start those that keep one time all week at another time, or do both."""
        choices = [dict.fromkeys((row.days, *row.day_choices)) for row in rows]
        every = list(islice(product(*choices), DAY_CHOICES_MOST + 1))
        most = max(STARTS_MOST, TOGETHER_MOST // len(every))
        starts = [_starts(row, self.parameters.grid_s, most) if row.same_time else [] for row in rows]
        times = [
            [_starting(row, those, k) for row, those in zip(rows, starts, strict=True)]
            for k in range(max((len(those) for those in starts), default=0))
        ]
        for days, timed in product(every, [rows, *(one for one in times if one != rows)]):
            changed = [replace(row, days=mask) for row, mask in zip(timed, days, strict=True)]
            if changed != rows:
                yield _said(rows, changed), changed, usual

    def _in_other_shifts(self, rows: list[Visit], usual: Place, pattern: int) -> Iterator[Departure]:
        shifts = [s for s, one in enumerate(self.shifts) if one.pattern == pattern]
        movable = [(row, s) for row in rows for s in shifts if s != usual(row) and self._room_s(row, s) >= 0]
        for moved, s in movable:
            yield (
                f"{moved.ref} in shift {self.shifts[s].ref}",
                rows,
                lambda row, moved=moved, s=s: s if row is moved else usual(row),  # type: ignore[misc]
            )
        if len({row.ref for row, _ in movable}) > 1:
            for s in dict.fromkeys(s for _, s in movable):
                there = {row.ref for row, other in movable if other == s}
                yield (
                    f"{', '.join(sorted(there))} in shift {self.shifts[s].ref}",
                    rows,
                    lambda row, there=there, s=s: s if row.ref in there else usual(row),  # type: ignore[misc]
                )

    def _by_pairs(self, rows: list[Visit], usual: Place, scarce: Collection[int]) -> Iterator[Departure]:
        """Let a pair make the visits of one carer, in one shift or in all, where it could be better.

        That is where standing by costs no more than what a round for these visits alone would, or where such a round
        may not be had.
        """
        alone: dict[int, list[Visit]] = {}
        for row in rows:
            if row.crew == 1 and (s := usual(row)) is not None:
                alone.setdefault(s, []).append(row)
        shifts = sorted(
            s for s, those in alone.items() if s in scarce or self._stands_by_s(those) <= self._opening_s(those)
        )
        for those in [*([s] for s in shifts), shifts][: len(shifts) + (len(shifts) > 1)]:
            changed = [
                replace(row, crew=2, stand_by=1) if row.crew == 1 and usual(row) in those else row for row in rows
            ]
            yield (
                f"a pair makes the visits of one carer in shift {', '.join(self.shifts[s].ref for s in those)}",
                changed,
                usual,
            )

    def _stands_by_s(self, rows: list[Visit]) -> int:
        return sum(row.duration_s * row.days.bit_count() for row in rows)

    def _opening_s(self, rows: list[Visit]) -> int:
        """Say what the days of a round for some visits cost before the first of them, by the cheapest means."""
        p, days = self.parameters, 0
        starts = {"walk": p.walk_start_s, "cycle": p.cycle_start_s, "drive": p.drive_start_s}
        for row in rows:
            days |= row.days
        return days.bit_count() * min((starts[mode] for mode in p.modes if mode in starts), default=p.drive_start_s)

    def _by_meeting(self, rows: list[Visit], usual: Place) -> Iterator[Departure]:
        """Let two carers meet at the home at a fixed time instead of coming as a pair."""
        starts = [_starts(row, self.parameters.grid_s) if row.may_meet and row.crew == 2 else [] for row in rows]
        for k in range(max((len(those) for those in starts), default=0)):
            changed = []
            for row, those in zip(rows, starts, strict=True):
                if not those:
                    changed.append(row)
                    continue
                half = replace(_starting(row, those, k), crew=1, choices_s=(row.earliest_s, row.latest_s))
                changed += [half, replace(half, ref=row.ref + SECOND_CARER)]
            said = ", ".join(
                f"{row.ref} at {_clock(those[min(k, len(those) - 1)])}"
                for row, those in zip(rows, starts, strict=True)
                if those
            )
            yield f"two carers meet up: {said}", changed, usual


def _grouped(rows: Sequence[Visit], place: Place) -> tuple[dict[_Group, list[Visit]], list[Visit]]:
    """Put each visit into its shift; what fits none is a fixed block of a carer's day."""
    grouped: dict[_Group, list[Visit]] = {}
    outside: list[Visit] = []
    for row in rows:
        shift = place(row)
        if shift is None:
            outside.append(row)
        else:
            group = _Group(shift, row.crew, row.line, row.ref.endswith(SECOND_CARER))
            grouped.setdefault(group, []).append(row)
    for those in grouped.values():
        those.sort(key=lambda row: row.earliest_s + row.latest_s)
    return grouped, outside


def _said(rows: Sequence[Visit], changed: Sequence[Visit]) -> str:
    """Say which visits are on other days; and at what time all week the visits are that have one, where one differs."""
    pairs = list(zip(rows, changed, strict=True))
    said = [f"{now.ref} on {_days(now.days)}" for was, now in pairs if was.days != now.days]
    if any(was.earliest_s != now.earliest_s for was, now in pairs):
        said.append(", ".join(f"{now.ref} at {_clock(now.earliest_s)}" for _, now in pairs if now.same_time))
    return "; ".join(said)


def _starts(row: Visit, grid_s: int, most_starts: int = STARTS_MOST) -> list[int]:
    """List the starts on the grid inside a visit's window, evenly thinned out where there are many; else its middle."""
    least, most = row.choices_s or (row.earliest_s, row.latest_s)
    every = list(range(-(-least // grid_s) * grid_s, most + 1, grid_s)) or [(least + most) // 2]
    if len(every) <= most_starts:
        return every
    return [every[i * (len(every) - 1) // (most_starts - 1)] for i in range(most_starts)]


def _starting(row: Visit, starts: list[int], k: int) -> Visit:
    """Fix a visit at its k-th start, or at its last one."""
    if not starts:
        return row
    start = starts[min(k, len(starts) - 1)]
    return replace(row, earliest_s=start, latest_s=start)


def _at_one_time(row: Visit, grid_s: int) -> Visit:
    """Fix a visit that starts at the same time all week at the middle of its possible starts."""
    if not row.same_time:
        return row
    starts = _starts(row, grid_s)
    return replace(_starting(row, starts, len(starts) // 2), choices_s=(row.earliest_s, row.latest_s))


def _at_one_times(rows: Iterable[Visit], grid_s: int) -> list[Visit]:
    return [_at_one_time(row, grid_s) for row in rows]


def _days(mask: int) -> str:
    return " ".join(name for d, name in enumerate(DAYS) if mask >> d & 1)


def _clock(start_s: int) -> str:
    return f"{start_s // 3600:02d}:{start_s // 60 % 60:02d}"
