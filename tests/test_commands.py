"""The commands of the README and of the how-to pages run as they are written, on councils small enough for a test."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app

ROOT = Path(__file__).resolve().parents[1]
HOW_TO = ROOT / "docs" / "how-to"
EXAMPLE = ROOT / "docs" / "formats" / "example-council.json"
SMALLER = {
    "demo": ["--scale", "0.02", "--effort", "1", "--threads", "1"],
    "synth": ["--scale", "0.01"],
    "allocate": ["--effort", "1", "--threads", "1"],
}
"""Options that a test adds."""


def careround(line: str) -> Result:
    """Run a written command, made smaller; serving is not tried here."""
    words = shlex.split(line)
    assert words[0] == "careround"
    return CliRunner().invoke(app, [*words[1:], *SMALLER.get(words[1], [])])


def commands_of(text: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("careround ")]


def own_council(folder: Path) -> None:
    shutil.copy(EXAMPLE, folder / "council.json")


def a_town(folder: Path) -> None:
    shutil.copy(ROOT / "data" / "demo" / "doggerby.osm.pbf", folder / "town.osm.pbf")
    shutil.copy(ROOT / "data" / "boundaries" / "doggerby_lsoa.geojson", folder / "areas.geojson")


BEFORE: dict[str, Callable[[Path], None]] = {
    "plan-your-own-council.md": own_council,
    "another-towns-streets.md": a_town,
}
"""What a page takes for granted."""


@pytest.mark.parametrize("page", sorted(path.name for path in HOW_TO.glob("*.md") if commands_of(path.read_text())))
def test_the_commands_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if page in BEFORE:
        BEFORE[page](tmp_path)
    for line in commands_of((HOW_TO / page).read_text()):
        result = careround(line)
        assert (line, result.exit_code, result.output if result.exit_code else "") == (line, 0, "")


def test_the_commands_of_the_readme_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"careround {line}" for line in re.findall(r"\| `careround ([^`]+)` \|", (ROOT / "README.md").read_text())]
    assert {line.split()[1] for line in lines} >= {"synth", "infer-rounds", "allocate", "verify", "explain", "report"}
    for line in lines:
        if line.split()[1] not in ("demo", "serve"):  # the demo runs with its page, the service in its own tests
            result = careround(line.replace("PACKAGE", _waiting(tmp_path / "C.json")))
            assert (line, result.exit_code, result.output if result.exit_code else "") == (line, 0, "")


def _waiting(council: Path) -> str:
    if not council.exists():
        return "PACKAGE"
    packages = json.loads(council.read_text())["packages"]
    return str(next(one["package_ref"] for one in packages if one["state"] == "waiting"))


def test_the_readme_names_every_command() -> None:
    named = set(re.findall(r"`careround ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    } <= named


def test_exit_codes_are_those_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own_council(tmp_path)
    assert careround("careround allocate council.json --out plan.json").exit_code == 0
    plan = json.loads((tmp_path / "plan.json").read_text())
    plan["kpis"]["people_placed"] += 1
    (tmp_path / "wrong.json").write_text(json.dumps(plan))
    (tmp_path / "broken.json").write_text('{"format": "careround-council/1"}')
    assert careround("careround verify council.json wrong.json").exit_code == 1
    assert careround("careround verify broken.json plan.json").exit_code == 2
    assert careround("careround explain council.json plan.json nobody").exit_code == 2
    assert careround("careround verify council.json plan.json --nothing").exit_code == 2
    assert careround("careround explain council.json plan.json").exit_code == 2
    assert careround("careround explain council.json plan.json P-004 --capacity").exit_code == 2
    assert careround("careround explain council.json plan.json --capacity --provider nobody").exit_code == 2
    assert careround("careround report council.json plan.json --out out --capacity").exit_code == 2
    codes = re.findall(r"^\| (\d) \| ", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    assert codes == ["0", "1", "2", "3"]
