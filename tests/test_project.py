"""The project's own promises: its files name what exists, and nothing in it points at one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from scripts import check_containers, check_conventions

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-runtime.lock")
PACKAGES = {"app", "solver", "geo", "data"}
TARGETS = {"demo", "test", "check", "serve", "bench", "proof", "lock", "format", "help"}


def tracked_files() -> list[Path]:
    """Files under version control, or all but the hidden and the built where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not {".venv", "out", ".git"} & set(path.parts)]


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b", lock, flags=re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_of_a_lock_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert len(entries) > 20
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_the_image_installs_is_what_the_tests_ran_with() -> None:
    everything, runtime = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), flags=re.MULTILINE)) for name in LOCKS
    )
    assert runtime <= everything


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~! ]", line)[0].lower().replace("_", "-") for line in wanted} - {"careround"}
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE))
    assert names - locked == set()


def test_the_makefile_has_its_targets() -> None:
    assert check_containers.make_targets(ROOT) >= TARGETS


def test_the_readme_leads_with_the_two_commands() -> None:
    opening = (ROOT / "README.md").read_text().split("\n## ")[0]
    assert opening.index("make demo") < opening.index("make test") < 200
    assert "receive package → locate in zone → travel → candidate rounds → choose → explain → record" in opening


@pytest.mark.parametrize(
    "page", sorted(path.relative_to(ROOT).as_posix() for path in tracked_files() if path.suffix == ".md")
)
def test_links_of_a_page_lead_to_files(page: str) -> None:
    text = re.sub(r"```.*?```|<!--.*?-->|`[^`\n]*`", "", (ROOT / page).read_text(), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [link for link in links if link and "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not ((ROOT / page).parent / link).exists()] == []


def test_every_make_target_that_a_page_names_exists() -> None:
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    named = {target for page in pages for target in re.findall(r"`make ([a-z]+)`", page.read_text())}
    assert named - check_containers.make_targets(ROOT) == set()


def test_every_command_that_the_readme_names_exists() -> None:
    lines = re.findall(r"`careround ([^`]+)`", (ROOT / "README.md").read_text())
    assert len(lines) >= 7
    assert [finding for line in lines for finding in check_containers.careround_findings(line.split(), "README")] == []


def test_every_decision_is_numbered_once_and_titled_by_its_number() -> None:
    records = sorted(path for path in (ROOT / "docs" / "decisions").glob("*.md") if path.name != "README.md")
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers) >= 2
    assert [path.name for path in records if not path.read_text().startswith(f"# {path.name[:4]} ")] == []


def test_containers_name_only_what_exists() -> None:
    assert [*check_containers.dockerfile_findings(ROOT), *check_containers.compose_findings(ROOT)] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("make nothing", "no such target"),
        ("python -m solver.nothing", "no such module"),
        ("careround nothing", "no such command"),
        ("careround serve C.json --nothing", "has no --nothing"),
        ("nginx", "nothing here installs"),
    ],
)
def test_the_container_check_notices_what_does_not_exist(line: str, expected: str) -> None:
    findings = list(check_containers.command_findings(line.split(), "here", ROOT))
    assert len(findings) == 1
    assert expected in findings[0]


def test_the_container_check_notices_a_missing_path_and_an_ignored_one() -> None:
    patterns = (ROOT / ".dockerignore").read_text().split()
    findings = list(check_containers.copy_findings("app nothing tests /x/", ROOT, set(), patterns))
    assert [line.split(": ", 1)[1] for line in findings] == [
        "COPY nothing: no such path",
        "COPY tests: kept out by .dockerignore",
    ]


def test_before_a_commit_the_checks_of_make_check_run() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    makefile = (ROOT / "Makefile").read_text()
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, flags=re.MULTILINE)
    assert recipe is not None
    tools = {Path(line.split()[0].replace("$(BIN)", "")).name for line in recipe[1].splitlines()} - {"python"}
    scripts = set(re.findall(r"scripts/\w+\.py", recipe[1]))
    entries = " ".join(hook["entry"] for hook in hooks)
    assert [name for name in sorted(tools | scripts) if name not in entries] == []


def test_the_conventions_notice_a_drawer_and_an_unseeded_generator() -> None:
    import ast

    assert list(check_conventions.drawers([Path("app/utils.py"), Path("geo/travel.py")])) == [
        "app/utils.py: named after a drawer; name it by what it does"
    ]
    tree = ast.parse("import numpy as np\na = np.random.default_rng()\nb = np.random.default_rng(3)\n")
    assert len(list(check_conventions.unseeded_generators(Path("x.py"), tree))) == 1


def test_no_tracked_file_points_at_one_machine() -> None:
    machine = re.compile(rf"(?<![\w.~-])(?:/root|/home/(?!careround\b)\w+|/Users/\w+|/tmp/\w+|{re.escape(str(ROOT))})/")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix not in {".lock"} and path != Path(__file__) and (text := text_of(path)) is not None
        for number, line in enumerate(text.splitlines(), start=1)
        if machine.search(line)
    ]
    assert found == []


def test_the_version_stands_in_one_place() -> None:
    import importlib.metadata

    import app

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" not in project["project"]
    assert importlib.metadata.version("careround") == app.__version__


def test_a_wheel_holds_every_file_of_the_packages_and_the_data() -> None:
    from hatchling.builders.wheel import WheelBuilder

    packed = {Path(one.distribution_path) for one in WheelBuilder(str(ROOT)).recurse_included_files()}
    kept = {path.relative_to(ROOT) for path in tracked_files() if path.relative_to(ROOT).parts[0] in PACKAGES}
    assert len(kept) > 100
    assert kept <= packed
