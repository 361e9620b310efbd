"""Operators of one group on one site: real processes, under users of their own where the tests run as root."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

IS_ROOT = os.geteuid() == 0
# No such users need exist; where the tests do not run as root, both operators are whoever runs them.
ANNA, BEN = (61001, 61002) if IS_ROOT else (os.geteuid(), os.geteuid())
OPERATORS = 61003 if IS_ROOT else os.getegid()


@pytest.fixture
def root() -> Iterator[Path]:
    """A site's directory, for the operators' group; pytest's own lie where only their maker may look."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        os.chown(path, -1, OPERATORS)
        path.chmod(0o2770)
        yield path


async def operator(root: Path, part: str, user: int, umask: str) -> asyncio.subprocess.Process:
    """Start an operator; returns when it has done its part."""
    script = Path(__file__).with_name("one_operator.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), str(root), part, str(user), str(OPERATORS), umask),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    first = await process.stdout.readline()
    if first != b"ready\n":
        pytest.fail((first + (await process.communicate(b""))[0]).decode())
    return process


async def leave(*processes: asyncio.subprocess.Process) -> None:
    for process in processes:
        output, _ = await process.communicate(b"")
        assert (process.returncode, output) == (0, b"")


@pytest.mark.parametrize("umask", ["0022", "0077"])
async def test_operators_of_one_group_work_and_ask_in_turn_whatever_their_umask(root: Path, umask: str) -> None:
    working = await operator(root, "work", ANNA, umask)
    asking = await operator(root, "ask", BEN, umask)
    shared = [path for path in root.rglob("*") if path.is_file()]
    assert {path.name for path in shared} >= {"site.anr.db", "site.anr.db-wal", "site.anr.db-shm", "console.log"}
    assert {oct(path.stat().st_mode & 0o7777) for path in shared} == {"0o660"}
    assert oct((root / "site.anr.logs").stat().st_mode & 0o7777) == "0o2770"
    assert {path.stat().st_gid for path in root.rglob("*")} == {OPERATORS}
    await leave(asking, working)

    # WHEN the other one works, in files that the first one made
    working = await operator(root, "work", BEN, umask)
    asking = await operator(root, "ask", ANNA, umask)
    owners = {path.name: path.stat().st_uid for path in root.rglob("*")}
    assert (owners["site.anr.db"], owners["console.log"]) == (ANNA, BEN)
    await leave(asking, working)
