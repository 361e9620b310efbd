"""A site whose network was down for ninety minutes: each of the six cameras came to another end."""

from dataclasses import replace

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, Snapshot, Totals
from tests.console.site import NAMES, camera_row, fill, gap, site_snapshot, timeline

_BEGAN_MINUTES_AGO = 7 * 60
_LENGTH_S = 90 * 60.0
_ENDS = (
    (FillState.FILLED, Outcome.FILLED),
    (FillState.PENDING, None),
    (FillState.FAILED, Outcome.NO_FOOTAGE),
    (FillState.PENDING, Outcome.UNREACHABLE),
    (FillState.FAILED, Outcome.LOGIN_REFUSED),
    (FillState.FILLED, Outcome.FILLED),
)


def outage_snapshot() -> Snapshot:
    """Every camera has one gap, all of the same minutes; the second one is being filled."""
    rows = []
    for number, (name, (state, outcome)) in enumerate(zip(NAMES, _ENDS, strict=True), 1):
        lost = gap(number, name, _BEGAN_MINUTES_AGO, _LENGTH_S, fill_state=state, fill_attempts=number % 3)
        got_s = 1800.0 if outcome is None else _LENGTH_S if outcome is Outcome.FILLED else 0.0
        rows.append(GapRow(lost, name, fill(number, lost, outcome, got_s=got_s, speed=12.5 if got_s else 0.0)))
    gaps = tuple(rows)
    fills = [FillRow(row.fill, row.camera_name, 320.0 if row.is_filling else None) for row in gaps if row.fill]
    return replace(
        site_snapshot(),
        cameras=tuple(camera_row(name, gaps) for name in NAMES),
        gaps=gaps,
        fills=tuple(sorted(fills, key=lambda row: not row.is_running)),
        totals=Totals(6, 2, 2, 2, sum(row.window.seconds for row in gaps if row.is_missing)),
        timeline=timeline(gaps),
    )
