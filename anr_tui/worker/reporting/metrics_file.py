"""The metrics as a file for node_exporter's textfile collector, replaced as a whole with each write.

https://github.com/prometheus/node_exporter#textfile-collector
"""

import asyncio
import contextlib
import logging
import os
from pathlib import Path

from anr_tui.domain.errors import AnrError, SettingsError
from anr_tui.platform.files.regular_file import create_file
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.reporting.metrics import Metric, counter_metrics, is_up, render, site_metrics, worker_metrics
from anr_tui.worker.state import SchedulerState

WRITE_S = 15.0
# node_exporter runs as another user outside our group, so everybody may read this file. It holds only numbers.
_MODE = 0o644

_log = logging.getLogger(__name__)


class MetricsFile:
    """The metrics file of a worker, rewritten regularly while it holds the site; node_exporter exports its age."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._trouble = ""

    def check(self) -> None:
        """Raise SettingsError where node_exporter would not read the file, or it cannot be written. Blocking."""
        if self._path.suffix != ".prom":
            raise SettingsError(f"node_exporter reads no file named {self._path.name!r}.", "Let it end in .prom.")
        try:
            os.close(self._new_part())
            self._part().unlink()
        except OSError as error:
            raise SettingsError(
                f"The metrics file {self._path} cannot be written: {error.strerror}.",
                "Give the worker's user write permission on its folder.",
            ) from None

    async def keep(self, context: WorkerContext, state: SchedulerState) -> None:
        """Write the file every WRITE_S seconds until cancelled; a repeated failure is logged once."""
        while True:
            await self._try(context, state, is_ending=False)
            await asyncio.sleep(WRITE_S)

    async def finish(self, context: WorkerContext, state: SchedulerState) -> None:
        """Write the file for the last time, with `anr_worker_up 0`, which can be watched, and the counters.

        Gaps and disk are left out, because nobody looks at them any more.
        """
        await self._try(context, state, is_ending=True)

    async def _try(self, context: WorkerContext, state: SchedulerState, *, is_ending: bool) -> None:
        trouble = ""
        try:
            metrics = counter_metrics(state.counters)
            if is_ending:
                metrics.append(is_up(False))
            else:
                metrics += await site_metrics(context)
                metrics += await asyncio.to_thread(worker_metrics, context, state)
            self._write(metrics)  # not in a thread, which would outlive a cancelled task and overwrite the last state
        except AnrError as error:
            trouble = str(error)
        except OSError as error:
            trouble = error.strerror or str(error)
        if trouble and trouble != self._trouble:
            _log.warning("the metrics were not written to %s: %s", self._path, trouble)
        self._trouble = trouble

    def _write(self, metrics: list[Metric]) -> None:
        part = self._part()
        try:
            with os.fdopen(self._new_part(), "w", encoding="utf-8", errors="replace") as file:
                file.write(render(metrics))
            part.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise

    def _new_part(self) -> int:
        """A new file, whatever a worker that had our process id, or somebody else, left behind under its name."""
        self._part().unlink(missing_ok=True)
        return create_file(self._part(), _MODE)

    def _part(self) -> Path:
        return self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
