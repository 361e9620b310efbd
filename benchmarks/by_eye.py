"""How often footage is recognised by eye in recordings with other bits: right, not at all, or wrongly.

`python -m benchmarks.by_eye [--quick]`. Made material of every kind is played by a camera and recorded by a recorder
that encodes by itself, and is looked for where it belongs, some seconds beside that, and where it is not. ffmpeg must
have `drawtext`.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anr_tui.demo.recorder import cut
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import find_ffmpeg
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams, see_seams
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame
from anr_tui.fill.placement.witnesses.seams import Seams
from benchmarks.figures import Figure, main

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
LENGTH_S, FPS, SIZE = 180, 10, "160x90"
# The gap begins here; so much is asked for beside it, and comes.
GAP_S, LEAD_S, CAME_S = 100, 10, 30
# A match may be so far from the truth: the next limit is that of a placement.
NEAR_S = 1.5
# How much later than asked for the camera plays; the last ones are far from all that is looked through.
SHIFTS_S = (0, -8, 6, 60, -60, 37)
_REACH_S = 12
_QUICK = ("people", "again every 5 s")

_STILL = f"gradients=s={SIZE}:r={FPS}:d={LENGTH_S}:speed=0.00001:c0=0x404040:c1=0xa0a0a0:nb_colors=2:seed=3"


def _walking(seed: int) -> str:
    """Four things of different sizes that walk about, each with a rhythm of its own."""
    chains = [f"{_STILL}[walk0]"]
    for index, colour in enumerate(("white", "black", "0xd0d0d0", "0x202020")):
        x = f"{20 + 30 * index}+22*sin(t/{2.3 + 0.7 * index + 0.31 * seed:.2f})+12*sin(t/{0.9 + 0.23 * seed:.2f})"
        y = f"{15 + 15 * index}+8*sin(t/{3.1 + 0.4 * index + 0.17 * seed:.2f})"
        chains.append(f"color=c={colour}:s={8 + 2 * index}x{14 + 2 * index}:r={FPS}:d={LENGTH_S}[thing{index}]")
        chains.append(f"[walk{index}][thing{index}]overlay=x='{x}':y='{y}'[walk{index + 1}]")
    return ";".join(chains).removesuffix("[walk4]")


def _lamp(states: str) -> str:
    """A still scene with a traffic light that covers a tenth of the picture: its colour by seconds of a minute."""
    lamps = []
    for index, state in enumerate(states.split()):
        from_s, to_s = state.split("-")
        lamps.append(
            f"drawbox=x={50 + 20 * index}:y=10:w=18:h=55:color=white:t=fill:enable='between(mod(t,60),{from_s},{to_s})'"
        )
    return ",".join([_STILL, *lamps])


# Each: the pictures of the camera, as a source of ffmpeg; and after how many seconds they come again, 0: never.
MATERIALS: dict[str, tuple[str, int]] = {
    "people": (_walking(1), 0),
    "testsrc2": (f"testsrc2=s={SIZE}:r={FPS}:d={LENGTH_S}", 0),
    "mandelbrot": (f"mandelbrot=s={SIZE}:r={FPS}:maxiter=200:end_scale=0.05,trim=duration={LENGTH_S}", 0),
    "life": (f"life=s={SIZE}:r={FPS}:ratio=0.1:mold=10:seed=5,trim=duration={LENGTH_S}", 0),
    "noise": (f"color=c=0x606060:s={SIZE}:r={FPS}:d={LENGTH_S},noise=alls=80:allf=t", 0),
    "bars with text that runs": (
        f"smptebars=s={SIZE}:r={FPS}:d={LENGTH_S},drawtext=text='news of the day':fontsize=20:fontcolor=white"
        ":x='w-mod(t*19,w+tw)':y=30",
        0,
    ),
    "gradients": (f"gradients=s={SIZE}:r={FPS}:d={LENGTH_S}:speed=0.03:seed=7", 0),
    "still, with noise": (f"{_STILL},noise=alls=20:allf=t", 0),
    "still, and infrared light is switched": (
        f"{_STILL},lutyuv=y='val*0.45+10':enable='lt(mod(t,73),11)+between(mod(t,41),19,30)'",
        0,
    ),
    "still, and it gets dark": (f"{_STILL},fade=t=out:st=30:d=140", 0),
    "traffic light": (_lamp("0-25 25-30 30-60"), 60),
    "again every 2 s": (_walking(1), 2),
    "again every 5 s": (_walking(1), 5),
    "again every 60 s": (_walking(1), 60),
}
# What a recorder makes of the pictures, and by how many seconds its clock is late.
RECORDERS: dict[str, tuple[str, list[str], float]] = {
    "a quarter of the size, low bit rate": ("scale=40:22", ["-crf", "36"], 0.0),
    "cut off at the edges, with a logo": (
        "crop=iw*0.94:ih*0.94,drawbox=x=iw*0.7:y=ih*0.05:w=iw*0.25:h=ih*0.15:color=white:t=fill",
        ["-crf", "24"],
        0.0,
    ),
    "5 of 10 pictures a second, 1.5 s late": ("fps=5", ["-crf", "24"], 1.5),
    "with its clock in the picture": (
        "drawtext=text='%{pts\\:hms}':fontsize=14:fontcolor=white:box=1:boxcolor=black:x=4:y=4",
        ["-crf", "24"],
        0.0,
    ),
    "encoded anew by the same encoder": ("noise=alls=4:allf=t", ["-crf", "23"], 0.0),
}


@dataclass(frozen=True, slots=True)
class Scenery:
    """A material on disk: what the camera has, and what each recorder made of it."""

    name: str
    camera: Path
    recorders: dict[str, Path]
    period_s: int


def film(root: Path, name: str, ffmpeg: str) -> Scenery:
    """Encode a material as the camera and all recorders do."""
    root.mkdir()
    source, period_s = MATERIALS[name]
    camera = root / "camera.mp4"
    again = ["-t", f"{LENGTH_S}"]
    if period_s and name != "traffic light":
        once = root / "once.mp4"
        _encode(ffmpeg, ["-f", "lavfi", "-i", source, "-t", f"{period_s}"], "null", ["-crf", "14"], once)
        _encode(ffmpeg, ["-stream_loop", "-1", "-i", str(once), *again], "null", ["-crf", "23"], camera)
    else:
        _encode(ffmpeg, ["-f", "lavfi", "-i", source, *again], "null", ["-crf", "23"], camera)
    recorders = {}
    for number, (recorder, (filters, options, _)) in enumerate(RECORDERS.items()):
        recorders[recorder] = root / f"recorder{number}.mp4"
        _encode(ffmpeg, ["-i", str(camera)], filters, options, recorders[recorder])
    return Scenery(name, camera, recorders, period_s)


def _encode(ffmpeg: str, source: Sequence[str], filters: str, options: Sequence[str], to: Path) -> None:
    command = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostats", "-y", *source, "-an", "-vf", filters]
    command += ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", *options]
    command += ["-g", "9999", "-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced)", str(to)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


async def seen(root: Path, scenery: Scenery, recorder: str, shift_s: int) -> SeenSeams:
    """What the eye finds where the camera plays `shift_s` seconds later than it was asked."""
    asked_s = GAP_S - LEAD_S
    part = root / "part.mp4"
    played = Window(_at(asked_s + shift_s), _at(asked_s + shift_s + CAME_S))
    cut(scenery.camera, NOON, played, part)
    recorded, late_s = root / "recorded.mp4", RECORDERS[recorder][2]
    cut(scenery.recorders[recorder], NOON, Window(NOON, _at(GAP_S)), recorded)
    seams = Seams(Window(_at(GAP_S), _at(GAP_S + CAME_S)), (RecordedFrame(_at(GAP_S - 1), b""),))
    recordings = [(NOON + timedelta(seconds=late_s), recorded)]
    is_one = recorder == "encoded anew by the same encoder"
    return await see_seams(part, _at(asked_s), CAME_S, seams, recordings, {}, is_one_encoder=is_one)


def verdict(found: SeenSeams, shift_s: float, late_s: float) -> str:
    """Right, nothing said, or wrong."""
    if found.early is None:
        return "nothing said"
    off_s = found.early.at_s - (LEAD_S - shift_s - late_s)
    return "right" if abs(off_s) <= NEAR_S and abs(shift_s) <= _REACH_S else "wrong"


def run(is_quick: bool) -> list[Figure]:
    """Look for every material in what every recorder has."""
    ffmpeg = find_ffmpeg("ffmpeg")
    figures = []
    with tempfile.TemporaryDirectory(prefix="by-eye-") as name:
        for number, material in enumerate(_QUICK if is_quick else MATERIALS):
            scenery = film(Path(name) / f"{number}", material, ffmpeg)
            for table, shifts_s in (
                ("Where it belongs, or some seconds beside", [each for each in SHIFTS_S if abs(each) <= _REACH_S]),
                ("Where it is not", [each for each in SHIFTS_S if abs(each) > _REACH_S]),
            ):
                counts = asyncio.run(_counted(Path(name), scenery, shifts_s))
                figures += [
                    Figure(table, material, each, counts[each], "cases", 0.0 if each == "wrong" else None)
                    for each in ("right", "nothing said", "wrong")
                ]
    return figures


async def _counted(root: Path, scenery: Scenery, shifts_s: Sequence[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for recorder, (_, _, late_s) in RECORDERS.items():
        for shift_s in shifts_s:
            found = await seen(root, scenery, recorder, shift_s)
            each = verdict(found, shift_s, late_s)
            if each == "wrong":
                print(f"WRONG: {scenery.name}, {recorder}, {shift_s:+d} s: {found.words}", file=sys.stderr)
            counts[each] += 1
    return counts


def _at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


if __name__ == "__main__":
    sys.exit(main("by_eye", run))
