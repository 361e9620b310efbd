"""The sweep over faults of file operations: a fill whose n-th operation fails, then another one without the fault.

`python -m tests.worker.fills.io_sweep` makes the whole of it, an hour or so (`--every 10`: a tenth). A short form is in
test_io_faults.py.
"""

import argparse
import asyncio
import contextlib
import errno
import itertools
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import AnrError
from anr_tui.domain.event import EventKind
from tests.engine import EngineSite, execute_on, video_s, worst_offset_s
from tests.io_faults import FileOperation, IoFault, IoFaults, build_library, python_faults

GAP = (10, 22)
BESIDE = ((0, 10), (22, 32))
CAMERA, GAP_ID = "yard", "gap_1"
_NEARLY_S = 0.5
_ERRORS = (errno.EIO, errno.ENOSPC, errno.ESTALE, errno.EMFILE)


@dataclass(frozen=True, slots=True)
class Bench:
    """What all runs share: the library, a camera and its card, ffmpeg."""

    library: Path | None
    camera: SimulatedCamera
    card: Card
    model: EngineSite
    root: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def site(self) -> EngineSite:
        """A new site with the gap, and the recorder's own footage on both sides of it."""
        root = self.root / f"run{next(self.numbers)}"
        root.mkdir()
        site = EngineSite(root, self.model.ffmpeg)
        site.began = self.model.began
        site.add_camera(CAMERA, self.camera.port)
        site.record(CAMERA, self.card, *(site.window(*span) for span in BESIDE))
        site.add_gap(GAP_ID, CAMERA, site.window(*GAP))
        return site


@dataclass(frozen=True, slots=True)
class Run:
    """What a fill under a fault did; `problems` are sentences on what must not be."""

    operations: list[FileOperation]
    problems: list[str]


@contextlib.asynccontextmanager
async def bench(root: Path, ffmpeg: str, library: Path | None) -> AsyncIterator[Bench]:
    """A camera that serves all runs."""
    model_root = root / "model"
    model_root.mkdir()
    model = EngineSite(model_root, ffmpeg)
    card = model.card()
    async with model.camera(card=card, pace=Pace(honours_rate_control=True)) as camera:
        yield Bench(library, camera, card, model, root)


async def run_under(bench: Bench, fault: IoFault) -> Run:
    """Fill a gap under a fault, then once more without it; nothing may be lost, and all must be filled then."""
    site = bench.site()
    beside = site.recorded(CAMERA)
    by = _by_library if bench.library else _by_python
    operations, output = await by(bench, site, fault)
    problems = [*_problems_under(site, beside), *_untold(site, operations, output)]
    if site.journal.exists() and execute_on(site.journal, "SELECT 1 FROM sqlite_master WHERE name = 'camera_memory'"):
        site.let_time_come(CAMERA)
    await site.sweep()
    return Run(operations, problems + _problems_after(site, beside))


async def _by_library(bench: Bench, site: EngineSite, fault: IoFault) -> tuple[list[FileOperation], str]:
    assert bench.library is not None
    with IoFaults(bench.library, site.root / "control", [site.recordings, site.journal], fault) as faults:
        worker = await site.start_worker("--once", **faults.environment)
        output, _ = await worker.communicate()
        return faults.operations, output.decode(errors="replace")


async def _by_python(bench: Bench, site: EngineSite, fault: IoFault) -> tuple[list[FileOperation], str]:
    output = ""
    with python_faults([site.recordings], fault) as operations:
        try:
            await site.sweep()
        except (AnrError, OSError) as error:
            output = f"ERROR {error}"
    return operations, output


def _problems_under(site: EngineSite, beside: dict[str, float]) -> list[str]:
    problems = []
    row, length_s = site.gap(GAP_ID), GAP[1] - GAP[0]
    landed_s = sum(site.recorded(CAMERA).values()) - sum(beside.values())
    if row["fill_state"] == "filled" and landed_s < length_s - _NEARLY_S:
        problems.append(f"called filled with {landed_s:.1f} s on disk")
    if row["fill_state"] == "failed" or (row["fill_state"] == "pending" and row["fill_attempts"]):
        problems.append(f"an attempt was used: {_words(site)}")
    if _has_fetched_all(site) and landed_s + _parts_s(site) < length_s - _NEARLY_S:
        problems.append(f"lost: {landed_s:.1f} s landed, {_parts_s(site):.1f} s in parts")
    return problems


