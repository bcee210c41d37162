"""Write council and plan files: readable, deterministic, and never half."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from pydantic import BaseModel

_WIDTH = 110
_SHORT_LIST = 40


def write_json(path: Path | str, model: BaseModel) -> None:
    """Write a council or plan file, whole or not at all.

    Fields that have their default are left out. The same model gives the same bytes.

    Parameters
    ----------
    path
        The file; an older one is replaced in one step, after the new one is safely on disk.
    model
        What to write.
    """
    # A rename would replace a link by a file; follow it instead.
    target = Path(path).resolve()
    content = json_text(model).encode()
    beside = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with beside.open("wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def json_text(model: BaseModel) -> str:
    """Return a model as the text of its file.

    Parameters
    ----------
    model
        A council or plan file.

    Returns
    -------
    str
        JSON; what fits a line is on one line, and so is every geometry.
    """
    lines: list[str] = []
    _emit(model.model_dump(mode="json", exclude_defaults=True), "", "", "", lines)
    return "\n".join(lines) + "\n"


def _emit(value: Any, indent: str, before: str, after: str, lines: list[str]) -> None:
    text = _one_line(value, _WIDTH - len(indent))
    if text is not None:
        lines.append(f"{indent}{before}{text}{after}")
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    lines.append(f"{indent}{before}{opening}")
    inner = indent + "  "
    last = len(value) - 1
    if isinstance(value, dict):
        for index, (name, item) in enumerate(value.items()):
            _emit(item, inner, f"{json.dumps(name, ensure_ascii=False)}: ", "," if index < last else "", lines)
    else:
        for index, item in enumerate(value):
            _emit(item, inner, "", "," if index < last else "", lines)
    lines.append(f"{indent}{closing}{after}")


def _one_line(value: Any, width: int) -> str | None:
    if isinstance(value, dict | list):
        if isinstance(value, dict) and value.keys() == {"type", "coordinates"}:
            return _dumped(value)
        if len(value) > _SHORT_LIST:
            return None
        text = _dumped(value)
        return text if len(text) <= width else None
    return _dumped(value)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _sync_folder(folder: Path) -> None:
    # The rename itself survives a power cut only once its folder is on disk; not every system can do this.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
