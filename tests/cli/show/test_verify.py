"""The landed files, read again: what is printed, and how the command ends."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.timestamps import floor_second, format_file_stem, format_stamp, now_utc
from anr_tui.domain.window import Window
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import LandedRecord
from tests.cli.command import Command
from tests.heldar_site import IDENTITY, PASSWORD, HeldarSite, execute

BEGAN = floor_second(now_utc()) - timedelta(hours=1)
CONTENT = b"footage" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SHOWN_BY = "Its pictures are those of the recordings before and after it."


@pytest.fixture
def landed(heldar_site: HeldarSite) -> list[Path]:
    """Two files of one gap and one of another."""
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock")
    heldar_site.add_gap("gap_3", gap_start="2026-06-13T08:00:00+00:00")
    return asyncio.run(_land(heldar_site, [("gap_1", "gate", 0), ("gap_2", "dock", 0), ("gap_1", "gate", 60)]))


async def _land(site: HeldarSite, files: list[tuple[str, str, int]]) -> list[Path]:
    journal = await Journal.open(site.journal)
    now = now_utc()
    lease = await journal.lease.claim(
        IDENTITY, now=now, expires_at=now + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    paths = []
    for gap_id, camera_id, after_s in files:
        window = Window(BEGAN + timedelta(seconds=after_s), BEGAN + timedelta(seconds=after_s + 60))
        gap = RecordingGap(gap_id, camera_id, window, 60, FillState.PENDING, 0, None, None)
        fill_id = await LeasedJournal(journal, lease).fills.start(gap, asked_by="anna@nvr-07", now=now)
        path = site.recordings / camera_id / f"{format_file_stem(window.start)}.mp4"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(CONTENT)
        record = LandedRecord(path.name, window, window, len(CONTENT), SHA256, "rtsp://***@192.0.2.11/x", "9.0.2")
        if camera_id == "dock":
            record = replace(record, proof=TimeProof.PROVEN, shown_by=SHOWN_BY)
        await LeasedJournal(journal, lease).fills.add_landed(fill_id, camera_id, record, now=now)
        paths.append(path)
    await journal.close()
    return paths


def test_a_line_for_each_file_and_a_sum(run: Command, landed: list[Path]) -> None:
    assert run("verify") == 0
    first, second = landed[0].name, landed[2].name
    assert run.out.splitlines()[:-1] == [
        f"good        gate/{first}  gap_1  7.0 kB  time not kept",
        f"good        dock/{first}  gap_2  7.0 kB  time proven",
        f"good        gate/{second}  gap_1  7.0 kB  time not kept",
        "3 files: 3 good. Time: 2 not kept, 1 proven.",
    ]
    assert run.err == ""


def test_what_is_not_as_it_was_ends_with_1(run: Command, landed: list[Path]) -> None:
    landed[0].write_bytes(CONTENT + b"!")
    landed[2].unlink()
    assert run("verify") == 1
    assert run.out.splitlines()[:-1] == [
        f"changed     gate/{landed[0].name}  gap_1  7.0 kB  time not kept  It has 7001 bytes and had 7000.",
        f"good        dock/{landed[1].name}  gap_2  7.0 kB  time proven",
        f"missing     gate/{landed[2].name}  gap_1  7.0 kB  time not kept  It is not there.",
        "3 files: 1 changed, 1 good, 1 missing. Time: 2 not kept, 1 proven.",
    ]
    assert run("verify", "gap_2") == 0
    assert run.out.splitlines()[-2] == "1 file: 1 good. Time: 1 proven."


def test_what_retention_dropped_is_no_failure(run: Command, landed: list[Path]) -> None:
    landed[1].unlink()
    run.site.execute("UPDATE cameras SET retention_hours = 0")
    assert run("verify", "gap_2", "gap_1") == 0
    assert (
        f"expired     dock/{landed[1].name}  gap_2  7.0 kB  time proven  Older than the 0 h that the site keeps.\n"
        in run.out
    )
    assert run.out.splitlines()[-2] == "3 files: 2 good, 1 expired. Time: 2 not kept, 1 proven."


def test_as_json_it_has_the_databases_names_and_all_that_was_noted(run: Command, landed: list[Path]) -> None:
    landed[2].write_bytes(b"")
    assert run("verify", "gap_1", "--json") == 1
    good, changed = json.loads(run.out)
    columns = {row["name"] for row in execute(run.site.journal, "PRAGMA table_info(landed_files)")}
    of_its_fill = {"gap_id", "asked_by"}
    of_ours = {"state", "reason", "found_size_bytes", "found_sha256"}
    assert set(good) == columns - {"id"} | of_its_fill | of_ours
    start, end = format_stamp(BEGAN), format_stamp(BEGAN + timedelta(seconds=60))
    landed_at = good.pop("landed_at")
    assert good == {
        "camera_id": "gate",
        "gap_id": "gap_1",
        "fill_id": 1,
        "name": landed[0].name,
        "start_time": start,
        "end_time": end,
        "asked_start": start,
        "asked_end": end,
        "size_bytes": 7000,
        "sha256": SHA256,
        "source_url": "rtsp://***@192.0.2.11/x",
        "ffmpeg_version": "9.0.2",
        "asked_by": "anna@nvr-07",
        "proof": "not_kept",
        "shown_by": "",
        "pictures": None,
        "shift_s": None,
        "camera_clock_off_s": None,
        "own_clock_synced": None,
        "own_clock_step_s": None,
        "state": "good",
        "found_size_bytes": 7000,
        "found_sha256": SHA256,
        "reason": "",
    }
    assert landed_at == execute(run.site.journal, "SELECT landed_at FROM landed_files")[0]["landed_at"]
    assert (changed["state"], changed["found_size_bytes"]) == ("changed", 0)
    assert changed["found_sha256"] == hashlib.sha256(b"").hexdigest()


def test_a_file_that_is_gone_has_no_digest(run: Command, landed: list[Path]) -> None:
    landed[1].unlink()
    assert run("verify", "gap_2", "--json") == 1
    (missing,) = json.loads(run.out)
    assert (missing["state"], missing["found_size_bytes"], missing["found_sha256"]) == ("missing", None, None)


def test_a_url_that_somebody_stored_with_its_login_is_shown_without(run: Command, landed: list[Path]) -> None:
    execute(run.site.journal, "UPDATE landed_files SET source_url = ?", f"rtsp://operator:{PASSWORD}@192.0.2.11/x")
    assert run("verify", "--json") == 1
    files = json.loads(run.out)
    assert [file["source_url"] for file in files] == ["rtsp://***@192.0.2.11/x"] * 3
    assert {file["state"] for file in files} == {"forged"}


def test_nothing_landed_is_nothing_wrong(run: Command, landed: list[Path]) -> None:
    assert run("verify", "gap_3") == 0
    assert run.out.splitlines()[0] == "No file has landed."
    assert run.json("verify", "gap_3") == []


def test_wrong_use_ends_with_2(run: Command, landed: list[Path]) -> None:
    for flags in ([], ["--json"]):
        assert run("verify", "gap_1", "gap_9", *flags) == 2
        assert (run.out, run.err) == ("", "anr-tui: There is no gap 'gap_9'. `anr-tui gaps` lists them.\n")
    assert run("verify", "--nonsense") == 2
    run.site.recordings.rename(run.site.root / "unmounted")
    assert run("verify") == 2
    assert run.err.startswith(f"anr-tui: There is no directory {run.site.recordings}.")


def test_no_row_can_forge_a_line(run: Command, landed: list[Path]) -> None:
    execute(run.site.journal, "UPDATE landed_files SET camera_id = ? WHERE id = 1", "x\ngood  \x1b[2J")
    execute(run.site.journal, "UPDATE fills SET gap_id = ? WHERE id = 2", "gap\r\ngood \u202e")
    assert run("verify") == 1
    # Two of the records are not as they were written, and the chain says so.
    assert len(run.out.splitlines()) == 4 + 2 + 1
    assert run.out.replace("\n", "").isprintable()
    assert run("verify", "--json") == 1
    assert run.out.replace("\n", "").isprintable()


def test_each_line_is_there_before_the_next_file_is_read(run: Command, landed: list[Path]) -> None:
    """GIVEN a second file that takes for ever THEN the first one's line comes, and Ctrl-C ends the command."""
    os.truncate(landed[1], 1 << 36)
    command = [sys.executable, "-m", "anr_tui", "verify", *run.site.flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(f"good        gate/{landed[0].name}")
        process.send_signal(2)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "")


