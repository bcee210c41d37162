"""Work shared out to threads: the same results whoever does it, with progress and a way to stop.

Compiled searches and HiGHS let go of Python's lock, so that threads work at the same time; unlike processes they start at
once, and read the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Event
from typing import TypeVar

LOOK_S = 0.2
"""Seconds between two looks at how far the others are."""

Given = TypeVar("Given")
Result = TypeVar("Result")
Report = Callable[[Sequence[int]], bool]
"""Called by a task with numbers; False asks it to end with what it has."""
Task = Callable[[Given, Report], Result]
"""Called with what it is to work on, and where to report."""


class Crew:
    """Threads that work on tasks.

    Parameters
    ----------
    threads
        How many; with one, the caller's own does the work.
    stop
        Asked now and then, by the caller's thread; True ends every task with what it has.
    """

    def __init__(self, threads: int, stop: Callable[[], bool]) -> None:
        self.threads, self.stop = threads, stop
        self._pool = ThreadPoolExecutor(max(1, threads))
        self._ended = Event()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._pool.shutdown(cancel_futures=True)

    def begin(self, work: Callable[[], Result]) -> Future[Result]:
        """Begin what tasks that are run later may wait for.

        Parameters
        ----------
        work
            Waits for no task itself.

        Returns
        -------
        Future
            Of its result; of a single thread, done already.
        """
        if self.threads > 1:
            return self._pool.submit(work)
        begun: Future[Result] = Future()
        begun.set_result(work())
        return begun

    def run(
        self,
        work: Task[Given, Result],
        tasks: Sequence[Given],
        tell: Callable[[int, Mapping[int, Sequence[int]]], None],
    ) -> list[Result]:
        """Do tasks, several at a time.

        Parameters
        ----------
        work
            Changes nothing that other tasks read.
        tasks
            What each is to work on.
        tell
            Told how many are done, and the numbers last reported by each.

        Returns
        -------
        list
            Results in the order of the tasks.
        """
        heard: dict[int, Sequence[int]] = {}
        if self.threads <= 1 or len(tasks) <= 1:
            return self._alone(work, tasks, tell, heard)
        futures = [self._pool.submit(work, task, partial(self._report, heard, i)) for i, task in enumerate(tasks)]
        pending: set[Future[Result]] = set(futures)
        while pending:
            finished, pending = wait(pending, timeout=LOOK_S)
            if self.stop():
                self._ended.set()
            for one in finished:
                one.result()  # a failure is raised at once
            tell(len(futures) - len(pending), dict(heard))
        return [one.result() for one in futures]

    def _alone(
        self,
        work: Task[Given, Result],
        tasks: Sequence[Given],
        tell: Callable[[int, Mapping[int, Sequence[int]]], None],
        heard: dict[int, Sequence[int]],
    ) -> list[Result]:
        results: list[Result] = []
        for i, task in enumerate(tasks):

            def report(numbers: Sequence[int], i: int = i) -> bool:
                heard[i] = numbers
                tell(len(results), heard)
                return not self.stop()

            results.append(work(task, report))
            tell(len(results), heard)
        return results

    def _report(self, heard: dict[int, Sequence[int]], i: int, numbers: Sequence[int]) -> bool:
        heard[i] = numbers
        return not self._ended.is_set()
