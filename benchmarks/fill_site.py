"""The site for comparing ways of filling: each way gets a new one with the same cameras, gaps and faults."""

import contextlib
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import FRAMES_PER_SECOND, make_footage
from anr_tui.domain.timestamps import floor_second, format_file_stem, now_utc
from anr_tui.domain.window import Window, merged, subtract, total_s
from anr_tui.fill.plan import TOLERANCE_S
from benchmarks.fill_camera import PASSWORD, USERNAME
from benchmarks.fill_faults import FAULTS, SOUND
from benchmarks.measured import MeasuredChild
from benchmarks.pictures import read_camera, stretches, ticks
from tests.engine import EngineSite
from tests.recording import record

# Odd, so that with key frames every two seconds a first gap does not begin at one.
_SPACE_S = 9
_PER_PROCESS = 4
_SEGMENT_S = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a site: its cameras, and its gaps of `gap_s` seconds (even), assigned to cameras in turn."""

    cameras: int
    gaps: int
    gap_s: int

    @property
    def most_per_camera(self) -> int:
        """The number of gaps of the camera that has the most."""
        return -(-self.gaps // self.cameras)

    @property
    def words(self) -> str:
        """The size as a table's heading gives it."""
        return f"{self.cameras} cameras at 1x, {self.gaps} gaps of {self.gap_s} s"


@dataclass(frozen=True, slots=True)
class Footage:
    """The encoded footage: its start, and the card of each camera, by its fault; `sound` is the card without holes.

    Its key frames are `gop_s` seconds apart, a whole number.
    """

    size: Size
    began: datetime
    sound: Path
    faulty: tuple[Path, ...]
    gop_s: float = SOUND.gop_s

    def window(self, number: int) -> Window:
        """The window of a camera's gap with this number, counted from 0: as recorders do, it ends with a key frame."""
        start_s = (number + 1) * (self.size.gap_s + _SPACE_S)
        end_s = math.ceil((start_s + self.size.gap_s) / self.gop_s) * self.gop_s
        return Window(self.began + timedelta(seconds=start_s), self.began + timedelta(seconds=end_s))


@dataclass(frozen=True, slots=True)
class Gap:
    """A recording gap of the site."""

    id: str
    camera_id: str
    window: Window


@dataclass(frozen=True, slots=True)
class Sent:
    """What a camera gave from its start to its end: bytes to all clients, and replay sessions."""

    bytes: int
    sessions: int


