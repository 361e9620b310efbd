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
from anr_tui.domain.fill_policy import FillPolicy
from anr_tui.domain.gap import FillState, RecordingGap
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


# Opening.


async def test_no_file_is_said_with_the_path_that_was_meant(tmp_path: Path) -> None:
    words = await refusal(f"sqlite://{tmp_path}/none.db?mode=rwc")
    assert f"There is no site database at {tmp_path}/none.db." in words
    assert not (tmp_path / "none.db").exists()


async def test_a_url_with_two_readings_says_whether_the_other_file_is_there(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(heldar_site.root)
    words = await refusal("sqlite:///./heldar.db")
    assert "There is no site database at /heldar.db." in words
    assert f"could also have meant {heldar_site.database}: there is one there" in words
    words = await refusal("sqlite://./none.db")
    assert f"no site database at {heldar_site.root}/none.db." in words
    assert "could also have meant /none.db: nor is there one there" in words


@pytest.mark.parametrize(
    "url",
    ["", ".", "x" * 300, "sqlite:///" + "y" * 5000, "with\0nul"],
    ids=["nothing", "here", "long", "longer", "nul"],
)
async def test_what_can_be_no_file_is_refused_in_words(url: str) -> None:
    assert "site database" in await refusal(url)


async def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "heldar.db"
    path.write_text("This is no database at all. " * 100)
    assert f"{path} is not an SQLite database" in await refusal(str(path))


@pytest.mark.parametrize("table", ["cameras", "recording_gaps", "camera_status"])
async def test_a_missing_table_is_named(heldar_site: HeldarSite, table: str) -> None:
    heldar_site.execute(f"ALTER TABLE {table} RENAME TO gone")
    assert f"has no table '{table}'" in await refusal(str(heldar_site.database))


async def test_an_empty_file_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "heldar.db").touch()
    assert "has no table 'cameras'" in await refusal(str(tmp_path / "heldar.db"))


@pytest.mark.parametrize(
    ("table", "column"),
    [("cameras", "anr_enabled"), ("cameras", "anr_replay_url_template"), ("recording_gaps", "fill_attempts")],
)
async def test_a_column_that_we_need_is_missed_by_name(heldar_site: HeldarSite, table: str, column: str) -> None:
    heldar_site.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    words = await refusal(str(heldar_site.database))
    assert f"Table '{table}'" in words
    assert f"has no column {column}." in words
    assert "migrate" in words


async def test_columns_of_later_migrations_and_unknown_ones_do_not_matter(heldar_site: HeldarSite) -> None:
    for column in ("native_anpr_enabled", "native_events_enabled", "live_warm"):
        heldar_site.execute(f"ALTER TABLE cameras DROP COLUMN {column}")
    heldar_site.execute("ALTER TABLE cameras ADD COLUMN of_next_year TEXT")
    heldar_site.execute("ALTER TABLE recording_gaps ADD COLUMN of_next_year TEXT")
    heldar_site.add_gap("gap_1")
    database = await open_site(heldar_site.settings())
    assert [camera.id for camera in (await database.cameras.all()).good] == ["gate", "dock"]
    assert [gap.id for gap in (await database.gaps.all()).good] == ["gap_1"]
    await database.close()


async def test_a_locked_database_is_said_with_the_time_waited(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with locked(heldar_site.database):
        words = await refusal(str(heldar_site.database))
    assert f"{heldar_site.database} was locked by another program" in words


async def test_a_lock_during_the_work_is_said_and_passes(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    heldar_site.add_gap("gap_1")
    database = await open_site(heldar_site.settings())
    gap = await gap_of(database)
    with contextlib.closing(sqlite3.connect(heldar_site.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SiteError, match="was locked by another program"):
            await database.gaps.mark_filled(gap, AT)
        other.execute("ROLLBACK")
    assert heldar_site.gap("gap_1")["fill_state"] == "pending"
    assert await database.gaps.mark_filled(await gap_of(database), AT)
    await database.close()


async def test_a_file_that_cannot_be_written_says_what_to_do(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only = sqlite.Database.open
    monkeypatch.setattr(sqlite.Database, "open", lambda path, *, mode: read_only(path, mode="ro"))
    heldar_site.add_gap("gap_1")
    database = await open_site(heldar_site.settings())
    with pytest.raises(SiteError, match="Run as the user that Heldar runs as"):
        await database.gaps.mark_filled(await gap_of(database), AT)
    await database.close()


async def test_a_refused_database_leaves_no_connection_open(heldar_site: HeldarSite) -> None:
    heldar_site.execute("ALTER TABLE cameras DROP COLUMN anr_enabled")
    await refusal(str(heldar_site.database))
    # The last connection to end takes the write-ahead log away.
    assert {path.name for path in heldar_site.root.iterdir()} == {"heldar.db", "recordings"}


# Reading.


async def test_a_camera_is_read_with_its_secrets_hidden(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.insert("camera_status", {"camera_id": "gate", "state": "recording", "updated_at": "u"})
    gate, dock = (await database.cameras.all()).good
    assert (gate.id, gate.name, gate.vendor, gate.state) == ("gate", "Front gate", "generic", "recording")
    assert (gate.address, gate.rtsp_port, gate.username, gate.anr_enabled) == ("192.0.2.11", 554, "operator", True)
    assert (gate.record_stream, gate.record_audio, gate.retention_hours, gate.segment_seconds) == (
        "main",
        False,
        24,
        60,
    )
    assert gate.password is not None
    assert gate.password.get_secret_value() == PASSWORD
    assert (dock.state, dock.address, dock.username, dock.password) == ("unknown", None, None, None)
    assert dock.replay_url_template is not None
    assert TEMPLATE_PASSWORD in dock.replay_url_template.get_secret_value()
    shown = repr((gate, dock))
    assert PASSWORD not in shown
    assert TEMPLATE_PASSWORD not in shown


async def test_empty_texts_count_as_unset(heldar_site: HeldarSite, database: Site) -> None:
    heldar_site.add_camera("a", address="", username="", password="", anr_replay_url_template="")
    camera = next(camera for camera in (await database.cameras.all()).good if camera.id == "a")
    assert (camera.address, camera.username, camera.password, camera.replay_url_template) == (None, None, None, None)


@pytest.mark.parametrize(("written", "read"), [(10**18, 1_000_000), (-(10**18), 0), (48, 48)])
async def test_retention_is_one_that_a_calendar_can_count_back(
    heldar_site: HeldarSite, database: Site, written: int, read: int
) -> None:
    heldar_site.execute("UPDATE cameras SET retention_hours = ?", written)
    assert {camera.retention_hours for camera in (await database.cameras.all()).good} == {read}
    assert NOW - timedelta(hours=read) <= NOW


async def test_a_camera_that_cannot_be_read_is_left_out_with_a_sentence(
    heldar_site: HeldarSite, database: Site
) -> None:
    heldar_site.add_camera("odd", retention_hours="for ever", password=PASSWORD)
    cameras = await database.cameras.all()
    assert [camera.id for camera in cameras.good] == ["gate", "dock"]
    (problem,) = cameras.problems
    assert problem == "The row 'odd' was left out: retention_hours is no whole number: 'for ever'."
    assert PASSWORD not in problem


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