def test_reading_files_again_loads_no_library_that_plays_or_draws_them(run: Command, landed: list[Path]) -> None:
    code = f"import sys; from anr_tui.cli.main import main; main({['verify', *run.site.flags]}); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "anr_tui.view.gap.evidence" in loaded
    assert not {"av", "textual", "rich", "cryptography", "anr_tui.fill", "anr_tui.replay.relay.relay"} & set(loaded)


def test_as_json_each_file_says_how_well_its_time_is_known(run: Command, landed: list[Path]) -> None:
    assert run("verify", "--json") == 0
    found = [(file["proof"], file["shown_by"]) for file in json.loads(run.out)]
    assert found == [("not_kept", ""), ("proven", SHOWN_BY), ("not_kept", "")]


def test_a_line_warns_where_our_own_clock_was_in_doubt(run: Command, landed: list[Path]) -> None:
    execute(run.site.journal, "UPDATE landed_files SET own_clock_synced = 0, own_clock_step_s = 0 WHERE id = 1")
    execute(run.site.journal, "UPDATE landed_files SET own_clock_synced = 1, own_clock_step_s = -120 WHERE id = 2")
    # As if they were from before the chain, which would tell that they were changed.
    execute(run.site.journal, "DELETE FROM evidence_chain")
    execute(run.site.journal, "INSERT INTO evidence_chain VALUES (0, 'begun', 99, '', '', '', '', '', 'begun:99')")
    assert run("verify") == 0
    first, second, third, _, _ = run.out.splitlines()
    assert first.endswith("  time not kept, our clock was not synchronised")
    assert second.endswith("  time proven, our clock was stepped by -120 s")
    assert third.endswith("  time not kept")
    by_json = [(file["own_clock_synced"], file["own_clock_step_s"]) for file in run.json("verify")]
    assert by_json == [(False, 0), (True, -120), (None, None)]


