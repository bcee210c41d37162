"""Work shared out to processes: the same results whoever does it, with progress and a way to stop."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing.sharedctypes import SynchronizedArray
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

LOOK_S = 0.2
"""Seconds between two looks at how far the others are."""
FIELDS = 24
"""Numbers that a task can report at once."""

Result = TypeVar("Result")
Report = Callable[[Sequence[int]], bool]
"""Called by a task with numbers; False asks it to end with what it has."""
Task = Callable[[Any, tuple[Any, ...], Report], Result]
"""Called with what all tasks share, its own arguments, and where to report."""

_shared: dict[str, Any] = {}


class Crew:
    """Processes that work on tasks.

    Parameters
    ----------
    shared
        What every task reads; sent to each process once.
    processes
        How many; with one, this process does the work itself.
    stop
        Asked now and then; True ends every task with what it has.
    """

    def __init__(self, shared: Any, processes: int, stop: Callable[[], bool]) -> None:
        self.shared, self.processes, self.stop = shared, processes, stop
        self._pool: ProcessPoolExecutor | None = None
        self._event: Event | None = None
        self._numbers: SynchronizedArray[int] | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(
        self,
        work: Task[Result],
        tasks: Sequence[tuple[Any, ...]],
        tell: Callable[[int, Mapping[int, Sequence[int]]], None],
    ) -> list[Result]:
        """Do tasks, several at a time.

        Parameters
        ----------
        work
            A function of a module, so that a process can find it.
        tasks
            Arguments of each.
        tell
            Told how many are done, and the numbers last reported by each.

        Returns
        -------
        list
            Results in the order of the tasks.
        """
        if self.processes <= 1 or len(tasks) <= 1:
            return self._alone(work, tasks, tell)
        pool = self._start(len(tasks))
        futures = [pool.submit(_work, work, i, task) for i, task in enumerate(tasks)]
        pending: set[Future[Result]] = set(futures)
        while pending:
            finished, pending = wait(pending, timeout=LOOK_S)
            if self.stop() and self._event is not None:
                self._event.set()
            for one in finished:
                one.result()  # a failure is raised at once
            tell(len(futures) - len(pending), self._reported(len(tasks)))
        return [one.result() for one in futures]

    def _alone(
        self,
        work: Task[Result],
        tasks: Sequence[tuple[Any, ...]],
        tell: Callable[[int, Mapping[int, Sequence[int]]], None],
    ) -> list[Result]:
        heard: dict[int, Sequence[int]] = {}
        results: list[Result] = []
        for i, task in enumerate(tasks):

            def report(numbers: Sequence[int], i: int = i) -> bool:
                heard[i] = numbers
                tell(len(results), heard)
                return not self.stop()

            results.append(work(self.shared, task, report))
            tell(len(results), heard)
        return results

    def _start(self, tasks: int) -> ProcessPoolExecutor:
        if self._pool is None or self._numbers is None or len(self._numbers) < tasks * FIELDS:
            if self._pool is not None:
                self._pool.shutdown()
            spawn = multiprocessing.get_context("spawn")
            self._event = spawn.Event()
            self._numbers = spawn.Array("q", tasks * FIELDS)
            self._pool = ProcessPoolExecutor(
                self.processes,
                mp_context=spawn,
                initializer=_begin,
                initargs=(self.shared, self._numbers, self._event),
            )
        self._numbers[:] = [0] * len(self._numbers)
        return self._pool

    def _reported(self, tasks: int) -> dict[int, Sequence[int]]:
        numbers: list[int] = [] if self._numbers is None else self._numbers[:]
        found = {i: numbers[i * FIELDS + 1 : i * FIELDS + 1 + numbers[i * FIELDS]] for i in range(tasks)}
        return {i: one for i, one in found.items() if one}


def _begin(shared: Any, numbers: SynchronizedArray[int], event: Event) -> None:
    _shared.update(shared=shared, numbers=numbers, event=event)


def _work(work: Task[Result], i: int, task: tuple[Any, ...]) -> Result:
    def report(numbers: Sequence[int]) -> bool:
        at = i * FIELDS
        _shared["numbers"][at : at + 1 + len(numbers)] = [len(numbers), *numbers]
        return not _shared["event"].is_set()

    return work(_shared["shared"], task, report)
