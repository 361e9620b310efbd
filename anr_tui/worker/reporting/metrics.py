"""The worker's metrics for Prometheus: missing footage, the worker's state, recovered footage.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format. Base units: seconds, bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.journal.tables.rows import set_aside
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.event_log import Topic
from anr_tui.worker.state import Counters, SchedulerState


class Kind(StrEnum):
    """The type of a metric in Prometheus; a counter only grows."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: a number, or one number for each value of the label `label`. `words` is its help text."""

    name: str
    words: str
    values: dict[str, float] = field(default_factory=dict)
    kind: Kind = Kind.GAUGE
    label: str = ""

    @property
    def text(self) -> str:
        """The metric's lines in the text format."""
        lines = [f"# HELP {self.name} {_escaped(self.words)}", f"# TYPE {self.name} {self.kind}"]
        for value, number in self.values.items():
            quoted = _escaped(value).replace('"', '\\"')
            labels = f'{{{self.label}="{quoted}"}}' if self.label else ""
            lines.append(f"{self.name}{labels} {float(number)!r}")
        return "".join(f"{line}\n" for line in lines)


def render(metrics: Iterable[Metric]) -> str:
    """All metrics in the text format."""
    return "".join(metric.text for metric in metrics)


async def site_metrics(context: WorkerContext) -> list[Metric]:
    """Metrics of the site's gaps and cameras. Raises SiteError or JournalError where a database cannot be read."""
    cameras = (await context.site.cameras.all()).good
    memories, now = await context.journal.camera_memory.by_camera(), context.clock()
    gaps = dict.fromkeys(map(str, FillState), 0.0)
    missing = dict.fromkeys((camera.id for camera in cameras), 0.0)
    for count in await context.site.gaps.counts():
        gaps[count.fill_state] = gaps.get(count.fill_state, 0.0) + count.gaps
        if count.fill_state != FillState.FILLED:
            missing[count.camera_id] = missing.get(count.camera_id, 0.0) + count.seconds
    aside = set_aside(cameras, memories, now)
    are_aside = {camera.id: float(camera.id in aside) for camera in cameras}
    everywhere = "Footage missing in pending and failed gaps of all cameras."
    return [
        Metric("anr_gaps", "Recording gaps by state.", gaps, label="state"),
        Metric("anr_missing_seconds", "Footage missing in pending and failed gaps.", missing, label="camera"),
        _one("anr_site_missing_seconds", everywhere, sum(missing.values())),
        Metric("anr_camera_set_aside", "Whether the sweep leaves a camera alone for now.", are_aside, label="camera"),
    ]


def worker_metrics(context: WorkerContext, state: SchedulerState) -> list[Metric]:
    """Metrics of the worker's present state. Blocking, since it looks at the disk."""
    alarms = {str(topic): float(topic in context.events.alarms) for topic in Topic}
    metrics = [
        is_up(True),
        _one("anr_worker_paused", "Whether no gap is filled by itself.", state.is_paused),
        _one("anr_worker_halted", "Whether nothing is fetched at all.", state.is_halted),
        _one("anr_worker_seen_timestamp_seconds", "When this was written.", context.clock().timestamp()),
        _one("anr_fills_running", "Fills that run.", len(state.running)),
        _one("anr_fills_waiting", "Gaps in the queue.", len(state.waiting)),
        Metric("anr_alarm_active", "Whether an alarm stands.", alarms, label="about"),
    ]
    if state.swept_at is not None:
        swept_at = state.swept_at.timestamp()
        metrics.append(_one("anr_sweep_timestamp_seconds", "When due gaps were last looked for.", swept_at))
    free = context.site.archive.free_bytes()
    if free is not None:
        metrics.append(_one("anr_disk_free_bytes", "Free room on the disk with the recordings.", free))
    return metrics


def counter_metrics(counters: Counters) -> list[Metric]:
    """Metrics that count what this worker has done. The next worker starts at 0, which Prometheus handles."""
    ended = {str(outcome): float(counters.ended[outcome]) for outcome in Outcome}
    recovered = "Footage that landed since the worker began"
    return [
        Metric("anr_fills_ended_total", "Fills that ended since the worker began.", ended, Kind.COUNTER, "outcome"),
        _one("anr_recovered_seconds_total", f"{recovered}.", counters.recovered_s, Kind.COUNTER),
        _one("anr_recovered_bytes_total", f"{recovered}, as files.", counters.recovered_bytes, Kind.COUNTER),
    ]


def is_up(up: bool) -> Metric:
    """The metric for whether a worker holds the site."""
    return _one("anr_worker_up", "Whether a worker holds the site.", up)


def _one(name: str, words: str, number: float, kind: Kind = Kind.GAUGE) -> Metric:
    return Metric(name, words, {"": float(number)}, kind)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
