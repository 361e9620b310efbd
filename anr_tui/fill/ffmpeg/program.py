"""The ffmpeg program: finds it, probes its version and abilities, and builds the arguments for one piece."""

import asyncio
import importlib
import math
import re
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from anr_tui.domain.errors import FillError

_PROBE_S = 10.0
_VERSION = re.compile(r"ffmpeg version n?(\S+)")
_INSTALL_HINT = "Install the ffmpeg package of the system, or anr-tui[ffmpeg], or set HELDAR_FFMPEG_BIN."
# ffmpeg's RTSP demuxer gives the first frame no time, and the muxer then gives it that of the second: without this
# filter each file is one frame short. With B-frames the distance of the first two is unknown, so they stay as is.
_IS_CROWDED = r"eq(N\,0)*lt(NEXT_DTS-DTS\,NEXT_DURATION/2)"
# Time stamps that lie further from the last one than the window is long, and this, are none: ffmpeg goes on counting.
FARTHEST_STAMP_S = 60
_MOST_FRAGMENT_BYTES = 32_000_000
_FIRST_TIME = (
    "-bsf:v",
    f"setts=pts=if({_IS_CROWDED}\\,NEXT_DTS-NEXT_DURATION\\,PTS):dts=if({_IS_CROWDED}\\,NEXT_DTS-NEXT_DURATION\\,DTS)",
)


class AudioMode(StrEnum):
    """How a camera's audio is treated: left out, copied, or converted to AAC."""

    NONE = "none"
    COPY = "copy"
    AAC = "aac"


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """A working ffmpeg: its path, its version as it reports it, and its name for the RTSP socket timeout option.

    `can_set_times`: its bitstream filter `setts` can refer to the next packet, as since about version 5.0.
    """

    path: str
    version: str
    rtsp_timeout_option: str
    can_set_times: bool = False


@dataclass(frozen=True, slots=True)
class FfmpegInput:
    """The options before `-i` by which ffmpeg reads one kind of source.

    `lacks_first_time`: its demuxer gives the first frame no time stamp.
    """

    options: tuple[str, ...]
    lacks_first_time: bool = False


def find_ffmpeg(name: str) -> str:
    """The path of the program `name`, which is a path or a name on PATH.

    Where the default name `ffmpeg` is not on PATH, this is the program of the imageio-ffmpeg wheel, if that is
    installed. Raises FillError where there is no such program.
    """
    if path := shutil.which(name):
        return path
    if name == "ffmpeg" and (bundled := _bundled_ffmpeg()):
        return bundled
    raise FillError(f"There is no program {name!r} here.", _INSTALL_HINT)


async def probe_ffmpeg(binary: str) -> Ffmpeg:
    """Find out the version and the abilities of an ffmpeg binary.

    Raises FillError, which names the binary, where it cannot be started, is no ffmpeg, or was built without RTSP.
    """
    version = _VERSION.match(await _output(binary, "-version"))
    if version is None:
        raise FillError(f"{binary!r} is no ffmpeg.", _INSTALL_HINT)
    options = await _output(binary, "-hide_banner", "-h", "demuxer=rtsp")
    if "-allowed_media_types" not in options:
        raise FillError(f"{binary!r} was built without RTSP.", _INSTALL_HINT)
    # Up to version 4.4 `-timeout` makes ffmpeg wait for a connection instead of opening one.
    timeout_option = "stimeout" if "-stimeout" in options else "timeout"
    source = ("-hide_banner", "-f", "lavfi", "-i", "color=size=16x16:rate=5:duration=1", "-c:v", "rawvideo")
    tried = await _output(binary, *source, *_FIRST_TIME, "-f", "framecrc", "-")
    return Ffmpeg(binary, version[1], timeout_option, can_set_times="\n0," in tried)


