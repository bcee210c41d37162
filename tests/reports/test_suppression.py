from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.suppression import Inconsistent, intervals, suppressed

Table = list[list[int]]
tables = st.integers(1, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=columns, max_size=columns),
        min_size=1,
        max_size=6,
    )
)


def with_totals(table: Table) -> tuple[dict[str, int], list[tuple[str, tuple[str, ...]]]]:
    counts = {f"{i},{j}": value for i, row in enumerate(table) for j, value in enumerate(row)}
    rows, columns = range(len(table)), range(len(table[0]))
    counts |= {f"row {i}": sum(table[i]) for i in rows}
    counts |= {f"column {j}": sum(row[j] for row in table) for j in columns}
    counts["all"] = sum(map(sum, table))
    sums = [(f"row {i}", tuple(f"{i},{j}" for j in columns)) for i in rows]
    sums += [(f"column {j}", tuple(f"{i},{j}" for i in rows)) for j in columns]
    sums += [("all", tuple(f"row {i}" for i in rows)), ("all", tuple(f"column {j}" for j in columns))]
    return counts, sums


@given(tables)
def test_small_counts_are_hidden_and_noughts_are_not(table: Table) -> None:
    counts, sums = with_totals(table)
    hidden = suppressed(counts, sums)
    assert {key for key, count in counts.items() if 0 < count < 5} <= hidden
    assert not any(counts[key] == 0 for key in hidden)


@given(tables)
def test_no_hidden_count_can_be_worked_out_from_all_that_is_published(table: Table) -> None:
    counts, sums = with_totals(table)
    hidden = suppressed(counts, sums)
    for key, (low, high) in intervals(counts, sums, hidden).items():
        assert low - 1e-6 <= counts[key] <= high + 1e-6
        assert high - low >= 4 - 1e-6 or all(counts[other] == 0 or other in hidden for other in counts)


@given(tables)
def test_no_row_or_column_has_a_single_hidden_number(table: Table) -> None:
    counts, sums = with_totals(table)
    hidden = suppressed(counts, sums)
    for total, parts in sums:
        assert sum(key in hidden for key in {total, *parts}) != 1


@given(tables)
def test_the_same_counts_hide_the_same_numbers(table: Table) -> None:
    counts, sums = with_totals(table)
    assert suppressed(counts, sums) == suppressed(dict(reversed(counts.items())), sums)


@given(tables)
def test_naive_subtraction_round_and_round_gives_nothing_away(table: Table) -> None:
    counts, sums = with_totals(table)
    hidden = suppressed(counts, sums)
    known = {key: count for key, count in counts.items() if key not in hidden}
    for _ in range(len(counts)):
        for total, parts in sums:
            missing = [key for key in (total, *parts) if key not in known]
            if len(missing) == 1:
                parts_sum = sum(known[part] for part in parts if part in known)
                known[missing[0]] = parts_sum if missing[0] == total else known[total] - parts_sum
    assert not hidden & known.keys()


def test_a_table_without_small_counts_is_published_whole() -> None:
    counts, sums = with_totals([[5, 9], [0, 12]])
    assert suppressed(counts, sums) == frozenset()


def test_links_between_tables_count() -> None:
    counts = {"placed": 20, "waiting": 3, "all": 23, "early": 9, "late": 14}
    sums = [("all", ("placed", "waiting")), ("all", ("early", "late"))]
    assert {"waiting", "placed"} <= suppressed(counts, sums)


def test_two_hidden_counts_of_a_small_sum_are_still_too_well_known() -> None:
    counts = {"a": 1, "b": 1, "c": 9, "d": 30, "all": 41}
    assert "c" in suppressed(counts, [("all", ("a", "b", "c", "d"))])


def test_people_may_be_fewer_than_packages() -> None:
    counts = {"a": 6, "b": 7, "c": 8, "all": 21}
    assert {"a", "b"} <= suppressed(counts, [("all", ("a", "b", "c"))], small=["a"])


def test_totals_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(Inconsistent, match="all: is 9"):
        suppressed({"a": 4, "all": 9}, [("all", ("a",))])
