"""Work shared out to threads: the same results in the same order, failures raised, and an end when asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from threading import Barrier, Thread

import pytest

from solver.crew import Crew, Report
from solver.highs import QUIET

several = pytest.mark.parametrize("threads", [1, 2, 5])


def told(_done: int, _numbers: Mapping[int, Sequence[int]]) -> None:
    """Listen to nothing."""


def run(threads: int, work: Callable[..., int], stop: Callable[[], bool] = lambda: False) -> list[int]:
    with Crew(threads, stop) as crew:
        return crew.run(work, range(7), told)


@several
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    def work(task: int, report: Report) -> int:
        assert report([task])
        return 100 + task

    assert run(threads, work) == list(range(100, 107))


@several
def test_a_failure_is_raised(threads: int) -> None:
    def work(task: int, _report: Report) -> int:
        return 1 // (3 - task)

    with pytest.raises(ZeroDivisionError):
        run(threads, work)


@several
def test_tasks_may_wait_for_what_was_begun_before_them(threads: int) -> None:
    with Crew(threads, lambda: False) as crew:
        begun = crew.begin(lambda: 100)
        assert crew.run(lambda task, _report: begun.result() + task, range(7), told) == list(range(100, 107))


@several
def test_a_failure_of_what_was_begun_is_raised(threads: int) -> None:
    def run_both() -> None:
        with Crew(threads, lambda: False) as crew:
            begun = crew.begin(lambda: 1 // 0)
            crew.run(lambda task, _report: begun.result() + task, range(7), told)

    with pytest.raises(ZeroDivisionError):
        run_both()


@several
def test_every_task_ends_with_what_it_has_when_asked(threads: int) -> None:
    def work(_task: int, report: Report) -> int:
        steps = 0
        while report([steps]):
            steps += 1
        return steps

    asked = iter([False, False])
    assert len(run(threads, work, lambda: next(asked, True))) == 7


def test_what_is_kept_off_standard_output_in_two_threads_at_once_leaves_it_as_it_was(
    capfd: pytest.CaptureFixture[str],
) -> None:
    first_in, second_in, first_out = Barrier(2, timeout=5), Barrier(2, timeout=5), Barrier(2, timeout=5)

    def first() -> None:
        with QUIET:
            first_in.wait()
            second_in.wait()
        first_out.wait()

    thread = Thread(target=first)
    thread.start()
    first_in.wait()
    with QUIET:
        second_in.wait()
        first_out.wait()
        os.write(1, b"nobody reads this\n")
    thread.join()
    os.write(1, b"somebody reads this\n")
    assert capfd.readouterr().out == "somebody reads this\n"
