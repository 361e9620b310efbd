"""The forecast of the time at which the backlog will be fetched, from measured speeds and present limits. Pure.

It assumes that devices work in parallel: each delivers a number of sessions at once, and all share the site's number of
fills at once evenly. A bandwidth cap delays what would arrive faster, by the time of day.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from anr_tui.config.bandwidth_schedule import BandwidthSchedule, parse_bandwidth_schedule
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.view.reports.backlog import Backlog, Task
from anr_tui.view.reports.camera_speed import CameraSpeed, rate_of
from anr_tui.view.snapshot.snapshot import WorkerState

_DAY_S = 86_400
_LONGEST_S = 3650 * _DAY_S
_HELD_UP = {
    WorkerState.NONE: "no worker runs",
    WorkerState.LOST: "the worker is lost",
    WorkerState.PAUSED: "it is paused",
    WorkerState.HALTED: "all fetching is halted",
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast: `takes_s` is wall-clock seconds, None if unknown; `done_at` is also None while nothing is fetched.

    `assumption` names what the forecast rests on, `why_not` the reason for which one of the two is None.
    """

    takes_s: float | None = None
    done_at: datetime | None = None
    assumption: str = ""
    why_not: str = ""


def make_forecast(
    backlog: Backlog,
    paces: Iterable[CameraSpeed],
    sessions: Mapping[str, int],
    policy: FillPolicy,
    state: WorkerState,
    now: datetime,
    zone: tzinfo | None = None,
) -> Forecast:
    """Forecast when a worker in this state will have fetched the backlog.

    `sessions` is the number of sessions at once that each device was found to accept; `zone` is the time zone of the
    caps (None: that of this machine).
    """
    if not backlog.tasks:
        return Forecast(takes_s=0.0)
    speeds = {pace.id: pace for pace in paces}
    measured = _measured(speeds.values())
    if not measured:
        return Forecast(why_not="no speed was measured yet")
    rates = {task.camera_id: _rate(task, speeds, measured) for task in backlog.tasks}
    takes_s = _takes_s(backlog.tasks, rates, measured, sessions, policy, now.astimezone(zone))
    measured_ids = {pace.id for pace in speeds.values() if pace.from_end_to_end is not None}
    assumption = _assumption(policy, guessed=sum(task.camera_id not in measured_ids for task in backlog.tasks))
    if takes_s is None or takes_s > _LONGEST_S:
        why = "the bandwidth caps allow no traffic" if takes_s is None else "it would take more than ten years"
        return Forecast(None, None, assumption, why)
    if state in _HELD_UP:
        return Forecast(takes_s, None, assumption, _HELD_UP[state])
    return Forecast(takes_s, now + timedelta(seconds=takes_s), assumption)


def makespan_s(devices: Sequence[float], fills: int) -> float:
    """The seconds in which all devices finish their seconds of work; at most `fills` run, evenly shared."""
    took_s, done_s = 0.0, 0.0
    for number, work_s in enumerate(sorted(devices)):
        share = min(1.0, fills / (len(devices) - number))
        took_s += (work_s - done_s) / share
        done_s = work_s
    return took_s


def capped_s(takes_s: float, bits: float, table: BandwidthSchedule, local: datetime) -> float | None:
    """The seconds that a transfer takes under a cap, if without it `bits` arrive evenly in `takes_s` seconds.

    None where it never ends. `local` is its start on the clock of the caps; changes of that clock meanwhile are
    ignored.
    """
    if takes_s <= 0 or bits <= 0:
        return takes_s
    full = bits / takes_s
    spans = [(length_s, full if cap is None else min(full, cap)) for length_s, cap in _day_of_caps(table, local)]
    if all(rate == full for _, rate in spans):
        return takes_s
    daily = sum(length_s * rate for length_s, rate in spans)
    if daily <= 0:
        return None
    days = max(0, math.ceil(bits / daily) - 1)
    left, waited_s = bits - days * daily, float(days * _DAY_S)
    for length_s, rate in spans:
        if left <= length_s * rate:
            return max(takes_s, waited_s + (left / rate if left > 0 else 0.0))
        left -= length_s * rate
        waited_s += length_s
    return max(takes_s, waited_s)


