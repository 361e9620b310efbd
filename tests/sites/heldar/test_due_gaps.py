"""Which gaps a sweep takes is the same whether all pending rows are looked at or each camera's in order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anr_tui.domain.fill_policy import FillPolicy, Order
from anr_tui.domain.timestamps import format_stamp
from anr_tui.sites.heldar import gap_ledger
from anr_tui.sites.interface import SWEEP_LIMIT
from anr_tui.sites.open_site import open_site
from tests.heldar_site import NOW, HeldarSite

LOOKS_AT_ALL, READS_IN_ORDER = 1_000_000, 0
RETENTION_H = {"gate": 24, "dock": 3, "yard": 1, "off": 24}
HOUR = timedelta(hours=1)
MAX_AGE = 10 * HOUR
SETTLE = timedelta(minutes=10)


@dataclass(frozen=True)
class Row:
    """A gap that began so many minutes ago and lasted five."""

    camera_id: str
    minutes_ago: int
    state: str
    attempts: int

    @property
    def id(self) -> str:
        return f"{self.camera_id}-{self.minutes_ago:04}"

    def is_due(self, left_out: Sequence[str]) -> bool:
        end_minutes = self.minutes_ago - 5
        return (
            self.camera_id not in {"off", *left_out}
            and self.id not in left_out
            and (self.state, self.attempts < 3) == ("pending", True)
            and SETTLE <= timedelta(minutes=end_minutes) < timedelta(hours=RETENTION_H[self.camera_id])
            and timedelta(minutes=self.minutes_ago) <= MAX_AGE
        )

    def rank(self, order: Order) -> tuple[int, str]:
        deadline = RETENTION_H[self.camera_id] * 60 - self.minutes_ago
        return {"newest": self.minutes_ago, "oldest": -self.minutes_ago, "deadline": deadline}[order], self.id


ROWS = st.builds(
    Row,
    st.sampled_from(sorted(RETENTION_H)),
    st.integers(5, 700),
    st.sampled_from(["pending", "pending", "filled", "failed"]),
    st.integers(0, 3),
)


async def due(site: HeldarSite, order: Order, left_out: Sequence[str] = (), most: int = SWEEP_LIMIT) -> list[str]:
    database = await open_site(site.settings())
    try:
        policy = FillPolicy(order, max_age_hours=MAX_AGE // HOUR, max_attempts=3, settle_s=SETTLE.total_seconds())
        found = await database.gaps.due(policy, NOW, left_out_gaps=left_out, left_out_cameras=left_out, most=most)
    finally:
        await database.close()
    return [gap.id for gap in found.good]


def add(site: HeldarSite, row: Row) -> None:
    start = NOW - timedelta(minutes=row.minutes_ago)
    site.add_gap(
        row.id,
        row.camera_id,
        gap_start=format_stamp(start),
        gap_end=format_stamp(start + timedelta(minutes=5)),
        fill_state=row.state,
        fill_attempts=row.attempts,
    )


@pytest.mark.parametrize("few", [LOOKS_AT_ALL, READS_IN_ORDER])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, max_size=40, unique_by=lambda row: row.id),
    order=st.sampled_from(["newest", "oldest", "deadline"]),
    left_out=st.sampled_from([(), ("gate",), ("dock-0100", "yard")]),
    most=st.integers(1, 12),
)
def test_a_sweep_takes_the_first_of_what_is_due_either_way(
    tmp_path_factory: pytest.TempPathFactory,
    few: int,
    rows: list[Row],
    order: Order,
    left_out: tuple[str, ...],
    most: int,
) -> None:
    site = HeldarSite(tmp_path_factory.mktemp("site"))
    for camera_id in ("yard", "off"):
        site.add_camera(camera_id, anr_enabled=camera_id != "off")
    for camera_id, hours in RETENTION_H.items():
        site.execute("UPDATE cameras SET retention_hours = ? WHERE id = ?", hours, camera_id)
    for row in rows:
        add(site, row)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gap_ledger, "_FEW_PENDING", few)
        taken = asyncio.run(due(site, order, left_out, most))
    wanted = sorted((row for row in rows if row.is_due(left_out)), key=lambda row: row.rank(order))
    assert taken == [row.id for row in wanted[:most]]


@pytest.mark.parametrize("few", [LOOKS_AT_ALL, READS_IN_ORDER])
@pytest.mark.parametrize("order", ["newest", "oldest", "deadline"])
async def test_rows_that_cannot_be_read_use_up_no_sweep_either_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, order: Order
) -> None:
    monkeypatch.setattr(gap_ledger, "_FEW_PENDING", few)
    site = HeldarSite(tmp_path)
    for number in range(5 * SWEEP_LIMIT):
        stamp = format_stamp(NOW - timedelta(minutes=60, seconds=number))
        # The end of the world comes first in one order, the dark ages in the others.
        site.add_gap(f"bad-{number}", gap_start=stamp, gap_end=stamp)
        site.add_gap(f"worse-{number}", gap_start=f"no time {number}")
    for minutes_ago in (50, 100):
        add(site, Row("gate", minutes_ago, "pending", 0))
    assert sorted(await due(site, order)) == ["gate-0050", "gate-0100"]
