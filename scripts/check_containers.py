"""Check that every path, target, module and command that Dockerfile and compose.yaml name exists.

No container engine is needed: the files are read, not built. Checked are the sources of ``COPY`` (which must also pass
``.dockerignore``), stages of ``COPY --from`` and of ``target:``, ``make`` targets, ``python -m`` modules, the commands and
options of ``careround``, the health route, the build context and the files of compose.
"""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
SYSTEM_COMMANDS = {"python", "python3", "pip", "apt-get", "useradd", "install", "rm", "mkdir", "chown", "pg_isready"}


def instructions(text: str) -> list[tuple[str, str]]:
    """Split a Dockerfile into its instructions.

    Parameters
    ----------
    text
        The Dockerfile.

    Returns
    -------
    list of tuple
        Instruction in capitals and the rest, continued lines joined.
    """
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(kept))
    pairs = [line.strip().split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(pair[0].upper(), pair[1] if len(pair) > 1 else "") for pair in pairs]


def ignored(path: str, patterns: list[str]) -> bool:
    """Tell whether .dockerignore keeps a path out of the build context.

    Parameters
    ----------
    path
        Relative to the context.
    patterns
        Lines of .dockerignore; the last one that matches decides.

    Returns
    -------
    bool
        Whether it is left out.
    """
    out = False
    for pattern in patterns:
        bare = pattern.lstrip("!").rstrip("/")
        if fnmatch.fnmatch(path, bare) or path.startswith(f"{bare}/"):
            out = not pattern.startswith("!")
    return out


def copy_findings(rest: str, root: Path, stages: set[str], patterns: list[str]) -> Iterator[str]:
    """Check the sources of a COPY.

    Parameters
    ----------
    rest
        What follows COPY.
    root
        The build context.
    stages
        Names of the stages so far.
    patterns
        Lines of .dockerignore.

    Yields
    ------
    str
        One finding per source.
    """
    words = shlex.split(rest)
    flags = [word for word in words if word.startswith("--")]
    sources = [word for word in words if not word.startswith("--")][:-1]
    origin = next((flag.removeprefix("--from=") for flag in flags if flag.startswith("--from=")), None)
    if origin is not None:
        if origin not in stages:
            yield f"Dockerfile: COPY --from={origin}: no such stage"
        return
    for source in sources:
        if not (root / source).exists():
            yield f"Dockerfile: COPY {source}: no such path"
        elif ignored(source.rstrip("/"), patterns):
            yield f"Dockerfile: COPY {source}: kept out by .dockerignore"


def make_targets(root: Path) -> set[str]:
    """Name the targets of the Makefile.

    Parameters
    ----------
    root
        Root of the project.

    Returns
    -------
    set of str
        Their names.
    """
    return set(re.findall(r"^([a-z][\w-]*):", (root / "Makefile").read_text(), flags=re.MULTILINE))


