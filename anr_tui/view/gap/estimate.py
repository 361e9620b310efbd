"""What it would cost to fill these gaps, by what fills came to before. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anr_tui.domain.fill import Fill
from anr_tui.view.snapshot.snapshot import GapRow


@dataclass(frozen=True, slots=True)
class Estimate:
    """`takes_s` is one gap after the other; it and `size_bytes` are None where nothing was measured yet."""

    gaps: int
    seconds: float
    size_bytes: int | None
    takes_s: float | None


def estimate(rows: Sequence[GapRow], fills: Iterable[Fill]) -> Estimate:
    """How much these gaps are to fetch, by the fills of each camera; one without any is taken to be like all others."""
    known = [*fills, *(row.fill for row in rows if row.fill is not None)]
    rates, speeds = _rates(known), _speeds(known)
    wanted: dict[str, float] = {}
    for row in rows:
        wanted[row.gap.camera_id] = wanted.get(row.gap.camera_id, 0.0) + row.window.seconds
    size = sum(seconds * rates.get(camera, rates[""]) for camera, seconds in wanted.items()) if rates else None
    takes_s = sum(seconds / speeds.get(camera, speeds[""]) for camera, seconds in wanted.items()) if speeds else None
    return Estimate(len(rows), sum(wanted.values()), None if size is None else round(size), takes_s)


def _rates(fills: Iterable[Fill]) -> dict[str, float]:
    """Bytes a second of footage by camera, of all under ""; empty where nothing is known."""
    sums: dict[str, tuple[float, float]] = {}
    for fill in fills:
        if fill.got_s > 0 and fill.size_bytes > 0:
            for name in (fill.camera_id, ""):
                size, seconds = sums.get(name, (0.0, 0.0))
                sums[name] = size + fill.size_bytes, seconds + fill.got_s
    return {name: size / seconds for name, (size, seconds) in sums.items()}


def _speeds(fills: Iterable[Fill]) -> dict[str, float]:
    """Seconds of footage a second by camera, of all under ""; empty where nothing is known."""
    sums: dict[str, tuple[float, float]] = {}
    for fill in fills:
        if fill.got_s > 0 and fill.speed > 0:
            for name in (fill.camera_id, ""):
                got_s, took_s = sums.get(name, (0.0, 0.0))
                sums[name] = got_s + fill.got_s, took_s + fill.got_s / fill.speed
    return {name: got_s / took_s for name, (got_s, took_s) in sums.items()}
