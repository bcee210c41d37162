"""A package that came in: checked as a file would be, and appended to the council's problem."""

from __future__ import annotations

from dataclasses import replace

from app.formats.checks import faults
from app.formats.council import CouncilFile, Home, Package, StraightLineTravel
from app.formats.faults import Fault
from solver.problem import Problem


class UnfitPackage(Exception):
    """The package cannot be planned as it is stated.

    Parameters
    ----------
    found
        Every fault, at least one.
    """

    def __init__(self, found: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(found)} fault(s)")
        self.faults = found


def alone_in(council: CouncilFile, package: Package, home: Home, area: str | None) -> CouncilFile:
    """Cut a council down to one package: refs keep their ids, and no travel has to be measured.

    Parameters
    ----------
    council
        The whole council.
    package, home
        The one package and where it is.
    area
        Ref of the home's area; None outside all.

    Returns
    -------
    CouncilFile
        With the same providers, contracts, zones and parameters.
    """
    return council.model_copy(
        update={
            "areas": tuple(one for one in council.areas if one.area_ref == area),
            "homes": (home,),
            "packages": (package,),
            "rounds": (),
            "stays": (),
            "travel": StraightLineTravel(source="straight_line"),
        }
    )


def joined(problem: Problem, alone: Problem, home: int) -> Problem:
    """Append the one package of a problem to the problem of the whole council.

    Parameters
    ----------
    problem
        Of the council so far; its travel tables hold the home.
    alone
        Of :func:`alone_in`.
    home
        Id that the home has in the whole council.

    Returns
    -------
    Problem
        Ids of what was there before stay as they are.
    """
    n, v, p = len(problem.packages), len(problem.visits), len(problem.parts)
    package = alone.packages[0]
    return replace(
        problem,
        homes=problem.homes if home < len(problem.homes) else (*problem.homes, alone.homes[0]),
        packages=(
            *problem.packages,
            replace(
                package,
                home=home,
                visits=tuple(i + v for i in package.visits),
                parts=tuple(tuple(i + p for i in those) for those in package.parts),
                others=tuple(replace(one, parts=tuple(i + p for i in one.parts)) for one in package.others),
                fixed=tuple(tuple(i + v for i in those) for those in package.fixed),
            ),
        ),
        visits=problem.visits
        + tuple(
            replace(
                one, package=n, home=home, gaps=tuple((before + v, least, most) for before, least, most in one.gaps)
            )
            for one in alone.visits
        ),
        parts=problem.parts
        + tuple(replace(one, package=n, visits=tuple(i + v for i in one.visits)) for one in alone.parts),
        cases=(*problem.cases, (n,)),
    )


def home_faults(package: Package, home: Home | None, known: Home | None) -> tuple[Fault, ...]:
    """Say what is wrong with where a new package is.

    Parameters
    ----------
    package
        The new package.
    home
        The home that came with it, if any.
    known
        The home of that ref that the council has, if any.

    Returns
    -------
    tuple of Fault
        Empty when exactly one of the two homes will do.
    """
    if package.state != "waiting":
        return _one("package.state", "must be waiting", "only a package that waits is received; set waiting")
    if home is None and known is None:
        return _one("package.home_ref", "is no home on the board", "correct the ref, or give the home with lon and lat")
    if home is not None and home.home_ref != package.home_ref:
        return _one("home.home_ref", "is not the package's home_ref", "give both the same ref")
    if home is not None and known is not None:
        return _one(
            "home.home_ref",
            "is already the ref of a home on the board",
            "leave home out, or give the new home a new ref",
        )
    return ()


def package_faults(council: CouncilFile, alone: CouncilFile, area: str | None) -> tuple[Fault, ...]:
    """Check a package and its home as reading a council file would.

    Parameters
    ----------
    council
        The whole council.
    alone
        Of :func:`alone_in`.
    area
        Ref of the home's area; None outside all, which is a fault here.

    Returns
    -------
    tuple of Fault
        Paths start at ``package`` or ``home``; values are left out.
    """
    # Outside every area the coordinates themselves are in doubt: compare them with the whole ground.
    seen = alone if area is not None else alone.model_copy(update={"areas": council.areas})
    found = [
        Fault(path=_renamed(one.path), value="", reason=_renamed(one.reason), mend=_renamed(one.mend))
        for one in faults(seen)
        if one.path.startswith(("packages[0]", "homes[0]"))
    ]
    if area is None and not any(one.path.startswith("home") for one in found):
        found.append(
            Fault(
                path="home",
                value="",
                reason="lies in none of the council's areas",
                mend="correct lon and lat; a home beyond the border needs an area, and so a zone, of its own",
            )
        )
    return tuple(found)


def _renamed(text: str) -> str:
    return text.replace("packages[0]", "package").replace("homes[0]", "home")


def _one(path: str, reason: str, mend: str) -> tuple[Fault, ...]:
    return (Fault(path=path, value="", reason=reason, mend=mend),)