@dataclass(frozen=True, slots=True)
class FillSite:
    """A site whose cameras run: `ports` by camera id, and the `hopeless` cameras, from which nothing can be fetched.

    `sent`, one for each camera, is known when they have ended.
    """

    site: EngineSite
    gaps: tuple[Gap, ...]
    ports: dict[str, int]
    hopeless: frozenset[str]
    sent: list[Sent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finds:
    """The state on disk and in the site database after a run, in seconds of the gaps' windows.

    `by_packets_s` are covered by packets; for `in_place_s` the pictures are there and in their place; `called_filled_s`
    belong to gaps marked filled, and of these `wrong_s` are missing in stretches longer than the tolerance.
    """

    by_packets_s: float
    in_place_s: float
    called_filled_s: float
    wrong_s: float


def film(root: Path, ffmpeg: str, size: Size, *, gop_s: float = SOUND.gop_s) -> Footage:
    """Encode the cards of all cameras; with a key frame every `gop_s` seconds, but where a fault says otherwise."""
    length_s = (size.most_per_camera + 2) * (size.gap_s + _SPACE_S)
    began = floor_second(now_utc()) - timedelta(minutes=5, seconds=length_s)
    plain = Footage(size, began, root / "sound", (), gop_s)
    whole = Window(began, began + timedelta(seconds=length_s))
    _film_card(plain.sound, [whole], ffmpeg, gop_s)
    faulty = []
    for number, fault in enumerate(FAULTS[: size.cameras]):
        if fault.hole is None and fault.gop_s == SOUND.gop_s:
            faulty.append(plain.sound)
            continue
        first = plain.window(0)
        edges = [first.start + timedelta(seconds=round(share * size.gap_s)) for share in fault.hole or ()]
        faulty.append(root / f"card{number}")
        _film_card(faulty[-1], subtract(whole, [Window(*edges)] if edges else []), ffmpeg, fault.gop_s)
    return Footage(size, began, plain.sound, tuple(faulty), gop_s)


def _film_card(directory: Path, windows: list[Window], ffmpeg: str, gop_s: float) -> None:
    directory.mkdir()
    for window in windows:
        path = directory / f"{format_file_stem(window.start)}.mp4"
        make_footage(path, window, ffmpeg=ffmpeg, label="yard", gop_s=gop_s)


@contextlib.contextmanager
def playing(
    root: Path, ffmpeg: str, footage: Footage, *, has_faults: bool, has_replay: bool, has_recordings: bool = True
) -> Iterator[FillSite]:
    """Make a site in the new directory `root`; its cameras run in processes of their own until the block ends.

    With `has_recordings`, what the cameras streamed beside the gaps was recorded, with the bits that they replay.
    """
    size = footage.size
    root.mkdir()
    site = EngineSite(root, ffmpeg)
    site.began = footage.began
    ids = [f"cam{number:02}" for number in range(size.cameras)]
    cards = [(card, str(number)) for number, card in enumerate(footage.faulty)] if has_faults else []
    cards = cards or [(footage.sound, "none")] * size.cameras
    cameras = [f"{card}={fault}" for card, fault in cards]
    sent: list[Sent] = []
    with _cameras(cameras, size.gap_s, sent, has_replay=has_replay) as found:
        ports = dict(zip(ids, found, strict=True))
        for camera_id, port in ports.items():
            site.add_camera(camera_id, port, username=USERNAME, password=PASSWORD)
        gaps = []
        for number in range(size.gaps):
            turn, camera = divmod(number, size.cameras)
            gaps.append(Gap(f"{ids[camera]}-{turn}", ids[camera], footage.window(turn)))
            site.add_gap(gaps[-1].id, gaps[-1].camera_id, gaps[-1].window)
        if has_recordings:
            for camera_id, (card, _) in zip(ids, cards, strict=True):
                lost = [gap.window for gap in gaps if gap.camera_id == camera_id]
                _record(site.recordings / camera_id, card, lost)
        hopeless = {camera_id for camera_id, fault in zip(ids, FAULTS, strict=False) if has_faults and fault.hopeless}
        yield FillSite(site, tuple(gaps), ports, frozenset(hopeless), sent)


def _record(directory: Path, card: Path, lost: list[Window]) -> None:
    """Make a recorder's files of all that a card holds outside the windows that it lost."""
    source = Card(card)
    record(
        source,
        directory,
        *(window for held in source.sections() for window in subtract(held, lost)),
        segment_s=_SEGMENT_S,
    )


@contextlib.contextmanager
def _cameras(words: list[str], gap_s: int, sent: list[Sent], *, has_replay: bool) -> Iterator[list[int]]:
    """Run cameras, a few in each process, and give their ports; what they sent goes into `sent` at the end."""
    shares = [words[at : at + _PER_PROCESS] for at in range(0, len(words), _PER_PROCESS)]
    with contextlib.ExitStack() as stack:
        children = [
            MeasuredChild("benchmarks.fill_camera", str(gap_s), str(int(has_replay)), *share, lines=len(share))
            for share in shares
        ]
        with ThreadPoolExecutor(len(children)) as pool:
            list(pool.map(stack.enter_context, children))
        yield [int(line) for child in children for line in child.ready]
    sent += [Sent(*map(int, line.split())) for child in children for line in child.told]


def context(filled: FillSite) -> Finds:
    """Read every recording and the row of every gap. Blocks."""
    site = filled.site
    cameras = {camera_id: read_camera(site.recordings / camera_id, site.began) for camera_id in filled.ports}
    by_packets_s = called_filled_s = wrong_s = 0.0
    in_place = 0
    for gap in filled.gaps:
        on_disk = cameras[gap.camera_id]
        shares = (window.intersection(gap.window) for window in merged(on_disk.covered))
        by_packets_s += total_s(window for window in shares if window is not None)
        wanted = ticks(gap.window, site.began)
        missing = [tick for tick in wanted if tick not in on_disk.in_place]
        in_place += len(wanted) - len(missing)
        if site.gap(gap.id)["fill_state"] == "filled":
            called_filled_s += gap.window.seconds
            wrong_s += sum(length_s for length_s in stretches(missing) if length_s > TOLERANCE_S)
    return Finds(by_packets_s, in_place / FRAMES_PER_SECOND, called_filled_s, wrong_s)
