"""`anr-tui worker --print-unit`."""

from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.service.unit_reader import arguments, properties


def test_it_prints_a_unit_and_starts_nothing(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    monkeypatch.setenv("HELDAR_SECRET_KEY", key)
    monkeypatch.setenv("ANR_BANDWIDTH", "08:00 2M, 19:00 unlimited")
    assert run("worker", "--print-unit", "--metrics-file", str(tmp_path / "anr.prom")) == 0
    assert key not in run.out
    unit = properties(run.out)
    (start,) = unit["Service.ExecStart"]
    assert arguments(start)[-2:] == ["--metrics-file", str(tmp_path / "anr.prom")]
    assert unit["Service.Environment"] == ['"ANR_BANDWIDTH=08:00 2M, 19:00 unlimited"']
    assert not run.site.journal.exists()


def test_a_path_that_no_unit_can_name_is_refused(run: Command, tmp_path: Path) -> None:
    assert run("worker", "--print-unit", "--journal", str(tmp_path / "two\nlines.db")) == 2
    assert "A systemd unit cannot name" in run.err
    assert run.out == ""
