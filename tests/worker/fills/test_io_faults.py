"""A fill whose file operations fail, one here and there: the short form of `io_sweep`."""

import errno
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.io_faults import FileOperation, IoFault, build_library
from tests.worker.fills.io_sweep import Bench, bench, run_under

# Where the fate of footage hangs on one operation; the whole sweep has the others.
IN_LIBAV = {
    "the part is read": ("open", ".mp4.part"),
    "the landing is written": ("write", ".landing.part"),
}
IN_PYTHON = {
    "the landing is synced": ("fsync", ".landing.part"),
    "the landing gets its name": ("link", ".mp4"),
    "the directory is synced": ("fsync", "/yard"),
    "the part is deleted": ("unlink", ".mp4.part"),
}
ERRORS = (errno.EIO, errno.ENOSPC, errno.ESTALE)


@pytest.fixture(params=["library", "python"])
async def shared(request: pytest.FixtureRequest, tmp_path: Path, ffmpeg: str) -> AsyncIterator[Bench]:
    library = build_library(tmp_path) if request.param == "library" else None
    if library is None and request.param == "library":
        pytest.skip("there is no C compiler: only what Python does is made to fail")
    async with bench(tmp_path, ffmpeg, library) as made:
        yield made


def number_of(operations: list[FileOperation], operation: str, ending: str) -> int:
    """The number of the last operation of that name on such a path."""
    return max(
        at for at, each in enumerate(operations, 1) if each.operation == operation and each.path.endswith(ending)
    )


async def test_nothing_that_arrived_is_lost_no_camera_is_blamed_and_the_loop_does_no_operation(shared: Bench) -> None:
    plain = await run_under(shared, IoFault())
    assert plain.problems == []
    assert [each for each in plain.operations if each.is_main_thread and "/recordings" in each.path] == []
    for number, (moment, where) in enumerate((IN_LIBAV if shared.library else IN_PYTHON).items()):
        at = number_of(plain.operations, *where)
        run = await run_under(shared, IoFault(at, ERRORS[number % 3], is_lasting=bool(number % 2)))
        assert any(each.has_failed for each in run.operations), moment
        assert run.problems == [], moment
