from __future__ import annotations

import re
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from app.council_commands import council

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "build-a-council.md"


def test_the_commands_of_the_page_exist_with_their_options() -> None:
    lines = re.findall(r"^careround (council .+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [line.split()[1] for line in lines] == ["fetch", "build", "locate"]
    group = get_command(council)
    assert isinstance(group, TyperGroup)
    known = {
        name: {option for one in command.params for option in one.opts} for name, command in group.commands.items()
    }
    unknown = [word for line in lines for word in re.findall(r"--[a-z-]+", line) if word not in known[line.split()[1]]]
    assert unknown == []
