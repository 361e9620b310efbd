import base64
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.config.settings import Settings
from anr_tui.doctor import SiteCheck, examine
from anr_tui.domain.diagnosis import CheckMark
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.sites.open_site import open_site
from anr_tui.worker.diagnosis import connect_check
from tests.heldar_site import IDENTITY, PASSWORD, TEMPLATE_PASSWORD, HeldarSite, sealed

KEY = bytes(range(32))


@pytest.fixture
def listening() -> Iterator[int]:
    """A port that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed() -> int:
    """A port that refuses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.fixture
def good(heldar_site: HeldarSite, listening: int) -> HeldarSite:
    heldar_site.execute("UPDATE cameras SET address = '127.0.0.1', rtsp_port = ? WHERE id = 'gate'", listening)
    template = f"rtsp://admin:{TEMPLATE_PASSWORD}@127.0.0.1:{listening}/playback?from={{start}}"
    heldar_site.execute("UPDATE cameras SET anr_replay_url_template = ? WHERE id = 'dock'", template)
    return heldar_site


def settings(site: HeldarSite, ffmpeg: str, **changes: object) -> Settings:
    return site.settings(**({"heldar_ffmpeg_bin": ffmpeg, "heldar_min_free_disk_gb": 0} | changes))


async def marks(given: Settings) -> dict[str, CheckMark]:
    """The worst mark of each check; nothing that was said holds a password."""
    checks = await examine(given)
    text = "\n".join(check.text for check in checks)
    assert PASSWORD not in text
    assert TEMPLATE_PASSWORD not in text
    order = [CheckMark.GOOD, CheckMark.WARNING, CheckMark.FAILED]
    return {
        check.name: max((each.mark for each in checks if each.name == check.name), key=order.index) for check in checks
    }


async def said(given: Settings, name: str) -> list[str]:
    return [check.text for check in await examine(given) if check.name == name and check.mark is not CheckMark.GOOD]


async def test_a_good_site_is_good(good: HeldarSite, ffmpeg: str) -> None:
    good.add_gap("gap_1")
    given = settings(good, ffmpeg)
    names = ("ffmpeg", "recordings", "database", "journal", "other loop", "camera")
    assert await marks(given) == dict.fromkeys(names, CheckMark.GOOD)
    checks = {check.name: check.seen for check in await examine(given)}
    assert ffmpeg in checks["ffmpeg"]
    assert "2 cameras, 1 gaps" in checks["database"]
    assert "no worker runs" in checks["journal"]


async def test_a_site_where_nothing_is_right_is_told_all_of_it_at_once(tmp_path: Path) -> None:
    given = Settings(
        heldar_database_url=f"sqlite://{tmp_path}/none.db",
        heldar_recordings_dir=tmp_path / "none",
        heldar_ffmpeg_bin=str(tmp_path / "no-ffmpeg"),
    )
    assert await marks(given) == dict.fromkeys(("ffmpeg", "recordings", "database"), CheckMark.FAILED)
    assert "There is no site database at" in (await said(given, "database"))[0]
    assert "Set HELDAR_RECORDINGS_DIR" in (await said(given, "recordings"))[0]


async def test_each_fault_is_told_apart_and_the_rest_is_still_looked_at(good: HeldarSite, ffmpeg: str) -> None:
    all_right = await marks(settings(good, ffmpeg))
    assert await marks(settings(good, str(good.root / "none"))) == all_right | {"ffmpeg": CheckMark.FAILED}
    full = settings(good, ffmpeg, heldar_min_free_disk_gb=10**9)
    assert await marks(full) == all_right | {"recordings": CheckMark.FAILED}
    assert "HELDAR_MIN_FREE_DISK_GB is 1e+09" in (await said(full, "recordings"))[0]
    journal = settings(good, ffmpeg, anr_journal=good.database)
    assert await marks(journal) == all_right | {"journal": CheckMark.FAILED, "other loop": CheckMark.FAILED}
    good.add_gap("gap_bad", gap_start="yesterday")
    assert await marks(settings(good, ffmpeg)) == all_right | {"database": CheckMark.WARNING}


@pytest.mark.parametrize("place", ["x" * 300, "with\0nul", "file"], ids=["too long", "nul", "a file"])
async def test_a_place_that_can_be_no_directory_is_a_finding(good: HeldarSite, ffmpeg: str, place: str) -> None:
    (good.root / "file").touch()
    given = settings(good, ffmpeg, heldar_recordings_dir=good.root / place)
    assert (await marks(given))["recordings"] is CheckMark.FAILED


@pytest.mark.parametrize("address", ["x" * 70, "x" * 260, "no.such.host.invalid", "gate yard", "\x1b[2J", "::1%lo"])
async def test_no_address_breaks_the_look_at_the_others(good: HeldarSite, ffmpeg: str, address: str) -> None:
    good.execute("UPDATE cameras SET address = ?, rtsp_port = 1 WHERE id = 'gate'", address)
    given = settings(good, ffmpeg)
    assert (await marks(given))["camera"] is CheckMark.FAILED
    (problem,) = await said(given, "camera")
    assert "Front gate: " in problem