def test_the_end_of_the_chain_of_evidence_is_shown_to_be_copied(run: Command, landed: list[Path]) -> None:
    assert run("verify") == 0
    line = run.out.splitlines()[-1]
    head = line.split()[-2].rstrip(",")
    assert line == f"Chain of evidence: 3 entries, head {head}, whole."
    assert run("verify", "--chain", "--known", head) == 0
    assert run.out.splitlines() == [line]
    assert run.json("verify", "--chain") == {"count": 3, "head": head, "older": 0, "is_whole": True, "problems": []}


def test_a_file_and_its_record_that_were_changed_together_are_not_good(run: Command, landed: list[Path]) -> None:
    landed[0].write_bytes(b"other footage")
    digest = hashlib.sha256(b"other footage").hexdigest()
    execute(run.site.journal, "UPDATE landed_files SET sha256 = ?, size_bytes = 13 WHERE id = 1", digest)

    assert run("verify") == 1
    words = f"The record of gate/{landed[0].name} was changed after the file landed (entry 1)."
    assert run.out.splitlines()[0] == f"forged      gate/{landed[0].name}  gap_1  13 Bytes  time not kept  {words}"
    assert run.out.splitlines()[-2:-1] == [f"changed     {words}"]
    assert run.out.splitlines()[-1].endswith(", not whole: 1 problem.")


def test_a_file_and_its_record_that_are_both_gone_leave_a_trace(run: Command, landed: list[Path]) -> None:
    landed[2].unlink()
    execute(run.site.journal, "DELETE FROM landed_files WHERE id = 3")

    assert run("verify") == 1
    assert f"missing     The record of gate/{landed[2].name} (entry 3) is missing from the journal." in run.out


def test_a_chain_that_was_cut_off_is_told_by_its_old_head(run: Command, landed: list[Path]) -> None:
    head = run.json("verify", "--chain")["head"]
    landed[2].unlink()
    for statement in ("DELETE FROM landed_files WHERE id = 3", "DELETE FROM evidence_chain WHERE number = 3"):
        execute(run.site.journal, statement)

    assert run("verify") == 0
    assert run("verify", "--known", head) == 1
    assert "The chain had 3 entries when its head was copied, and has 2 now." in run.out
    assert run("verify", "--known", "nonsense") == 2
    assert "a head is written as COUNT:LINK" in run.err