def _day_of_caps(table: BandwidthSchedule, local: datetime) -> list[tuple[float, int | None]]:
    """The caps of the next 24 hours, each with the number of seconds for which it holds."""
    passed_s = _of_day_s(local)
    changes = sorted(
        ((start.hour * 3600 + start.minute * 60 - passed_s) % _DAY_S, rate) for start, rate in table.entries
    )
    first = (changes[0][0], table.rate_at(local))
    return [first, *((later[0] - change[0], change[1]) for change, later in pairwise([*changes, (_DAY_S, None)]))]


def _of_day_s(local: datetime) -> float:
    return local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6


@dataclass(frozen=True, slots=True)
class _Measured:
    """The speed for a camera that was never measured: that of its device, else of all cameras (0: none measured).

    `bits_by_second` is the mean number of bits in a second of footage.
    """

    by_device: Mapping[str, float]
    of_all: float
    bits_by_second: float

    def __bool__(self) -> bool:
        return self.of_all > 0


def _measured(paces: Iterable[CameraSpeed]) -> _Measured:
    fills_of: defaultdict[str, list[CameraSpeed]] = defaultdict(list)
    for pace in paces:
        fills_of[pace.device].append(pace)
    fills = {device: [fill for pace in own for fill in pace.fills] for device, own in fills_of.items()}
    every = [fill for own in fills.values() for fill in own]
    remembered = [pace.remembered for own in fills_of.values() for pace in own if pace.remembered > 0]
    of_all = rate_of(every) or (min(remembered) if remembered else 0.0)
    got_s = sum(fill.got_s for fill in every)
    return _Measured(
        by_device={device: rate for device, own in fills.items() if (rate := rate_of(own)) is not None},
        of_all=of_all,
        bits_by_second=sum(fill.size_bytes for fill in every) * 8 / got_s if got_s > 0 else 0.0,
    )


def _rate(task: Task, speeds: Mapping[str, CameraSpeed], measured: _Measured) -> float:
    own_speed = speeds[task.camera_id].from_end_to_end if task.camera_id in speeds else None
    return own_speed or measured.by_device.get(task.device) or measured.of_all


def _takes_s(
    tasks: Sequence[Task],
    rates: Mapping[str, float],
    measured: _Measured,
    sessions: Mapping[str, int],
    policy: FillPolicy,
    local: datetime,
) -> float | None:
    camera_caps = parse_bandwidth_schedule(policy.bandwidth_per_camera)
    work: defaultdict[str, list[float]] = defaultdict(list)
    for task in tasks:
        bits = task.seconds * measured.bits_by_second
        took_s = capped_s(task.seconds / rates[task.camera_id], bits, camera_caps, local)
        if took_s is None:
            return None
        work[task.device].append(took_s + task.gaps * policy.rest_s)
    lines: list[float] = []
    for device, cameras in work.items():
        limit = min(policy.sessions_per_device, sessions.get(device, policy.sessions_per_device))
        # A camera's gaps are fetched one after another.
        at_once = max(1, min(limit, len(cameras)))
        lines += [max(sum(cameras) / at_once, *cameras)] * at_once
    bits = sum(task.seconds for task in tasks) * measured.bits_by_second
    return capped_s(makespan_s(lines, policy.max_fills), bits, parse_bandwidth_schedule(policy.bandwidth), local)


def _assumption(policy: FillPolicy, *, guessed: int) -> str:
    fills = policy.max_fills
    parts = ["at the speeds measured", f"{fills} fills at once" if fills > 1 else "1 fill at once"]
    parts += [
        f"under {name}"
        for name, text in (
            ("ANR_BANDWIDTH", policy.bandwidth),
            ("ANR_BANDWIDTH_PER_CAMERA", policy.bandwidth_per_camera),
        )
        if any(cap is not None for _, cap in parse_bandwidth_schedule(text).entries)
    ]
    if guessed:
        parts.append(f"{guessed} camera{'s' if guessed > 1 else ''} not measured: assumed to be like the others")
    return ", ".join(parts)