def careround_options() -> dict[str, set[str]]:
    """Ask the command line itself for its commands and options.

    Returns
    -------
    dict
        Options of each command.
    """
    import typer.main

    from app.cli import app

    group: Any = typer.main.get_command(app)
    return {
        name: {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
        for name, command in group.commands.items()
    }


def command_findings(words: list[str], where: str, root: Path) -> Iterator[str]:
    """Check one command line of an image or a service.

    Parameters
    ----------
    words
        The command and its arguments.
    where
        Where it stands, for the finding.
    root
        Root of the project.

    Yields
    ------
    str
        One finding per fault.
    """
    if not words:
        return
    name = Path(words[0]).name
    scripts = tomllib.loads((root / "pyproject.toml").read_text())["project"]["scripts"]
    if name == "make":
        known = make_targets(root)
        yield from (f"{where}: make {word}: no such target" for word in words[1:] if word not in known)
    elif name in ("python", "python3") and "-m" in words:
        module = words[words.index("-m") + 1]
        path = root / module.replace(".", "/")
        if module not in ("pip", "venv") and not (path.with_suffix(".py").exists() or (path / "__main__.py").exists()):
            yield f"{where}: python -m {module}: no such module"
    elif name in scripts:
        yield from careround_findings(words[1:], where)
    elif name not in SYSTEM_COMMANDS:
        yield f"{where}: {name}: a command that nothing here installs"


def careround_findings(arguments: list[str], where: str) -> Iterator[str]:
    """Check the arguments of ``careround``.

    Parameters
    ----------
    arguments
        What follows the command's name.
    where
        Where it stands, for the finding.

    Yields
    ------
    str
        One finding per fault.
    """
    if not (ROOT / "app" / "cli.py").exists():
        yield f"{where}: careround: app/cli.py is missing"
        return
    commands = careround_options()
    if not arguments or arguments[0] not in commands:
        yield f"{where}: careround {' '.join(arguments[:1])}: no such command"
        return
    for word in arguments[1:]:
        flag = word.split("=", 1)[0]
        if flag.startswith("--") and flag not in commands[arguments[0]]:
            yield f"{where}: careround {arguments[0]} has no {flag}"


def _words(value: str) -> list[str]:
    """Read the exec form or the shell form of a command."""
    return [str(word) for word in json.loads(value)] if value.startswith("[") else shlex.split(value)


def dockerfile_findings(root: Path) -> Iterator[str]:
    """Check the Dockerfile.

    Parameters
    ----------
    root
        Root of the project, the build context.

    Yields
    ------
    str
        One finding per fault.
    """
    patterns = (root / ".dockerignore").read_text().split()
    stages: set[str] = set()
    entry: list[str] = []
    default: list[str] = []
    user = health = ""
    for name, rest in instructions((root / "Dockerfile").read_text()):
        if name == "FROM":
            user, entry, default = "", [], []
            stages |= set(re.findall(r"(?i)\sAS\s+(\S+)", rest))
        elif name in ("COPY", "ADD"):
            yield from copy_findings(rest, root, stages, patterns)
        elif name == "RUN":
            for line in re.split(r"&&|;", rest):
                yield from command_findings(shlex.split(line), "Dockerfile: RUN", root)
        elif name == "HEALTHCHECK":
            health = rest
            yield from command_findings(_words(rest.split("CMD", 1)[-1].strip()), "Dockerfile: HEALTHCHECK", root)
        elif name == "USER":
            user = rest
        elif name == "ENTRYPOINT":
            entry = _words(rest)
        elif name == "CMD":
            default = _words(rest)
    yield from command_findings([*entry, *default], "Dockerfile: CMD", root)
    if user in ("", "root", "0"):
        yield "Dockerfile: the last stage runs as root"
    yield from health_findings(health, root)


def health_findings(health: str, root: Path) -> Iterator[str]:
    """Check that the health check asks a route that the service has.

    Parameters
    ----------
    health
        What follows HEALTHCHECK.
    root
        Root of the project.

    Yields
    ------
    str
        One finding per fault.
    """
    asked = re.search(r"https?://[^/\s\"']+(/[^\s\"')]*)", health)
    if asked is None:
        yield "Dockerfile: no health check"
        return
    last = asked.group(1).rsplit("/", 1)[-1]
    if not any(re.search(rf"/{last}[\"']", path.read_text()) for path in (root / "app").rglob("*.py")):
        yield f"Dockerfile: HEALTHCHECK asks {asked.group(1)}, a route that app/ does not have"


def compose_findings(root: Path) -> Iterator[str]:
    """Check compose.yaml.

    Parameters
    ----------
    root
        Root of the project.

    Yields
    ------
    str
        One finding per fault.
    """
    compose = yaml.safe_load((root / "compose.yaml").read_text())
    stages = set(re.findall(r"(?im)^FROM\s+\S+\s+AS\s+(\S+)", (root / "Dockerfile").read_text()))
    named = {"volumes": set(compose.get("volumes", {})), "secrets": set(compose.get("secrets", {}))}
    for service, settings in compose["services"].items():
        where = f"compose.yaml: {service}"
        build = settings.get("build")
        if build is not None:
            build = {"context": build} if isinstance(build, str) else build
            context = root / build.get("context", ".")
            if not (context / build.get("dockerfile", "Dockerfile")).exists():
                yield f"{where}: no Dockerfile in {build.get('context')}"
            if build.get("target") and build["target"] not in stages:
                yield f"{where}: target {build['target']}: no such stage"
        command = settings.get("command", [])
        words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
        if build is not None and words:
            yield from command_findings(["careround", *words], where, root)
        for volume in settings.get("volumes", []):
            source = volume.split(":", 1)[0]
            if source.startswith((".", "/")) and not (root / source).exists():
                yield f"{where}: volume {source}: no such path"
            elif not source.startswith((".", "/")) and source not in named["volumes"]:
                yield f"{where}: volume {source} is not declared"
        for needed in settings.get("depends_on", {}):
            if needed not in compose["services"]:
                yield f"{where}: depends on {needed}: no such service"


def main() -> int:
    """Check both files and print what falls short."""
    sys.path.insert(0, str(ROOT))
    findings = [*dockerfile_findings(ROOT), *compose_findings(ROOT)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