def _problems_after(site: EngineSite, beside: dict[str, float]) -> list[str]:
    problems = []
    landed = {name: seconds for name, seconds in site.recorded(CAMERA).items() if name not in beside}
    length_s = GAP[1] - GAP[0]
    if site.gap(GAP_ID)["fill_state"] != "filled":
        problems.append(f"not filled once the fault was gone: {_words(site)}")
    if abs(sum(landed.values()) - length_s) > _NEARLY_S:
        problems.append(f"{sum(landed.values()):.1f} s on disk in the end: {landed}")
    if site.left_behind():
        problems.append(f"left behind: {site.left_behind()}")
    if (worst := worst_offset_s(site, CAMERA)) > 2:
        problems.append(f"a picture is {worst:.1f} s off its place")
    noted = {row["name"] for row in execute_on(site.journal, "SELECT name FROM landed_files")}
    if noted != set(landed):
        problems.append(f"the journal has {noted}, the disk {set(landed)}")
    return problems


def _untold(site: EngineSite, operations: list[FileOperation], output: str) -> list[str]:
    """That the fault held up the fill, and nobody is told of an operation and a path."""
    failed = [each for each in operations if each.has_failed]
    if not failed or site.gap(GAP_ID)["fill_state"] == "filled" or "ERROR" in output or "anr-tui: " in output:
        return []
    words = [row["words"] for row in _events(site) if row["kind"] == EventKind.ALARM]
    names = {part for each in failed for part in Path(each.path).parts[-2:]}
    if any(name in each for name in names for each in words):
        return []
    # The journal itself could not be written, which the log says.
    return [] if "WARNING" in output else [f"no alarm names {failed[0].operation} of {failed[0].path}: {_words(site)}"]


def _has_fetched_all(site: EngineSite) -> bool:
    """Whether the fill's log shows that a fetch of all of the gap ended, which this camera answers in full."""
    text = "".join(path.read_text(errors="replace") for path in site.root.rglob("fill-*.log"))
    return "proven:" in text


def _parts_s(site: EngineSite) -> float:
    total_s = 0.0
    for path in site.recordings.rglob("*.mp4.part"):
        with contextlib.suppress(ValueError, OSError):
            total_s = max(total_s, video_s(path))
    return total_s


def _events(site: EngineSite) -> list[dict[str, str]]:
    try:
        return [dict(row) for row in execute_on(site.journal, "SELECT kind, words FROM events")]
    except Exception:
        return []


def _words(site: EngineSite) -> str:
    try:
        return "; ".join(f"{row['outcome']}: {row['reason']}" for row in site.fills())
    except Exception as error:
        return str(error)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def sweep(every: int, ffmpeg: str, at_once: int, below: str, errors: Sequence[int]) -> int:
    """Run all faults, and print each problem; returns how many runs had one."""
    with tempfile.TemporaryDirectory(prefix="io-sweep-") as directory:
        root = Path(directory)
        library = build_library(root)
        if library is None:
            _say("There is no C compiler on this machine.")
            return 1
        async with bench(root, ffmpeg, library) as shared:
            plain = await run_under(shared, IoFault())
            numbers = [at for at, each in enumerate(plain.operations, 1) if below in each.path][::every]
            _say(f"{len(plain.operations)} operations, {len(numbers)} numbers; without a fault: {plain.problems}")
            faults = [
                IoFault(at, error, is_lasting) for error in errors for is_lasting in (False, True) for at in numbers
            ]
            slots, bad = asyncio.Semaphore(at_once), 0

            async def one(fault: IoFault) -> None:
                nonlocal bad
                async with slots:
                    run = await run_under(shared, fault)
                if run.problems:
                    bad += 1
                    hit = next((each for each in run.operations if each.has_failed), None)
                    what = f"{hit.operation} {Path(hit.path).name}" if hit else "nothing"
                    when = "for good" if fault.is_lasting else "once"
                    name = errno.errorcode[fault.error]
                    _say(f"{name} {when} at {fault.at} ({what}): {' | '.join(run.problems)}")

            await asyncio.gather(*map(one, faults))
            _say(f"{len(faults)} faults, {bad} with a problem")
            return bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th operation")
    parser.add_argument("--at-once", type=int, default=2, help="so many runs at once")
    parser.add_argument("--below", default="", help="only operations whose path has this in it")
    parser.add_argument("--error", action="append", help="only this error, such as EIO; may be given again")
    parser.add_argument("--ffmpeg", default="ffmpeg")
    options = parser.parse_args()
    chosen = [getattr(errno, name) for name in options.error] if options.error else _ERRORS
    sweeping = sweep(options.every, options.ffmpeg, options.at_once, options.below, chosen)
    sys.exit(min(1, asyncio.run(sweeping)))
