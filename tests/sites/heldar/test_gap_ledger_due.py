"""Which gaps a sweep takes is the same whether all pending rows are looked at or each camera's in order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anr_tui.domain.policy.fill_policy import FillPolicy, Order
from anr_tui.domain.timestamps import format_stamp
from anr_tui.sites.heldar import gap_ledger
from anr_tui.sites.interface import SWEEP_LIMIT
from anr_tui.sites.open_site import open_site
from tests.heldar_site import NOW, HeldarSite
from tests.sites.heldar.builders import (
    FIVE_MINUTE_GAPS,
    HOUR,
    MAX_AGE,
    RETENTION_H,
    SETTLE,
    FiveMinuteGap,
    add_five_minute_gap,
)

LOOKS_AT_ALL, READS_IN_ORDER = 1_000_000, 0


async def due(site: HeldarSite, order: Order, left_out: Sequence[str] = (), most: int = SWEEP_LIMIT) -> list[str]:
    database = await open_site(site.settings())
    try:
        policy = FillPolicy(order, max_age_hours=MAX_AGE // HOUR, max_attempts=3, settle_s=SETTLE.total_seconds())
        found = await database.gaps.due(policy, NOW, left_out_gaps=left_out, left_out_cameras=left_out, most=most)
    finally:
        await database.close()
    return [gap.id for gap in found.good]


@pytest.mark.parametrize("few", [LOOKS_AT_ALL, READS_IN_ORDER])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(FIVE_MINUTE_GAPS, max_size=40, unique_by=lambda row: row.id),
    order=st.sampled_from(["newest", "oldest", "deadline"]),
    left_out=st.sampled_from([(), ("gate",), ("dock-0100", "yard")]),
    most=st.integers(1, 12),
)
def test_a_sweep_takes_the_first_of_what_is_due_either_way(
    tmp_path_factory: pytest.TempPathFactory,
    few: int,
    rows: list[FiveMinuteGap],
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
        add_five_minute_gap(site, row)
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
        add_five_minute_gap(site, FiveMinuteGap("gate", minutes_ago, "pending", 0))
    assert sorted(await due(site, order)) == ["gate-0050", "gate-0100"]
