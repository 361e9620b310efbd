"""Tables as files: what is in them, where they are, and who may read them."""

import csv
import io
import json
import resource
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import AnrError
from anr_tui.view.tables.export import Format, csv_text, documents, save, sheet
from anr_tui.view.tables.text_tables import gap_fields
from tests.console.site import site_events, site_snapshot

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
SNAPSHOT = site_snapshot()
TABLES = {"cameras": SNAPSHOT.cameras, "gaps": SNAPSHOT.gaps, "fills": SNAPSHOT.fills, "events": site_events()}


@pytest.mark.parametrize("kind", TABLES)
def test_each_format_has_every_row_in_its_order(kind: str) -> None:
    rows = TABLES[kind]
    written = sheet(kind, rows)

    read = list(csv.DictReader(io.StringIO(written.writers[Format.CSV]())))
    loaded = json.loads(written.writers[Format.JSON]())
    lines = written.writers[Format.TEXT]().splitlines()
    ids = [str(row["id"]) for row in loaded]

    assert [row["id"] for row in read] == ids
    assert len(ids) == len(rows) == len(lines) - 1
    assert list(read[0]) == list(loaded[0])


def test_a_gap_reads_as_the_command_writes_it() -> None:
    assert json.loads(sheet("gaps", SNAPSHOT.gaps[:1]).writers[Format.JSON]()) == [gap_fields(SNAPSHOT.gaps[0])]


@given(st.text())
def test_no_cell_is_a_formula(name: str) -> None:
    (_, cells) = csv.reader(io.StringIO(csv_text([{"name": name, "size": -1}])))

    assert not cells[0].lstrip().startswith(("=", "+", "-", "@"))
    assert cells[1] == "-1"


def test_a_file_is_only_ours_and_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path))

    first, second = (save("text", "gaps", "csv", NOON) for _ in range(2))

    assert (first.name, second.name) == ("anr-gaps-20260613T120000Z.csv", "anr-gaps-20260613T120000Z-2.csv")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_text() == "text\n"


def test_without_documents_it_is_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)

    assert save("text", "gaps", "txt", NOON).parent == tmp_path


def test_of_a_file_that_does_not_fit_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(AnrError, match="Nothing can be written into"):
            save("gate;failed\n" * 10_000, "gaps", "csv", NOON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_current_directory_that_is_gone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "none"))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(AnrError, match="no directory to write into"):
        documents()


def test_a_directory_that_takes_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "none"))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setattr("anr_tui.view.tables.export.documents", lambda: gone)
    gone.rmdir()

    with pytest.raises(AnrError, match="Nothing can be written into"):
        save("text", "gaps", "txt", NOON)
