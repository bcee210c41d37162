"""Allocations in the background: one killable process per run, which dies with the server.

The batch never runs on the event loop nor in a thread: the optimiser was seen to hold Python's lock for
seconds. Progress and the plan cross by a pipe. Jobs live in memory; PostgreSQL will hold them later.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal, NamedTuple

from app.formats.council import CouncilFile
from app.formats.plan import PlanFile
from solver.solve import Effort

State = Literal["running", "finished", "failed", "cancelled"]
KEPT = 50
"""Ended jobs that are remembered."""


class AllocationRunning(Exception):
    """An allocation is running; a council has one at a time.

    Parameters
    ----------
    job_id
        Of the one that runs.
    """

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Allocation {job_id} is running. Wait for it, or cancel it.")
        self.job_id = job_id


class AllocationEnded(Exception):
    """The allocation has ended and cannot be cancelled."""


class Terms(NamedTuple):
    """What an allocation was asked to do."""

    seed: int
    effort: Effort
    start: PlanFile | None = None
    """A plan to start from as well."""


Task = tuple[CouncilFile, Path, Terms]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An allocation as it stood at one moment.

    Parameters
    ----------
    job_id
        Names it.
    terms
        What it was asked to do.
    state
        Where it is in its life.
    stage, done, of
        What it is doing, and how much of that is done.
    reached
        Steps of the search, and the levels of the objective that it has reached so far.
    dropped
        What of the plan that it started from no longer fits, and why.
    failure
        Why it failed, for a person; empty otherwise.
    began_s, ended_s
        Seconds of the monotonic clock.
    """

    job_id: str
    terms: Terms
    state: State = "running"
    stage: str = "starting"
    done: int = 0
    of: int = 1
    reached: Mapping[str, int] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    failure: str = ""
    began_s: float = 0.0
    ended_s: float | None = None

    def elapsed_s(self, now_s: float) -> float:
        """Say how long it ran, or has been running.

        Parameters
        ----------
        now_s
            Seconds of the monotonic clock.

        Returns
        -------
        float
            Seconds.
        """
        return (now_s if self.ended_s is None else self.ended_s) - self.began_s


