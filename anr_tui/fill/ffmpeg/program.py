"""Which ffmpeg we have, and what it is told for one piece."""

import asyncio
import importlib
import re
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from anr_tui.domain.errors import FillError

_PROBE_S = 10.0
_VERSION = re.compile(r"ffmpeg version n?(\S+)")
_INSTALL_HINT = "Install the ffmpeg package of the system, or anr-tui[ffmpeg], or set HELDAR_FFMPEG_BIN."
# From RTSP, ffmpeg's demuxer never gives the first frame a time, and the muxer puts it on the second: without this,
# each file is a frame short. With B-frames only the camera knows how far the first is from the second; they stay.
_IS_CROWDED = r"eq(N\,0)*lt(NEXT_DTS-DTS\,NEXT_DURATION/2)"
_FIRST_TIME = (
    "-bsf:v",
    f"setts=pts=if({_IS_CROWDED}\\,NEXT_DTS-NEXT_DURATION\\,PTS):dts=if({_IS_CROWDED}\\,NEXT_DTS-NEXT_DURATION\\,DTS)",
)


class AudioMode(StrEnum):
    """What becomes of a camera's audio."""

    NONE = "none"
    COPY = "copy"
    AAC = "aac"


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """An ffmpeg that runs, its version as it says it, and what it calls the RTSP socket timeout.

    `can_set_times`: its bitstream filter `setts` knows the next packet (since 5.0 or so).
    """

    path: str
    version: str
    rtsp_timeout_option: str
    can_set_times: bool = False


@dataclass(frozen=True, slots=True)
class FfmpegInput:
    """How ffmpeg reads one kind of source: its options before `-i`.

    `lacks_first_time`: its demuxer gives the first frame no time of its own.
    """

    options: tuple[str, ...]
    lacks_first_time: bool = False


def find_ffmpeg(name: str) -> str:
    """The program that `name` (a path, or a name on PATH) means.

    Where the default name `ffmpeg` is not on PATH: the imageio-ffmpeg wheel's, if installed. Else FillError.
    """
    if found := shutil.which(name):
        return found
    if name == "ffmpeg" and (bundled := _bundled_ffmpeg()):
        return bundled
    raise FillError(f"There is no program {name!r} here.", _INSTALL_HINT)


async def probe_ffmpeg(binary: str) -> Ffmpeg:
    """Ask the binary what it is. FillError, naming it, where it does not answer like an ffmpeg."""
    version = _VERSION.match(await _output(binary, "-version"))
    if version is None:
        raise FillError(f"{binary!r} is no ffmpeg.", _INSTALL_HINT)
    options = await _output(binary, "-hide_banner", "-h", "demuxer=rtsp")
    if "-allowed_media_types" not in options:
        raise FillError(f"{binary!r} was built without RTSP.", _INSTALL_HINT)
    # Up to 4.4 `-timeout` makes ffmpeg listen for a camera instead of calling it.
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
    """The argument list that copies `length_s` seconds of `url`, read as `source` says, to the fragmented MP4 `part`.

    Time stamps in `part` count from the first packet that arrived, whether or not it was a key frame; without
    AudioMode.AAC none is negative. Of the picture, a probe takes the first key frame alone, and not the usual five
    seconds of media to find the frame rate: how long that frame lasts may not be known.
    It is made for `process.supervise`: it reports on standard output and heeds `q`.
    """
    return [
        ffmpeg.path,
        *("-hide_banner", "-loglevel", "level+info", "-nostats", "-progress", "pipe:1"),
        *source.options,
        *(("-fpsprobesize", "0") if is_probe else ()),
        *("-i", url),
        *("-t", f"{length_s:.3f}"),
        *(("-frames:v", "1") if is_probe else ()),
        *("-map", "0:v:0", "-c:v", "copy"),
        *_audio_options(audio),
        *_start_options(ffmpeg, source, audio),
        *("-dn", "-sn"),
        # A fragment a second, pushed to the disk at once: even after SIGKILL what was written can be read.
        *("-f", "mp4", *_header_options(audio)),
        *("-frag_duration", "1000000", "-flush_packets", "1"),
        *("-y", str(part.absolute())),
    ]


def rtsp_input(ffmpeg: Ffmpeg, audio: AudioMode, timeout_s: float) -> FfmpegInput:
    """RTSP, interleaved in TCP; `timeout_s` seconds of silence end it."""
    media = "video" if audio is AudioMode.NONE else "video+audio"
    return FfmpegInput(
        (
            *("-protocol_whitelist", "tcp", "-rtsp_transport", "tcp", "-allowed_media_types", media),
            *(f"-{ffmpeg.rtsp_timeout_option}", str(round(timeout_s * 1_000_000))),
        ),
        lacks_first_time=True,
    )


def audio_cannot_be_copied(line: str) -> bool:
    """Whether this log line says that MP4 cannot hold the camera's audio, so that AudioMode.AAC is needed."""
    return "Could not find tag for codec" in line and "stream #1" in line


def _audio_options(audio: AudioMode) -> tuple[str, ...]:
    if audio is AudioMode.NONE:
        return ("-an",)
    # Before 5.0, ffmpeg dies of 128 frames that wait for the first sound; a second at full speed has more.
    queue = ("-max_muxing_queue_size", "16384") if audio is AudioMode.AAC else ()
    return ("-map", "0:a:0?", "-c:a", audio.value, *queue)


def _start_options(ffmpeg: Ffmpeg, source: FfmpegInput, audio: AudioMode) -> tuple[str, ...]:
    """Let the first frame be second 0 of the file, or later where the replay opened between key frames."""
    if audio is AudioMode.AAC:
        # An encoder's first sound lies before 0 by design, and would push the picture back.
        return ()
    return (
        "-avoid_negative_ts",
        "make_non_negative",
        *(_FIRST_TIME if source.lacks_first_time and ffmpeg.can_set_times else ()),
    )


def _header_options(audio: AudioMode) -> tuple[str, ...]:
    """Let MP4 remember that the first key frame came later than the first packet."""
    flags = "+frag_keyframe+empty_moov+default_base_moof"
    if audio is not AudioMode.COPY:
        return ("-movflags", f"{flags}+delay_moov")
    # A header that is delayed waits for sound, and all else with it, which a camera may announce and never send.
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
