"""The check of what a run left on disk: which pictures there are, how often, and whether they are where they belong.

A picture belongs at the time that its file's name and its media time give; the journal must describe each file
correctly, and once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from anr_tui.demo.footage.footage import FRAMES_PER_SECOND
from anr_tui.domain.window import subtract
from anr_tui.fill.land import digest_of
from anr_tui.fill.plan import TOLERANCE_S
from benchmarks.pictures import CameraFinds, read_camera, stretches, ticks
from benchmarks.scene import Gap, Scene
from tests.engine import execute_on, writers


@dataclass(frozen=True, slots=True)
class Evidence:
    """The result of the check; lengths in seconds.

    `missing_s` and `twice_s` are the sums of what is missing and of what is there twice; single stretches above the
    tolerance are also in `problems`.
    """

    gaps: int
    filled: int
    files: int
    wanted_s: float
    missing_s: float
    twice_s: float
    worst_offset_s: float
    problems: tuple[str, ...]


def context(scene: Scene) -> Evidence:
    """Read every recording and every row of the scene's site. Blocks."""
    problems = [*_left_overs(scene), *_journal_problems(scene)]
    finds = {camera_id: read_camera(scene.site.recordings / camera_id, scene.site.began) for camera_id in scene.cameras}
    missing_s = twice_s = 0.0
    for gap in scene.gaps:
        there = finds[gap.camera_id]
        wanted = [tick for window in gap.available for tick in ticks(window, scene.site.began)]
        missing = stretches(tick for tick in wanted if not there.pictures[tick])
        twice = stretches(tick for tick in wanted if there.pictures[tick] > 1)
        missing_s += sum(missing)
        twice_s += sum((there.pictures[tick] - 1) for tick in wanted if there.pictures[tick] > 1) / FRAMES_PER_SECOND
        problems += [f"{gap.id}: {length_s:.1f} s are lost" for length_s in missing if length_s > TOLERANCE_S]
        problems += [f"{gap.id}: {length_s:.1f} s are there twice" for length_s in twice if length_s > TOLERANCE_S]
        problems += _row_problems(scene, gap, there)
    for camera_id, there in finds.items():
        problems += [
            f"{camera_id}/{name}: not all of its pictures can be read" for name in sorted(set(there.unreadable))
        ]
        if there.worst_offset_s > TOLERANCE_S:
            problems.append(f"{camera_id}: a picture is {there.worst_offset_s:.1f} s off its place")
    return Evidence(
        gaps=len(scene.gaps),
        filled=sum(_is_filled(scene, gap) for gap in scene.gaps),
        files=sum(len(there.covered) for there in finds.values()),
        wanted_s=sum(window.seconds for gap in scene.gaps for window in gap.available),
        missing_s=missing_s,
        twice_s=twice_s,
        worst_offset_s=max(there.worst_offset_s for there in finds.values()),
        problems=tuple(problems),
    )


def _left_overs(scene: Scene) -> Iterator[str]:
    site = scene.site
    yield from (f"left behind: {name}" for name in site.left_behind())
    yield from (f"process {pid} is left: {words[:200]}" for pid, words in writers(site.recordings).items())
    open_fills = [fill["id"] for fill in site.fills() if fill["outcome"] is None]
    yield from (f"fill {fill} never ended" for fill in open_fills)


def _journal_problems(scene: Scene) -> Iterator[str]:
    site = scene.site
    # A filled gap that an operator retries is filled at once, with nothing fetched: that fill has no pieces.
    filled = Counter(fill["gap_id"] for fill in site.fills() if fill["outcome"] == "filled" and fill["pieces"])
    yield from (f"{gap_id}: filled {times} times" for gap_id, times in filled.items() if times > 1)
    landed = execute_on(site.journal, "SELECT camera_id, name, sha256 FROM landed_files")
    landings = Counter(f"{row['camera_id']}/{row['name']}" for row in landed)
    yield from (f"{name} landed {times} times" for name, times in landings.items() if times > 1)
    files = {str(path.relative_to(site.recordings)): digest_of(path) for path in site.recordings.rglob("*.mp4")}
    for row in landed:
        name = f"{row['camera_id']}/{row['name']}"
        if files.get(name) != row["sha256"]:
            yield f"{name} is {'another file' if name in files else 'gone'} since it landed"
    yield from (f"{name} is in no fill's evidence" for name in sorted(files.keys() - landings.keys()))


def _row_problems(scene: Scene, gap: Gap, there: CameraFinds) -> Iterator[str]:
    uncovered = subtract(gap.window, there.covered, TOLERANCE_S)
    unseen = stretches(tick for tick in ticks(gap.window, scene.site.began) if not there.pictures[tick])
    is_there = not uncovered and not any(length_s > TOLERANCE_S for length_s in unseen)
    if _is_filled(scene, gap) and not is_there:
        longest_s = max([*unseen, *(window.seconds for window in uncovered)])
        yield f"{gap.id}: its row says filled, and {longest_s:.1f} s are missing"
    if not _is_filled(scene, gap) and is_there:
        yield f"{gap.id}: all of it is there, and its row says {scene.site.gap(gap.id)['fill_state']}"


def _is_filled(scene: Scene, gap: Gap) -> bool:
    return bool(scene.site.gap(gap.id)["fill_state"] == "filled")