class Allocations:
    """The allocations of one council.

    Parameters
    ----------
    adopt
        Called with the plan of an allocation that finished.
    monotonic_s
        The clock.
    """

    def __init__(self, adopt: Callable[[PlanFile], None], monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._adopt = adopt
        self._monotonic_s = monotonic_s
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._processes: dict[str, BaseProcess] = {}
        self._watchers: dict[str, threading.Thread] = {}
        self._pipes: dict[str, Connection] = {}
        """Of jobs that have their task, so that something else may be sent."""
        self._early: set[str] = set()
        """Jobs asked to finish before that."""
        self._started = 0

    def start(self, council: CouncilFile, folder: Path, terms: Terms) -> Job:
        """Start an allocation.

        Parameters
        ----------
        council
            As it is now; packages that come later go on waiting.
        folder
            Folder of the council file.
        terms
            Seed and effort.

        Returns
        -------
        Job
            Running.

        Raises
        ------
        AllocationRunning
            There is one at a time.
        """
        with self._lock:
            if (other := self.running()) is not None:
                raise AllocationRunning(other.job_id)
            self._started += 1
            job = Job(job_id=f"allocation-{self._started}", terms=terms, began_s=self._monotonic_s())
            spawn = multiprocessing.get_context("spawn")
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=run, args=(theirs,), name=job.job_id)
            process.start()
            theirs.close()
            task = (council, folder, terms)
            watcher = threading.Thread(target=self._watch, args=(job.job_id, process, ours, task), daemon=True)
            self._jobs[job.job_id] = job
            self._processes[job.job_id], self._watchers[job.job_id] = process, watcher
            for old in list(self._jobs)[:-KEPT]:
                del self._jobs[old]
            watcher.start()
            return job

    def get(self, job_id: str) -> Job | None:
        """Look an allocation up.

        Parameters
        ----------
        job_id
            Any text.

        Returns
        -------
        Job or None
            As it stands now.
        """
        return self._jobs.get(job_id)

    def running(self) -> Job | None:
        """Find the allocation that is running.

        Returns
        -------
        Job or None
            None when none is.
        """
        return next((job for job in list(self._jobs.values()) if job.state == "running"), None)

    def cancel(self, job_id: str) -> Job:
        """Kill an allocation; the plan before it stays.

        Parameters
        ----------
        job_id
            Of an allocation that exists.

        Returns
        -------
        Job
            Cancelled.

        Raises
        ------
        AllocationEnded
            It is no longer running.
        """
        with self._lock:
            self._still_running(job_id)
            self._end(job_id, "cancelled")
            _kill(self._processes[job_id])
            return self._jobs[job_id]

    def finish(self, job_id: str) -> Job:
        """Ask an allocation to end soon with the best plan that it has, verified like any other.

        Parameters
        ----------
        job_id
            Of an allocation that exists.

        Returns
        -------
        Job
            Still running.

        Raises
        ------
        AllocationEnded
            It is no longer running.
        """
        with self._lock:
            self._still_running(job_id)
            if job_id in self._pipes:
                with contextlib.suppress(OSError):  # it is ending this moment
                    self._pipes[job_id].send("finish")
            else:
                self._early.add(job_id)
            return self._jobs[job_id]

    def close(self) -> None:
        """Kill what runs and wait for it to be gone."""
        with self._lock:
            running = self.running()
            if running is not None:
                self.cancel(running.job_id)
            watchers = list(self._watchers.values())
        for watcher in watchers:
            watcher.join(timeout=5)

    def now_s(self) -> float:
        """Read the clock that jobs are timed by.

        Returns
        -------
        float
            Seconds.
        """
        return self._monotonic_s()

    def _still_running(self, job_id: str) -> None:
        if self._jobs[job_id].state != "running":
            raise AllocationEnded("The allocation has ended.")

    def _watch(self, job_id: str, process: BaseProcess, pipe: Connection, task: Task) -> None:
        try:
            pipe.send(task)  # waits until the child has started, as the request must not
            with self._lock:
                self._pipes[job_id] = pipe
                if job_id in self._early:
                    pipe.send("finish")
            while True:
                self._heard(job_id, pipe.recv())
        except (EOFError, OSError):
            pass
        finally:
            with self._lock:
                self._pipes.pop(job_id, None)
            pipe.close()
            process.join()
            _kill(process)  # what the child itself started
            with self._lock:
                if self._jobs[job_id].state == "running":
                    self._end(job_id, "failed", f"The process ended without a plan (exit code {process.exitcode}).")
                del self._processes[job_id], self._watchers[job_id]
                self._early.discard(job_id)
            process.close()

    def _heard(self, job_id: str, message: tuple[Any, ...]) -> None:
        with self._lock:
            job = self._jobs[job_id]
            if job.state != "running":
                return
            if message[0] == "progress":
                _, stage, done, of, reached = message
                self._jobs[job_id] = replace(job, stage=stage, done=done, of=of, reached=reached)
            elif message[0] == "dropped":
                self._jobs[job_id] = replace(job, dropped=message[1])
            elif message[0] == "failed":
                self._end(job_id, "failed", message[1])
            else:
                self._take(job_id, message[1])

    def _take(self, job_id: str, text: str) -> None:
        try:
            self._adopt(PlanFile.model_validate_json(text))
        except Exception as error:  # noqa: BLE001 (whatever stands against the plan, the old one stays and the job says so)
            self._end(job_id, "failed", f"The plan could not be put on the board ({type(error).__name__}).")
        else:
            self._end(job_id, "finished")

    def _end(self, job_id: str, state: State, failure: str = "") -> None:
        job = replace(self._jobs[job_id], state=state, failure=failure, ended_s=self._monotonic_s())
        self._jobs[job_id] = replace(job, stage="done", done=1, of=1) if state == "finished" else job


def run(pipe: Connection) -> None:
    """Allocate in a process of its own and send progress and the plan.

    Parameters
    ----------
    pipe
        Gives council, folder and terms; takes ``("dropped", lines)`` and ``("progress", stage, done, of, reached)``,
        then ``("plan", text)`` or ``("failed", why)``.
    """
    os.setsid()  # a group of its own, so that one signal ends whatever it has started too
    threading.Thread(target=_die_with_parent, daemon=True).start()
    from app.allocate import UnverifiedPlan, allocate
    from app.ground import ForeignStreets

    try:
        council, folder, terms = pipe.recv()
        plan = allocate(
            council,
            folder=folder,
            seed=terms.seed,
            effort=terms.effort,
            progress=lambda stage, done, of, reached: pipe.send(("progress", stage, done, of, dict(reached))),
            start=terms.start,
            dropped=lambda lines: pipe.send(("dropped", tuple(lines))),
            stop=pipe.poll,  # whatever comes down the pipe now asks to finish
        )
        pipe.send(("plan", plan.model_dump_json()))
    except ForeignStreets as error:
        pipe.send(("failed", str(error)))
    except UnverifiedPlan as error:
        codes = ", ".join(sorted({one.code for one in error.violations}))
        pipe.send(("failed", f"The checker found fault with the plan ({codes}). Please report this."))
    except (BrokenPipeError, EOFError):
        pass  # nobody listens any more
    except Exception as error:  # noqa: BLE001 (its message might hold personal data; its kind does not)
        pipe.send(("failed", f"Unexpected: {type(error).__name__}. Please report this."))
    finally:
        pipe.close()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(os.getpgid(0), signal.SIGKILL)


def _kill(process: BaseProcess) -> None:
    """Kill a child and what it started; it may not have become a group yet, or be gone."""
    if process.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ValueError):
        process.kill()
