"""A new rule is one new file: search, verification, refusals, options and documents obey it, and an edit of it."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import solver
from solver.assemble import assemble
from solver.solve import Effort, solve
from solver.verify import verify
from tests.solver.worlds import world

ROOT = Path(__file__).parents[2]

RULE = '''"""A round's day holds at most HOURS hours of work."""

from __future__ import annotations

from solver.examples import DAY, DAY_LIMITS
from solver.facts import DayFacts, DayLimits
from solver.rule import Edit, Scope, Subject

CODE, SCOPE, REASON = "SHORT_DAY", Scope.DAY, "BREAK_OR_REST"
STATEMENT = "A round's day holds at most HOURS hours of work."
SOURCE = "Nowhere: made up to be dropped in"
SENTENCE = "the day would hold {value} of work, {excess} too much"
FACT, LIMIT, UNIT, PER_UNIT = "work_s", "break_after_s", "min", 60
SHORTER_S = (6 - HOURS) * 3600


def excess(day: DayFacts, limits: DayLimits) -> int:
    """Say by how much the limit is exceeded."""
    return day.work_s - (limits.break_after_s - SHORTER_S)


def relaxed(limits: DayLimits, by: int) -> DayLimits:
    """Raise the limit."""
    return limits._replace(break_after_s=limits.break_after_s + by)


def edits(subject: Subject, limits: DayLimits) -> tuple[Edit, ...]:
    """State the limits in the council file."""
    return ()


BREAKING = (DAY._replace(work_s=HOURS * 3600 + 1), DAY_LIMITS)
PASSING = (DAY._replace(work_s=HOURS * 3600), DAY_LIMITS)
'''

PROBE = """
import json, pickle, sys
from pathlib import Path
from scripts.write_rules import rules_text
from solver.assemble import assemble
from solver.draft import Draft
from solver.options import options
from solver.refuse import refuse
from solver.solve import Effort, solve
from solver.verify import verify

problem, before = pickle.loads(Path(sys.argv[1]).read_bytes())
draft, bounds = solve(problem, seed=1, effort=Effort(searches=2, iterations=2, threads=1))
plan = assemble(draft, bounds)
waiting = [case for case in draft.cases if case not in draft.placed]
longest = max(
    sum(visit.finish_s - visit.start_s for visit in day) for one in plan.rounds for day in one.days.values()
)
Path(sys.argv[1]).write_bytes(pickle.dumps((problem, plan)))
print(json.dumps({
    "longest_contact_s": longest,
    "own_faults": [one.rule for one in verify(problem, plan)],
    "faults_before": sorted({one.rule for one in verify(problem, before)}),
    "refused_by": sorted({r.rule for case in waiting for r in refuse(draft, case, 0)}),
    "options_by": sorted({r.rule for case in waiting for o in options(draft, case) for r in o.reasons}),
    "plan_by": sorted({r.rule for u in plan.unplaced for x in u.refusals for r in x.reasons}),
    "documented": "### SHORT_DAY" in rules_text(),
    "solver": str(Path(sys.modules["solver"].__file__).parent),
}))
"""

AGAIN = """
import json, pickle, sys
from pathlib import Path
from solver.means import MODES
from solver.kernel import IMPOSSIBLE
from solver.replay import draft_of
from solver.timetable import timetable

problem, plan = pickle.loads(Path(sys.argv[1]).read_bytes())
judged = []
for board in draft_of(problem, plan).boards.values():
    for r, one in enumerate(board.rounds):
        setting = problem.day_setting(one.shift, MODES[one.mode], one.crew)
        for d, visits in enumerate(board.days(r)):
            _, facts = timetable(problem, visits, setting)
            judged.append((facts.work_s, bool(board.costs[r, one.mode, d] >= IMPOSSIBLE)))
print(json.dumps(judged))
"""


def test_a_new_rule_is_one_file_and_an_edit_of_it_is_never_stale(tmp_path: Path) -> None:
    problem = world(2, packages=9, providers=1, side_m=400.0, carers=1, double_share=0.0)
    before = assemble(*solve(problem, seed=1, effort=Effort(searches=2, iterations=2, threads=1)))
    assert verify(problem, before) == []
    (tmp_path / "plan.pickle").write_bytes(pickle.dumps((problem, before)))
    engine = Path(solver.__file__).parent
    shutil.copytree(engine, tmp_path / "solver", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "write_rules.py", tmp_path / "scripts")

    new_file = tmp_path / "solver" / "rules" / "short_day.py"
    new_file.write_text(RULE.replace("HOURS", "3"), encoding="utf-8")
    found = _run(PROBE, tmp_path)
    assert found["solver"] == str(tmp_path / "solver")
    assert found["longest_contact_s"] <= 3 * 3600, "the search"
    assert found["own_faults"] == []
    assert found["faults_before"] == ["SHORT_DAY"], "verification of a plan made without the rule"
    assert "SHORT_DAY" in found["refused_by"], "refusals"
    assert "SHORT_DAY" in found["options_by"], "options"
    assert "SHORT_DAY" in found["plan_by"], "the plan's own reasons"
    assert found["documented"]

    new_file.write_text(RULE.replace("HOURS", "2"), encoding="utf-8")
    judged = _run(AGAIN, tmp_path)
    assert {work_s > 2 * 3600 for work_s, _ in judged} == {True, False}
    assert all(forbidden == (work_s > 2 * 3600) for work_s, forbidden in judged), "the kernel, after an edit"


def _run(script: str, folder: Path) -> Any:
    run = subprocess.run(
        [sys.executable, "-c", script, str(folder / "plan.pickle")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "CAREROUND_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])
