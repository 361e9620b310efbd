"""The estimated cost of filling gaps, from the measurements of earlier fills. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anr_tui.domain.fill import Fill
from anr_tui.view.snapshot.snapshot import GapRow


@dataclass(frozen=True, slots=True)
class Estimate:
    """The cost of filling `gaps` gaps with `seconds` of footage: bytes, and wall-clock seconds to fetch them.

    `takes_s` assumes one gap after another. Both are None where no fill was measured yet.
    """

    gaps: int
    seconds: float
    size_bytes: int | None
    takes_s: float | None


def estimate(rows: Sequence[GapRow], fills: Iterable[Fill]) -> Estimate:
    """Estimate the cost of filling these gaps from the fills of each camera, or of all where a camera has none."""
    known = [*fills, *(row.fill for row in rows if row.fill is not None)]
    rates, speeds = _rates(known), _speeds(known)
    wanted: dict[str, float] = {}
    for row in rows:
        wanted[row.gap.camera_id] = wanted.get(row.gap.camera_id, 0.0) + row.window.seconds
    size = sum(seconds * rates.get(camera, rates[""]) for camera, seconds in wanted.items()) if rates else None
    takes_s = sum(seconds / speeds.get(camera, speeds[""]) for camera, seconds in wanted.items()) if speeds else None
    return Estimate(len(rows), sum(wanted.values()), None if size is None else round(size), takes_s)


def _rates(fills: Iterable[Fill]) -> dict[str, float]:
    """Bytes for each second of footage by camera id, and of all cameras under ""; empty where nothing was measured."""
    sums: dict[str, tuple[float, float]] = {}
    for fill in fills:
        if fill.got_s > 0 and fill.size_bytes > 0:
            for name in (fill.camera_id, ""):
                size, seconds = sums.get(name, (0.0, 0.0))
                sums[name] = size + fill.size_bytes, seconds + fill.got_s
    return {name: size / seconds for name, (size, seconds) in sums.items()}


def _speeds(fills: Iterable[Fill]) -> dict[str, float]:
    """Seconds of footage for each second of fetching by camera id, and of all under ""; empty where unknown."""
    sums: dict[str, tuple[float, float]] = {}
    for fill in fills:
        if fill.got_s > 0 and fill.speed > 0:
            for name in (fill.camera_id, ""):
                got_s, took_s = sums.get(name, (0.0, 0.0))
                sums[name] = got_s + fill.got_s, took_s + fill.got_s / fill.speed
    return {name: got_s / took_s for name, (got_s, took_s) in sums.items()}
