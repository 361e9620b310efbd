"""Gaps in Heldar's table: read, taken by a sweep, and marked as Heldar itself marks them."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anr_tui.domain.errors import SiteError
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.timestamps import format_stamp, parse_stamp
from anr_tui.sites.interface import SWEEP_LIMIT, Site
from anr_tui.sites.open_site import open_site
from tests.heldar_site import NOW, HeldarSite

AT = datetime(2026, 6, 13, 12, 0, 0, 250_000, tzinfo=UTC)
POLICY = FillPolicy(max_age_hours=24, max_attempts=3, settle_s=30)


async def gap_of(database: Site) -> RecordingGap:
    """The gap `gap_1` as its row is now."""
    gap = await database.gaps.gap("gap_1")
    assert gap is not None
    return gap


async def due(database: Site, policy: FillPolicy = POLICY, **changes: Any) -> list[str]:
    return [gap.id for gap in (await database.gaps.due(policy, NOW, **changes)).good]


async def test_a_gap_is_read_to_the_microsecond_and_in_order(heldar_site: HeldarSite, database: Site) -> None:
    starts = ["", ".5", ".123", ".123456", ".123456789", ".999999999"]
    for number, fraction in enumerate(starts):
        heldar_site.add_gap(f"gap_{number}", gap_start=f"2026-06-13T11:00:00{fraction}+00:00")
    gaps = (await database.gaps.all()).good
    assert [gap.window.start.microsecond for gap in gaps] == [999_999, 500_000, 123_456, 123_456, 123_000, 0]
    assert [gap.id for gap in gaps] == ["gap_5", "gap_1", "gap_4", "gap_3", "gap_2", "gap_0"]
    gap = gaps[-1]
    assert (gap.camera_id, gap.gap_seconds, gap.fill_state, gap.fill_attempts) == ("gate", 600, FillState.PENDING, 0)
    assert (gap.last_attempt_at, gap.filled_at) == (None, None)
    assert gap.window.end == datetime(2026, 6, 13, 11, 10, 0, 987_654, tzinfo=UTC)


@pytest.mark.parametrize(
    "columns",
    [
        {"gap_start": "yesterday"},
        {"gap_start": "2026-06-13 11:00:00"},
        {"gap_end": "2026-06-13T10:59:59+00:00"},
        {"gap_end": b"\xff\xfe"},
        {"fill_state": "lost"},
        {"gap_seconds": "many"},
        {"last_attempt_at": ""},
    ],
    ids=lambda columns: next(iter(columns)),
)
async def test_one_bad_gap_is_left_out_with_a_sentence_and_the_rest_works(
    heldar_site: HeldarSite, database: Site, columns: dict[str, object]
) -> None:
    heldar_site.add_gap("gap_good")
    heldar_site.add_gap("gap_bad", "dock", **columns)
    gaps = await database.gaps.all()
    assert [gap.id for gap in gaps.good] == ["gap_good"]
    assert len(gaps.problems) == 1
    assert "The row 'gap_bad' was left out: " in gaps.problems[0]
    with pytest.raises(SiteError, match="gap_bad"):
        await database.gaps.gap("gap_bad")
    good = await database.gaps.gap("gap_good")
    assert good is not None
    assert await database.gaps.gap("gap_none") is None


async def test_the_gaps_of_one_camera(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1", "gate")
    heldar_site.add_gap("gap_2", "dock")
    assert [gap.id for gap in (await database.gaps.all("dock")).good] == ["gap_2"]


# What a sweep takes.


async def test_a_sweep_takes_what_heldars_loop_would_take(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_camera("off", anr_enabled=0)
    hour = "2026-06-13T{}:00:00+00:00".format
    for number, (camera, columns) in enumerate(
        [
            ("gate", {}),
            ("dock", {"fill_attempts": 2}),
            ("gate", {"fill_state": "filled", "gap_start": hour("10")}),
            ("gate", {"fill_state": "failed", "gap_start": hour("09")}),
            ("gate", {"fill_attempts": 3, "gap_start": hour("08")}),
            ("off", {}),
            ("gate", {"gap_start": "2026-06-12T11:59:59.999999999+00:00"}),
            ("dock", {"gap_start": "2026-06-12T12:00:00.000000001+00:00"}),
        ]
    ):
        heldar_site.add_gap(f"gap_{number}", camera, **columns)
    assert await due(database) == ["gap_0", "gap_1", "gap_7"]


async def test_a_gap_settles_before_it_is_taken(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1", gap_end="2026-06-13T11:59:30+00:00")
    heldar_site.add_gap("gap_2", "dock", gap_end="2026-06-13T11:59:30.000000001+00:00")
    assert await due(database) == ["gap_1"]
    assert await due(database, replace(POLICY, settle_s=0)) == ["gap_1", "gap_2"]


@pytest.mark.parametrize(("hours", "is_due"), [(1, True), (0, False), (24, True), (99_999_999, True)])
async def test_what_retention_would_delete_at_once_is_not_fetched(
    heldar_site: HeldarSite, database: Site, hours: int, is_due: bool
) -> None:
    heldar_site.execute("UPDATE cameras SET retention_hours = ? WHERE id = 'gate'", hours)
    heldar_site.add_gap("gap_1")
    assert await due(database) == (["gap_1"] if is_due else [])


async def test_a_sweep_takes_the_newest_and_leaves_out_what_it_is_told(heldar_site: HeldarSite, database: Site) -> None:
    for minute in range(30):
        start = format_stamp(NOW - timedelta(minutes=60 + minute))
        heldar_site.add_gap(f"gap_{minute:02}", gap_start=start)
    heldar_site.add_gap("gap_dock", "dock")
    assert len(await due(database)) == SWEEP_LIMIT == 20
    taken = await due(database, left_out_gaps={"gap_00", "gap_02"}, left_out_cameras=["dock"], most=3)
    assert taken == ["gap_01", "gap_03", "gap_04"]


async def test_bad_rows_do_not_keep_a_sweep_from_the_good_ones(heldar_site: HeldarSite, database: Site) -> None:
    for number in range(SWEEP_LIMIT + 5):
        heldar_site.add_gap(f"gap_bad_{number}", gap_start=f"no time {number}")
    heldar_site.add_gap("gap_good")
    assert await due(database) == ["gap_good"]


# Writing.


async def test_filled_is_written_as_heldar_writes_it(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1", fill_attempts=1)
    before = heldar_site.gap("gap_1")
    assert await database.gaps.mark_filled(await gap_of(database), AT)
    stamp = "2026-06-13T12:00:00.250+00:00"
    written = {"fill_state": "filled", "fill_attempts": 2, "last_attempt_at": stamp, "filled_at": stamp}
    assert heldar_site.gap("gap_1") == before | written


async def test_failed_attempts_count_to_the_maximum(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1")
    states = []
    for _ in range(3):
        assert await database.gaps.mark_attempt(await gap_of(database), AT, 3)
        row = heldar_site.gap("gap_1")
        states.append((row["fill_state"], row["fill_attempts"], row["filled_at"]))
    assert states == [("pending", 1, None), ("pending", 2, None), ("failed", 3, None)]
    assert await database.gaps.failed_ids() == ["gap_1"]


async def test_a_failed_attempt_takes_no_filled_gap_back(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1", fill_state="filled", fill_attempts=1)
    before = heldar_site.gap("gap_1")
    assert not await database.gaps.mark_attempt(await gap_of(database), AT, 1)
    assert heldar_site.gap("gap_1") == before


async def test_retry_is_written_as_heldar_writes_it(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1")
    before = heldar_site.gap("gap_1")
    await database.gaps.mark_attempt(await gap_of(database), AT, 1)
    assert await database.gaps.retry("gap_1", asked_by="anna@nvr-07", at=AT)
    assert heldar_site.gap("gap_1") == before


async def test_a_retry_is_in_the_audit_log_as_heldar_writes_it(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1", fill_state="failed")
    await database.gaps.retry("gap_1", asked_by="anna@nvr-07", at=AT)
    (row,) = heldar_site.execute("SELECT * FROM audit_log")
    assert re.fullmatch("aud_[0-9a-f]{32}", row.pop("id"))
    assert parse_stamp(row.pop("created_at")) == AT
    assert row == {
        "actor": "system",
        "actor_name": "anna@nvr-07",
        "role": "admin",
        "action": "anr_retry_gap",
        "target_type": "recording_gap",
        "target_id": "gap_1",
        "detail": '{"camera_id":"gate"}',
    }


async def test_a_later_heldar_finds_the_camera_of_a_retry_in_its_column(
    heldar_site: HeldarSite, database: Site
) -> None:
    heldar_site.execute("ALTER TABLE audit_log ADD COLUMN subject_camera_id TEXT")
    heldar_site.add_gap("gap_1", fill_state="failed")
    await database.gaps.retry("gap_1", asked_by="anna@nvr-07", at=AT)
    rows = heldar_site.execute("SELECT target_id, subject_camera_id FROM audit_log")
    assert rows == [{"target_id": "gap_1", "subject_camera_id": "gate"}]


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE audit_log",
        "ALTER TABLE audit_log DROP COLUMN actor_name",
        "DROP TABLE audit_log; CREATE TABLE audit_log (id TEXT, who TEXT)",
        "CREATE TRIGGER refuse BEFORE INSERT ON audit_log BEGIN SELECT raise(ABORT, 'no'); END",
    ],
)
async def test_a_site_with_another_audit_log_has_its_gap_retried_all_the_same(
    heldar_site: HeldarSite, database: Site, change: str
) -> None:
    statements = change.split("; ") if "TRIGGER" not in change else [change]
    for statement in statements:
        heldar_site.execute(statement)
    heldar_site.add_gap("gap_1", fill_state="failed", fill_attempts=3)
    assert await database.gaps.retry("gap_1", asked_by="anna@nvr-07", at=AT)
    assert (heldar_site.gap("gap_1")["fill_state"], heldar_site.gap("gap_1")["fill_attempts"]) == ("pending", 0)
    if "DROP TABLE" not in change:
        assert heldar_site.execute("SELECT * FROM audit_log") == []


async def test_a_gap_that_is_gone_is_said(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1")
    gap = await gap_of(database)
    heldar_site.execute("DELETE FROM recording_gaps")
    assert not await database.gaps.mark_filled(gap, AT)
    assert not await database.gaps.mark_attempt(gap, AT, 3)
    assert not await database.gaps.retry("gap_1", asked_by="anna@nvr-07", at=AT)


async def test_only_the_gaps_own_row_is_ever_touched(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock")
    tables = ("sites", "cameras", "camera_status", "segments")
    before = [heldar_site.execute(f"SELECT * FROM {table}") for table in tables]
    schema = heldar_site.execute("SELECT * FROM sqlite_master")
    other = heldar_site.gap("gap_2")
    await database.gaps.mark_attempt(await gap_of(database), AT, 1)
    await database.gaps.mark_filled(await gap_of(database), AT)
    await database.gaps.retry("gap_1", asked_by="anna@nvr-07", at=AT)
    assert [heldar_site.execute(f"SELECT * FROM {table}") for table in tables] == before
    assert heldar_site.execute("SELECT * FROM sqlite_master") == schema
    assert heldar_site.gap("gap_2") == other


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(), st.text())
def test_no_gap_id_reaches_another_row(heldar_site: HeldarSite, gap_id: str, camera_id: str) -> None:
    async def touch() -> None:
        database = await open_site(heldar_site.settings())
        try:
            assert not await database.gaps.retry(gap_id, asked_by="anna@nvr-07", at=AT)
            assert await database.gaps.gap(gap_id) is None
            assert (await database.gaps.all(camera_id)).good == ()
        finally:
            await database.close()

    heldar_site.execute("DELETE FROM recording_gaps")
    heldar_site.add_gap("gap_1", fill_state="filled")
    if gap_id != "gap_1" and camera_id != "gate":
        asyncio.run(touch())
    assert heldar_site.gap("gap_1")["fill_state"] == "filled"