def fetch_arguments(
    ffmpeg: Ffmpeg,
    url: str,
    length_s: float,
    part: Path,
    audio: AudioMode,
    *,
    source: FfmpegInput,
    is_probe: bool = False,
) -> list[str]:
    """The argument list that copies `length_s` seconds of `url` into the fragmented MP4 `part`.

    `source` says how the URL is read. Time stamps in `part` count from the first packet that arrived, whether or not it
    was a key frame; except with AudioMode.AAC none is negative. A probe takes only the first key frame, and does not
    read the usual five seconds of media to find the frame rate, so the duration of that frame may be unknown. The
    arguments suit `process.supervise`: ffmpeg reports on standard output and reacts to `q`.
    """
    return [
        ffmpeg.path,
        *("-hide_banner", "-loglevel", "level+info", "-nostats", "-progress", "pipe:1"),
        # Media cannot jump further than the whole window; without this, -t ends the copy at a stamp that is.
        *("-dts_error_threshold", str(math.ceil(length_s) + FARTHEST_STAMP_S)),
        *source.options,
        *(("-fpsprobesize", "0") if is_probe else ()),
        *("-i", url),
        *("-t", f"{length_s:.3f}"),
        *(("-frames:v", "1") if is_probe else ()),
        *("-map", "0:v:0", "-c:v", "copy"),
        *_audio_options(audio),
        *_start_options(ffmpeg, source, audio),
        *("-dn", "-sn"),
        # One fragment each second, written to disk at once, so that the file can be read even after SIGKILL. It is
        # bounded in size too: where time stands still, no second ends, and ffmpeg would keep all of it in memory.
        *("-f", "mp4", *_header_options(audio)),
        *("-frag_duration", "1000000", "-frag_size", str(_MOST_FRAGMENT_BYTES), "-flush_packets", "1"),
        *("-y", str(part.absolute())),
    ]


def rtsp_input(ffmpeg: Ffmpeg, audio: AudioMode, timeout_s: float) -> FfmpegInput:
    """The input options for RTSP interleaved in TCP, which ffmpeg ends after `timeout_s` seconds of silence."""
    media = "video" if audio is AudioMode.NONE else "video+audio"
    return FfmpegInput(
        (
            *("-protocol_whitelist", "tcp", "-rtsp_transport", "tcp", "-allowed_media_types", media),
            *(f"-{ffmpeg.rtsp_timeout_option}", str(round(timeout_s * 1_000_000))),
        ),
        lacks_first_time=True,
    )


def audio_cannot_be_copied(line: str) -> bool:
    """Whether a log line says that MP4 cannot hold the camera's audio, so that AudioMode.AAC is needed."""
    return "Could not find tag for codec" in line and "stream #1" in line


def _audio_options(audio: AudioMode) -> tuple[str, ...]:
    if audio is AudioMode.NONE:
        return ("-an",)
    # Before version 5.0, ffmpeg fails with 128 frames waiting for the first audio; a second at full speed has more.
    queue = ("-max_muxing_queue_size", "16384") if audio is AudioMode.AAC else ()
    return ("-map", "0:a:0?", "-c:a", audio.value, *queue)


def _start_options(ffmpeg: Ffmpeg, source: FfmpegInput, audio: AudioMode) -> tuple[str, ...]:
    """Options by which the first frame has time 0 in the file, or later where the replay began between key frames."""
    if audio is AudioMode.AAC:
        # An encoder's first audio lies before 0 by design, and would delay the video.
        return ()
    return (
        "-avoid_negative_ts",
        "make_non_negative",
        *(_FIRST_TIME if source.lacks_first_time and ffmpeg.can_set_times else ()),
    )


def _header_options(audio: AudioMode) -> tuple[str, ...]:
    """Options by which the MP4 records that the first key frame came later than the first packet."""
    flags = "+frag_keyframe+empty_moov+default_base_moof"
    if audio is not AudioMode.COPY:
        return ("-movflags", f"{flags}+delay_moov")
    # `delay_moov` would wait for the first audio, which a camera may announce and never send.
    return ("-movflags", f"{flags}+frag_discont", "-max_interleave_delta", "1000000")


def _bundled_ffmpeg() -> str | None:
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


async def _output(binary: str, *arguments: str) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            binary,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise FillError(f"{binary!r} cannot be started: {error.strerror}.", _INSTALL_HINT) from None
    try:
        async with asyncio.timeout(_PROBE_S):
            output, _ = await process.communicate()
    except TimeoutError:
        raise FillError(f"{binary!r} does not answer.", _INSTALL_HINT) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode("utf-8", "replace")
