"""Whatever is done to the example, the reader reads it or says what is wrong with it."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.formats.checks import faults, warnings
from app.formats.faults import BadFile
from app.formats.read import council_sha256, read_council, write_json
from tests.formats.example import EXAMPLE, example
from tests.proof import examples

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 5, 1440, 1441, 1e308, -0.0, 2**63, 0.5, "", " ", "x", "08:30", "24:00", "00:00",
    "23:59", "mon", "2026-11-23", "2026-11-24", "9999-12-31", "0001-01-01", "8", "1795392000", "P-001", "PR-heron", "am", "waiting",
    "live", "visits", "meet_up", "\u0000", "\ud800", "é", "x" * 5000, [], {}, [[]], [None], {"": None},
    {"source": "streets"}, [0, 0], [[1.5, 54.5]], {"type": "Polygon"},
]  # fmt: skip
Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of every value within one."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


SCHEMA = jsonschema.Draft202012Validator(
    json.loads((EXAMPLE.parent / "council-1.schema.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)
PLACES = places(example())[1:]


def read_or_told(folder: Path, content: bytes) -> None:
    """Read a file; whatever is wrong with it is told by BadFile, and what is right survives the round trip."""
    path = folder / "council.json"
    path.write_bytes(content)
    try:
        council = read_council(path)
    except BadFile as error:
        told(error)
        return
    finally:
        assert [entry.name for entry in folder.iterdir()] == ["council.json"]
    assert SCHEMA.is_valid(json.loads(content.decode("utf-8-sig"))), "the schema refuses what the reader accepts"
    assert faults(council) == ()
    warnings(council)
    write_json(path, council)
    again = read_council(path)
    assert again == council
    assert council_sha256(again) == council_sha256(council)


def told(error: BadFile) -> None:
    """Check that an error has faults, each with reason and mend, and can be printed."""
    assert error.faults
    assert all(fault.reason and fault.mend for fault in error.faults)
    assert str(error).encode().count(b"\n") == len(error.faults)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations")


@settings(max_examples=examples(200, 5000), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from("put drop copy move".split()), Json), min_size=1, max_size=4
    )
)
def test_a_mutated_example_is_read_or_told(folder: Path, mutations: list[tuple[tuple[Any, ...], str, Any]]) -> None:
    data = copy.deepcopy(example())
    for place, how, value in mutations:
        mutate(data, place, how, value)
    read_or_told(folder, json.dumps(data).encode())


def mutate(data: Any, place: tuple[Any, ...], how: str, value: Any) -> None:
    """Change one place, if an earlier mutation has left it there."""
    holder = data
    for step in place[:-1]:
        if not isinstance(holder, dict | list) or (isinstance(holder, list) and not isinstance(step, int)):
            return
        if (step not in holder) if isinstance(holder, dict) else step >= len(holder):
            return
        holder = holder[step]
    last = place[-1]
    if isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        if how == "drop":
            del holder[last]
        elif how == "copy":
            holder.append(copy.deepcopy(holder[last]))
        elif how == "move":
            holder.insert(0, holder.pop(last))
        else:
            holder[last] = value
    elif isinstance(holder, dict) and isinstance(last, str):
        if how == "drop":
            holder.pop(last, None)
        elif how == "move":
            holder[f"{last}x"] = holder.pop(last, None)
        else:
            holder[last] = value


@settings(max_examples=examples(60, 2000))
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_told(folder: Path, content: bytes) -> None:
    read_or_told(folder, content)


@settings(max_examples=examples(60, 2000))
@given(st.integers(0, 10**9))
def test_an_example_with_damaged_bytes_is_read_or_told(folder: Path, seed: int) -> None:
    draw = random.Random(seed)
    content = bytearray(EXAMPLE.read_bytes())
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(content))
        match draw.randrange(3):
            case 0:
                content[at] = draw.randrange(256)
            case 1:
                del content[at : at + draw.randint(1, 20)]
            case _:
                content[at:at] = bytes(draw.choices(b'[]{}",:0-e.\\', k=draw.randint(1, 3)))
    read_or_told(folder, bytes(content))


def test_each_place_with_each_odd_value_is_read_or_told(folder: Path) -> None:
    every = [(place, value) for place in PLACES for value in ODD]
    for place, value in random.Random(1).sample(every, examples(400, 6000)):
        data = copy.deepcopy(example())
        mutate(data, place, "put", value)
        read_or_told(folder, json.dumps(data).encode())
