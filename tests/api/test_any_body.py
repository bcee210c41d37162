"""Whatever stands in a body, the answer is one of those that are described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.main import create_app
from tests.api.serving import EXAMPLE, example_council, serving
from tests.api.write_examples import NEW_PACKAGE

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    10**30,
    "",
    "x",
    "0" * 70,
    "24:00",
    "2026-02-30",
    "\ud83d",
    "é",
    [],
    {},
    [None],
]


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield from places(item, (*here, step))


PLACES = list(places(NEW_PACKAGE))


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(create_app(example_council(), folder=EXAMPLE.parent)) as found:
        yield found


@given(
    changes=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODD), st.booleans()), min_size=1, max_size=3),
    number=st.integers(0, 10**9),
)
def test_any_change_of_a_body_gets_an_answer_that_is_described(
    client: httpx.Client, changes: list[tuple[tuple[Any, ...], Any, bool]], number: int
) -> None:
    body: Any = deepcopy(NEW_PACKAGE)
    body["package"]["package_ref"] = f"P-{number}"
    for place, odd, dropped in changes:
        here = body
        for step in place[:-1]:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                here = None
        if isinstance(here, dict):
            here[place[-1]] = odd
            if dropped:
                del here[place[-1]]
    response = client.post("/v1/packages", content=json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code in (201, 409, 422), response.text
    if response.status_code == 422:
        assert all(fault["reason"] and fault["mend"] for fault in response.json()["faults"])
