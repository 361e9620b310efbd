"""`anr-tui completion`: what shells complete."""

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from anr_tui.domain.timestamps import now_utc
from tests.cli.command import Command, commands
from tests.heldar_site import HeldarSite

# A shell takes as long as the machine lets it, and a worker that is not heard of for that long counts as lost.
_AT_ONE_MOMENT = """
import sys, time_machine
time_machine.travel({moment}, tick=False).start()
from anr_tui.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def on_path(tmp_path: Path) -> dict[str, str]:
    """An environment in which `anr-tui` is this program, for which it is always the moment of now."""
    program = tmp_path / "bin" / "anr-tui"
    program.parent.mkdir()
    code = _AT_ONE_MOMENT.format(moment=now_utc().timestamp())
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(code)} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return dict(os.environ) | {"PATH": f"{program.parent}:{os.environ['PATH']}"}


def completed(words: str, environ: dict[str, str], script: Path) -> list[str]:
    """What a real bash offers when TAB is pressed after these words."""
    line = [*words.split(" ")]
    ask = (
        f"source {shlex.quote(str(script))}\n"
        f"COMP_WORDS=({shlex.join(line)}) COMP_CWORD={len(line) - 1}\n"
        '"$(complete -p anr-tui | sed "s/.*-F \\([^ ]*\\).*/\\1/")" anr-tui\n'
        "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    bash = ["bash", "--norc", "--noprofile", "-c", ask]
    run = subprocess.run(bash, env=environ, capture_output=True, text=True, check=True, timeout=60)
    return run.stdout.split()


@pytest.fixture
def script(run: Command, tmp_path: Path) -> Path:
    assert run("completion", "bash") == 0
    path = tmp_path / "anr-tui.bash"
    path.write_text(run.out)
    return path


def test_bash_completes_commands_flags_and_choices(on_path: dict[str, str], script: Path) -> None:
    assert set(completed("anr-tui ", on_path, script)) == set(commands())
    assert completed("anr-tui statu", on_path, script) == ["status"]
    assert completed("anr-tui fill --wa", on_path, script) == ["--wait"]
    assert completed("anr-tui report --format ", on_path, script) == ["table", "csv", "json"]
    assert completed("anr-tui completion ", on_path, script) == ["bash", "zsh", "fish"]
    assert completed("anr-tui worker --for", on_path, script) == [], "what is not for people is not offered"


def test_bash_completes_ids_from_the_site(
    working_site: HeldarSite, on_path: dict[str, str], script: Path, tmp_path: Path
) -> None:
    trap = tmp_path / "owned"
    hostile = (f"$(touch${{IFS}}{trap})", f"`touch {trap}`", "gap;ls", "-rf", "gap 9", "gap\n8", "*")
    for number, gap_id in enumerate(hostile):
        working_site.add_gap(gap_id, "dock", gap_start=f"2026-06-12T11:00:0{number}+00:00")
    environ = on_path | {"HELDAR_DATABASE_URL": str(working_site.database)}
    assert completed("anr-tui fill ", environ, script) == ["gap_1", "gap_2", "gap_3"]
    assert completed("anr-tui fill gap_1 gap_3", environ, script) == ["gap_3"]
    assert completed("anr-tui cancel ", environ, script) == ["2"]
    assert completed("anr-tui report --camera d", environ, script) == ["dock"]
    assert not trap.exists()
    assert completed("anr-tui fill ", on_path, script) == [], "without a site there is nothing to offer, and no error"


@pytest.mark.parametrize(("shell", "words"), [("zsh", "#compdef anr-tui"), ("fish", "complete -c anr-tui")])
def test_other_shells_get_a_script_too(run: Command, shell: str, words: str) -> None:
    assert run("completion", shell) == 0
    assert words in run.out
    assert "anr-tui completion --ids gap" in run.out
    for command in commands():
        assert command in run.out


def test_a_shell_must_be_named_and_known(run: Command) -> None:
    assert run("completion") == 2
    assert "Which shell? Say one of bash, zsh, fish." in run.err
    assert run("completion", "csh") == 2
    assert "invalid choice: 'csh'" in run.err
