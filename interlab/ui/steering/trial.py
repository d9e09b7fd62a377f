"""An experiment that runs in a thread of its own, and can be stopped."""

from __future__ import annotations

import asyncio
import contextvars
import math
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from interlab.counterfactual import Results, Study
from interlab.errors import InvalidArgument
from interlab.ui.steering.bubbles import NAME_LENGTH, in_human_words, shown
from interlab.ui.visible import one_line

CELL = 60


class Trial:
    """One running of an experiment. Its methods may be called from any thread.

    Args:
        study: the experiment.
        told: called, in the experiment's thread, when it has ended.

    Attributes:
        error: why it ended early, in words; empty where it did not.
    """

    def __init__(self, study: Study, told: Callable[[], None] | None = None) -> None:
        self.study = study
        self.error = ""
        self._told = told or (lambda: None)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._lock = threading.Lock()
        self._stopping = False
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> Trial:
        """Begin; returns this trial at once."""
        if self._thread is not None:
            raise InvalidArgument("This was started already; make another Trial to run it again.")
        around = contextvars.copy_context()  # replies that are served, limits, prices hold there too
        self._thread = threading.Thread(target=around.run, args=(self._work,), name="interlab-trial", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Begin no further replica; those under way are finished, and kept."""
        with self._lock:
            if self._over.is_set():  # it came too late, and has finished
                return
            self._stopping = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it is over; says whether it is."""
        return self._over.wait(timeout_s)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._over.is_set()

    @property
    def status(self) -> str:
        """``"running"``, ``"stopping"``, ``"finished"``, ``"stopped"`` or ``"failed"``."""
        if not self._over.is_set():
            return "stopping" if self._stopping else "running"
        return "failed" if self.error else "stopped" if self._stopping else "finished"

    def view(self) -> dict[str, Any]:
        """How it stands, as plain data."""
        status = self.study.status
        return {
            **study_line(self.study), "status": self.status, "error": self.error, "finished": status.finished,
            "failed": status.failed, "wanted": status.wanted, "why_failed": [*map(shown, status.errors)][:3],
        }  # fmt: skip

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # nobody is above: whatever it is, it is told in the window
            self.error = in_human_words(error)
        finally:
            with self._lock:
                self._over.set()
            self._told()

    async def _run(self) -> None:
        task = asyncio.ensure_future(self.study.arun())
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), task
            if self._stopping:
                task.cancel()
        await task


def study_line(study: Results) -> dict[str, Any]:
    """What an experiment is, in short."""
    plan = study.plan
    return {
        "key": study.key, "name": one_line(study.name, NAME_LENGTH), "run": plan.run, "step": plan.step,
        "arms": [one_line(arm, NAME_LENGTH) for arm in plan.arms], "replicas": plan.replicas,
    }  # fmt: skip


def effects_of(study: Results) -> dict[str, Any]:
    """The effects of an experiment as plain data, for a forest plot: of each measure and arm the mean and the
    difference from the reference arm, with their intervals. What can't be told is None."""
    any_finished = any(one.state == "finished" for one in study.replicas)
    rows = []
    for one in study.estimates() if any_finished else []:
        row = {name: _finite(value) for name, value in asdict(one).items()}
        rows.append({**row, "measure": one_line(one.measure, CELL), "arm": one_line(one.arm, CELL)})
    status = study.status
    return {
        **study_line(study), "rows": rows, "reference": one_line(study.plan.reference, CELL), "level": 0.95,
        "finished": status.finished, "failed": status.failed, "wanted": status.wanted,
    }  # fmt: skip


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
