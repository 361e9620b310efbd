import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

from anr_tui.fill.ffmpeg.process import Progress, supervise

CHILD = Path(__file__).with_name("scripted_child.py")


class Watched:
    """One supervised scripted child, everything it said, and an event for its being ready."""

    def __init__(self, habit: str, grace_s: float = 5.0) -> None:
        self.arguments = [sys.executable, str(CHILD), habit]
        self.grace_s = grace_s
        self.stop = asyncio.Event()
        self.ready = asyncio.Event()
        self.progress: list[Progress] = []
        self.lines: list[str] = []
        self.pid = 0

    def on_line(self, line: str) -> None:
        self.lines.append(line)
        if line == "ready":
            self.ready.set()

    def on_start(self, pid: int) -> None:
        self.pid = pid

    async def run(self):
        return await supervise(
            self.arguments,
            on_progress=self.progress.append,
            on_line=self.on_line,
            stop=self.stop,
            grace_s=self.grace_s,
            on_start=self.on_start,
        )

    async def run_and_stop(self):
        running = asyncio.create_task(self.run())
        await self.ready.wait()
        self.stop.set()
        return await running

    def is_gone(self) -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return False
        return True


async def test_reports_progress_and_lines_of_a_child_that_ends_by_itself():
    child = Watched("report")
    ending = await child.run()
    assert (ending.returncode, ending.was_stopped, ending.was_killed) == (0, False, False)
    assert child.progress == [Progress(1.5, 4096, 2.5, False), Progress(0.0, 0, 0.0, True)]
    assert child.lines == ["tab here [31mred", "\N{REPLACEMENT CHARACTER}" * 2 + " not text", "no line break"]


async def test_q_is_asked_first():
    child = Watched("heed_q", grace_s=60)
    ending = await child.run_and_stop()
    assert (ending.returncode, ending.was_stopped, ending.was_killed) == (0, True, False)


async def test_sigterm_follows_where_q_is_not_read():
    child = Watched("stall", grace_s=1.0)
    ending = await child.run_and_stop()
    assert (ending.returncode, ending.was_stopped, ending.was_killed) == (-signal.SIGTERM, True, False)


async def test_a_second_sigterm_interrupts_a_blocked_read():
    child = Watched("need_two_terms", grace_s=1.0)
    ending = await child.run_and_stop()
    assert (ending.returncode, ending.was_killed) == (42, False)


async def test_a_child_that_ignores_every_request_is_killed_within_the_grace():
    child = Watched("be_deaf", grace_s=0.4)
    ending = await child.run_and_stop()
    assert (ending.returncode, ending.was_stopped, ending.was_killed) == (-signal.SIGKILL, True, True)
    assert 0.4 <= ending.seconds < 4
    assert child.is_gone()


async def test_a_child_killed_by_someone_else_is_not_called_stopped():
    ending = await Watched("die").run()
    assert (ending.returncode, ending.was_stopped, ending.was_killed) == (-signal.SIGKILL, False, False)


async def test_a_flood_is_drained_and_cut_to_one_line_of_8_kib():
    child = Watched("flood")
    ending = await child.run()
    assert ending.returncode == 0
    assert child.lines == ["x" * 8192, "the last line"]


async def test_a_child_without_standard_output_is_still_watched():
    child = Watched("close_stdout", grace_s=0.4)
    ending = await child.run_and_stop()
    assert ending.was_stopped
    assert child.is_gone()


@pytest.mark.parametrize("habit", ["leave_grandchild", "leave_stranger"])
async def test_a_grandchild_that_holds_the_pipes_does_not_hang_us(habit: str):
    child = Watched(habit)
    ending = await child.run()
    grandchild = int(child.lines[0].split()[1])
    try:
        assert ending.returncode == 0
        assert ending.seconds < 10
        if habit == "leave_grandchild":
            await _gone(grandchild)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(grandchild, signal.SIGKILL)


async def test_a_cancelled_supervisor_ends_its_child_politely_and_stays_cancelled():
    child = Watched("heed_q", grace_s=60)
    running = asyncio.create_task(child.run())
    await child.ready.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert child.is_gone()


async def test_cancelling_again_while_the_child_is_being_stopped_leaves_no_process():
    child = Watched("be_deaf", grace_s=0.4)
    running = asyncio.create_task(child.run())
    await child.ready.wait()
    while not running.done():
        running.cancel()
        await asyncio.sleep(0.02)
    assert running.cancelled()
    assert child.is_gone()


async def test_an_error_in_a_callback_stops_the_child_and_is_raised():
    child = Watched("heed_q", grace_s=60)

    def refuse(line: str) -> None:
        raise RuntimeError("no room for lines")

    child.on_line = refuse
    with pytest.raises(RuntimeError, match="no room for lines"):
        await child.run()
    assert child.is_gone()


async def test_the_child_gets_no_secret_no_foreign_descriptor_and_a_group_of_its_own(monkeypatch):
    monkeypatch.setenv("HELDAR_SECRET_KEY", "secret")
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    child = Watched("show_surroundings")
    await child.run()
    os.close(reading)
    os.close(writing)
    names, descriptors, leads_group = child.lines
    assert set(names.split()) <= {"PATH", "LD_LIBRARY_PATH", "TZ", "LC_ALL", "LC_CTYPE", "MALLOC_ARENA_MAX"}
    assert str(writing) not in descriptors.split()
    assert leads_group == "True"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets us bound another process")
async def test_a_child_that_takes_memory_without_end_is_refused_more():
    child = Watched("take_memory")
    await child.run()
    assert child.lines == ["1 GiB", "refused"]


async def test_a_program_that_is_not_there_is_an_oserror():
    with pytest.raises(FileNotFoundError):
        await supervise(["/nowhere/ffmpeg"], on_progress=lambda _: None, on_line=lambda _: None, stop=asyncio.Event())


async def test_the_child_of_a_worker_that_dies_without_a_word_ends_too():
    worker = await asyncio.create_subprocess_exec(
        sys.executable, __file__, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    assert worker.stdout is not None
    pid = int(await worker.stdout.readline())
    worker.kill()
    await worker.wait()
    await _gone(pid)


async def _gone(pid: int) -> None:
    """Wait until a process that is not our child has left; a zombie awaits only its reaper."""
    while Path(f"/proc/{pid}/stat").exists():
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            return
        await asyncio.sleep(0.01)


async def _supervise_for_ever() -> None:
    child = Watched("stall")
    child.on_line = lambda _: sys.stdout.write(f"{child.pid}\n") and sys.stdout.flush()
    await child.run()


if __name__ == "__main__":
    asyncio.run(_supervise_for_ever())
