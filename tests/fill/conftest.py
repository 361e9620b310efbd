"""Real footage and a real ffmpeg for the fill tests."""

import subprocess
from pathlib import Path

import pytest

from anr_tui.fill.ffmpeg.program import Ffmpeg, find_ffmpeg, probe_ffmpeg

from .rtsp_camera import read_footage

FRAMES_PER_S = 25
GOP_FRAMES = 50


@pytest.fixture
async def ffmpeg() -> Ffmpeg:
    return await probe_ffmpeg(find_ffmpeg("ffmpeg"))


class Footage:
    """Encoded footage of 8 s with a key frame every 2 s, made once per codec and number of B frames."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, codec: str = "h264", b_frames: int = 0) -> Path:
        path = self._directory / f"{codec}-{b_frames}.nut"
        if not path.exists():
            _encode(codec, b_frames, path)
        return path

    def __call__(self, codec: str = "h264", b_frames: int = 0, *, skip: int = 0, has_audio: bool = False):
        return read_footage(self.path(codec, b_frames), skip=skip, has_audio=has_audio)


@pytest.fixture(scope="session")
def make_footage(tmp_path_factory) -> Footage:
    return Footage(tmp_path_factory.mktemp("footage"))


def _encode(codec: str, b_frames: int, path: Path) -> None:
    options = {
        "h264": ["libx264", "-bf", str(b_frames), "-g", str(GOP_FRAMES), "-sc_threshold", "0"],
        "hevc": ["libx265", "-x265-params", f"bframes={b_frames}:keyint={GOP_FRAMES}:min-keyint={GOP_FRAMES}"
                 ":scenecut=0:open-gop=0:log-level=none"],
    }  # fmt: skip
    source = f"testsrc2=size=160x120:rate={FRAMES_PER_S}"
    _run(
        "-f",
        "lavfi",
        "-i",
        source,
        "-t",
        "8",
        "-c:v",
        *options[codec],
        "-preset",
        "ultrafast",
        "-bsf:v",
        "dump_extra",
        str(path),
    )


@pytest.fixture(scope="session")
def run_ffmpeg():
    """Runs ffmpeg to its end; returns what it had to complain about."""
    return _run


@pytest.fixture(scope="session")
def make_part(make_footage, tmp_path_factory):
    """Makes a part file of 8 s, as a fetch leaves it; after 4 s its time may jump ahead by `jump_s`."""
    made: dict[tuple[str, int, int], Path] = {}

    def make(codec: str = "h264", b_frames: int = 0, jump_s: int = 0) -> Path:
        key = (codec, b_frames, jump_s)
        if key not in made:
            part = made[key] = tmp_path_factory.mktemp("part") / "20260613_120000.mp4.part"
            shift = ("-bsf:v", f"setts=ts='TS+gte(N,100)*{jump_s}/TB'") if jump_s else ()
            _run(
                *("-i", str(make_footage.path(codec, b_frames)), "-c", "copy", *shift),
                *("-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+delay_moov+default_base_moof"),
                *("-frag_duration", "1000000", str(part)),
            )
        return made[key]

    return make


def _run(*arguments: str) -> str:
    command = [find_ffmpeg("ffmpeg"), "-nostdin", "-v", "warning", "-y", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr
