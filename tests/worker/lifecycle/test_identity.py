import os
import subprocess
import sys
from pathlib import Path

import pytest

from anr_tui import __version__
from anr_tui.worker.lifecycle.identity import is_dead, own_identity, process_birth

WAITS = [sys.executable, "-c", "input()"]


def test_this_process_is_a_worker_that_lives() -> None:
    me = own_identity()
    assert (me.pid, me.version, me.host) == (os.getpid(), __version__, os.uname().nodename)
    assert me.birth
    assert not is_dead(me.host, me.pid, me.birth)


def test_a_process_has_one_birth_and_another_process_another() -> None:
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE) as child:
        birth = process_birth(child.pid)
        assert birth == process_birth(child.pid)
        assert birth != process_birth(os.getpid())
        assert birth.split()[0].split("/")[0] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_an_ended_process_is_dead_before_and_after_it_is_reaped() -> None:
    host = own_identity().host
    child = subprocess.Popen(WAITS, stdin=subprocess.PIPE)
    assert child.stdin is not None
    birth = process_birth(child.pid)
    assert not is_dead(host, child.pid, birth)
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process_birth(child.pid) == ""
    assert is_dead(host, child.pid, birth)
    child.wait()
    assert is_dead(host, child.pid, birth)


def test_a_process_that_got_a_dead_ones_number_is_not_it() -> None:
    me = own_identity()
    boot, tick = me.birth.split()
    assert is_dead(me.host, me.pid, f"{boot} {int(tick) - 1}")
    assert is_dead(me.host, me.pid, f"another-boot/pid:[1] {tick}")


def test_nobody_is_called_dead_on_a_guess() -> None:
    me = own_identity()
    assert not is_dead("another-host", 1, "another-boot 1")
    assert not is_dead(me.host, me.pid, "")
    boot, tick = me.birth.split()
    elsewhere = f"{boot.split('/')[0]}/pid:[1] {int(tick) - 1}"
    assert not is_dead(me.host, me.pid, elsewhere), "another container counts other processes"


def test_a_proc_that_counts_other_processes_than_we_do_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`unshare --pid` without a /proc of its own: number 7 there is somebody else here."""
    me = own_identity()
    monkeypatch.setattr(os, "getpid", lambda: 7)
    assert process_birth(7) == ""
    assert not is_dead(me.host, me.pid, me.birth)


def test_a_process_may_call_itself_anything(tmp_path: Path) -> None:
    program = tmp_path / ") R 1 (x"
    program.symlink_to(Path("/bin/sleep").resolve())
    with subprocess.Popen([program, "60"]) as child:
        birth = process_birth(child.pid)
        assert birth.split()[1].isdigit()
        assert int(birth.split()[1]) >= int(own_identity().birth.split()[1])
        child.kill()
