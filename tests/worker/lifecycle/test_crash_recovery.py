"""What a worker that was killed left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalError
from anr_tui.journal.journal import Journal
from anr_tui.worker.lifecycle.crash_recovery import child_mark
from tests.engine import EngineSite


def marked_process(journal: Path) -> "subprocess.Popen[bytes]":
    """A process that a dead worker of a site left behind."""
    environment = {**os.environ, **child_mark(journal, 0)}
    waits = [sys.executable, "-c", "input()"]
    return subprocess.Popen(waits, stdin=subprocess.PIPE, env=environment, process_group=0)


async def test_an_ffmpeg_that_outlived_its_worker_is_ended_and_nobody_elses(site: EngineSite) -> None:
    await (await Journal.open(site.journal)).close()
    other = site.root / "container" / "site.anr.db"
    other.parent.mkdir()
    other.touch()
    link = site.root / "the-same.anr.db"
    link.symlink_to(site.journal)
    with marked_process(link) as orphan, marked_process(other) as stranger:
        await site.sweep()
        assert orphan.poll() is not None
        assert stranger.poll() is None
        stranger.kill()


def test_a_journal_that_cannot_be_looked_at_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"cannot be looked at: No such file or directory\."):
        child_mark(tmp_path / "gone.db", 1)