async def test_a_camera_that_does_not_answer_is_named(
    good: HeldarSite, ffmpeg: str, closed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect_check, "_CONNECT_S", 0.05)
    good.execute("UPDATE cameras SET rtsp_port = ? WHERE id = 'gate'", closed)
    # An address that is set aside for documentation: nobody answers there (RFC 5737).
    good.execute("UPDATE cameras SET anr_replay_url_template = 'rtsp://192.0.2.12/?{start}' WHERE id = 'dock'")
    problems = sorted(await said(settings(good, ffmpeg), "camera"))
    assert f"Front gate: 127.0.0.1:{closed} cannot be reached" in problems[0]
    assert "Loading dock: 192.0.2.12:554 " in problems[1]
    assert all("Check its power, network and RTSP port." in problem for problem in problems)


async def test_cameras_without_anr_are_left_in_peace(good: HeldarSite, ffmpeg: str) -> None:
    good.add_camera("yard", anr_enabled=0)
    good.execute("UPDATE cameras SET anr_enabled = 0 WHERE id = 'gate'")
    seen = [check.seen for check in await examine(settings(good, ffmpeg)) if check.name == "camera"]
    assert "yard: ANR is off" in seen
    assert any(words.startswith("Front gate: 127.0.0.1:") and words.endswith("; ANR is off") for words in seen)


async def test_a_camera_with_anr_and_no_way_to_ask_is_a_finding(good: HeldarSite, ffmpeg: str) -> None:
    good.add_camera("yard")
    (problem,) = await said(settings(good, ffmpeg), "camera")
    assert "Camera yard has no address" in problem


async def test_a_sealed_password_needs_its_key(good: HeldarSite, ffmpeg: str) -> None:
    good.execute("UPDATE cameras SET password = ? WHERE id = 'gate'", sealed(PASSWORD, KEY))
    assert "HELDAR_SECRET_KEY is not set" in (await said(settings(good, ffmpeg), "camera"))[0]
    wrong = settings(good, ffmpeg, heldar_secret_key=base64.b64encode(KEY[::-1]).decode())
    assert "cannot be opened with this HELDAR_SECRET_KEY" in (await said(wrong, "camera"))[0]
    right = settings(good, ffmpeg, heldar_secret_key=base64.b64encode(KEY).decode())
    assert await said(right, "camera") == []


async def test_heldars_own_loop_is_a_warning(good: HeldarSite, ffmpeg: str) -> None:
    given = settings(good, ffmpeg, heldar_anr_enabled="true")
    assert "HELDAR_ANR_ENABLED=false" in (await said(given, "other loop"))[0]


async def test_attempts_that_no_fill_of_ours_explains_give_another_loop_away(good: HeldarSite, ffmpeg: str) -> None:
    good.add_gap("gap_old", last_attempt_at="2026-01-01T00:00:00+00:00", fill_attempts=1)
    good.add_gap("gap_ours", "dock")
    given = settings(good, ffmpeg)
    journal, site = await Journal.open(good.journal), await open_site(good.settings())
    began = now_utc() - timedelta(minutes=5)
    lease = await journal.lease.claim(
        IDENTITY, now=began, expires_at=began, starts_paused=False, is_dead=lambda *_: True
    )
    gap = await site.gaps.gap("gap_ours")
    assert lease is not None
    assert gap is not None
    fill_id = await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=began)
    await LeasedJournal(journal, lease).fills.end(fill_id, FillProgress(), Outcome.NO_FOOTAGE, reason="", now=began)
    await site.gaps.mark_attempt(gap, began, 3)
    assert await said(given, "other loop") == []
    theirs = format_stamp(began + timedelta(minutes=1))
    good.execute("UPDATE recording_gaps SET last_attempt_at = ? WHERE id = 'gap_ours'", theirs)
    assert "1 gaps were tried by another ANR loop" in (await said(given, "other loop"))[0]
    good.add_gap("gap_theirs", gap_start="2026-06-13T10:00:00+00:00", last_attempt_at=theirs)
    assert "2 gaps were tried by another ANR loop" in (await said(given, "other loop"))[0]
    await journal.close()
    await site.close()


async def test_a_worker_that_holds_the_site_is_named(good: HeldarSite, ffmpeg: str) -> None:
    journal = await Journal.open(good.journal)
    now = now_utc()
    await journal.lease.claim(
        IDENTITY, now=now, expires_at=now + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
    )
    seen = next(check.seen for check in await examine(settings(good, ffmpeg)) if check.name == "journal")
    assert "worker anna@nvr-07, process 4711, last seen " in seen
    await journal.close()


@pytest.mark.parametrize(
    ("mode", "mark"),
    [(0o755, CheckMark.GOOD), (0o2770, CheckMark.GOOD), (0o770, CheckMark.WARNING)],
    ids=["own", "shared", "half"],
)
async def test_a_folder_that_a_group_can_share_only_by_halves_is_a_warning(
    good: HeldarSite, ffmpeg: str, mode: int, mark: CheckMark
) -> None:
    good.root.chmod(mode)
    assert (await marks(settings(good, ffmpeg)))["journal"] is mark


def test_a_finding_has_what_to_do_on_a_line_of_its_own() -> None:
    assert SiteCheck(CheckMark.FAILED, "ffmpeg", "There is none.", "Install it.").text.splitlines() == [
        "FAIL  ffmpeg      There is none.",
        "                  Install it.",
    ]
    assert SiteCheck(CheckMark.GOOD, "ffmpeg", "version 9").text == "ok    ffmpeg      version 9"
