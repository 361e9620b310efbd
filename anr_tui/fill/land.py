"""Landing: writes a run as a plain MP4 that starts at 0, and gives it its name without ever replacing a file."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import av

from anr_tui.domain.errors import FillError, SiteError, StorageError
from anr_tui.domain.evidence.clock_evidence import NO_CLOCKS, ClockEvidence
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.frame_times import Frame, repair_times
from anr_tui.fill.media.nal_units import annex_b, parameter_sets, sequence_sets
from anr_tui.fill.media.open_media import open_media
from anr_tui.fill.media.sound_rate import sound_rate
from anr_tui.fill.media.verify import UNREADABLE, Run, intact_packets, timed_packets
from anr_tui.fill.part_files import Log
from anr_tui.fill.placement.placed import LEAST_RECORDING_S, PlacedRun
from anr_tui.platform.files.regular_file import create_file, descriptor_path
from anr_tui.platform.files.storage_errors import (
    doing,
    is_machine_error,
    remove_file,
    storage_error,
    sync_directory,
    sync_file,
)
from anr_tui.sites.interface import LandedRecording, RecordingArchive
from anr_tui.sites.recordings.layout import FILE_MODE, recording_name, recording_start

if TYPE_CHECKING:
    from av.stream import Stream

_Packet: TypeAlias = "av.Packet[Stream]"

# So many seconds may a file stand off its name.
_MOST_OFF_S = 1.0


@dataclass(frozen=True, slots=True)
class Landed:
    """A recording that stands in its place; `media_s` is its length in seconds, `sha256` its digest in hexadecimal."""

    path: Path
    size_bytes: int
    media_s: float
    sha256: str


@dataclass(frozen=True, slots=True)
class LandedFile:
    """The evidence of a recording that a fill put on disk.

    `window` is what the recording covers, `asked` the window that the camera was asked for, `source_url` the masked URL
    that was asked. `proof` is how well its time is known, `shown_by` a sentence that says by what.
    `pictures`: whether they can be seen, None where that was not looked at. `clocks`: what clocks showed meanwhile.
    """

    name: str
    window: Window
    size_bytes: int
    sha256: str
    asked: Window
    source_url: str
    proof: TimeProof = TimeProof.UNKNOWN
    shown_by: str = ""
    pictures: PictureVerdict | None = None
    clocks: ClockEvidence = NO_CLOCKS


class Landing(NamedTuple):
    """What became of a run: the recording that it is now, if any, and whether its part file may go."""

    file: LandedFile | None
    is_settled: bool


class FillJournal(Protocol):
    """The journal as a fill needs it. LeaseLostError means that another worker has the site."""

    async def check_lease(self) -> None:
        """Check that this worker may still land files. Raises LeaseLostError."""

    async def note_landed(self, file: LandedFile) -> None:
        """Record the evidence of a file that is on disk. Raises LeaseLostError."""

    async def has_noted(self, name: str) -> bool:
        """Whether a file of that name is recorded for this gap."""

    async def has_undecodable(self, window: Window) -> bool:
        """Whether fills of this camera landed footage in `window` whose pictures nobody can decode."""

    async def doubtful_names(self) -> frozenset[str]:
        """The files that fills of this camera landed without proof of their time: they prove nothing themselves."""


async def land_placed(
    placed: PlacedRun,
    archive: RecordingArchive,
    camera_id: str,
    *,
    asked: Window,
    source_url: str,
    journal: FillJournal,
    log: Log,
    proof: TimeProof = TimeProof.UNKNOWN,
    shown_by: str = "",
    pictures: PictureVerdict | None = None,
    clocks: ClockEvidence = NO_CLOCKS,
) -> Landing:
    """Land one run of a camera at its moment, unless it is too short, or a recording is there already.

    Raises StorageError and LeaseLostError. The part file stays, so that no footage is lost.
    """
    if placed.seconds < LEAST_RECORDING_S:
        log("fill", f"{placed.seconds:.3f} s are too short for a recording of their own")
        return Landing(None, is_settled=True)
    await journal.check_lease()
    start = floor_second(placed.start + timedelta(seconds=0.5))
    target = await asyncio.to_thread(archive.target, camera_id, start)
    named = recording_start(target.name)
    if (named - start).total_seconds() > _MOST_OFF_S:
        # What has the names before holds nothing that can be read, and is not replaced.
        log("fill", f"{recording_name(start)} is taken: landing from {target.name} on")
        placed, start = _cut_to_begin(placed, named), named
    if placed.seconds < LEAST_RECORDING_S:
        return Landing(None, is_settled=False)
    try:
        done = await _to_the_end(
            asyncio.to_thread(land, placed.part, placed.run, target, archive, key_s=placed.key_s, rate=placed.rate)
        )
    except StorageError:
        raise
    except FillError as error:
        log("fill", str(error))
        return Landing(None, is_settled=False)
    file = _landed_file(done, start, asked, source_url)
    file = replace(file, proof=proof, shown_by=shown_by, pictures=pictures, clocks=clocks)
    await journal.note_landed(file)
    try:
        await archive.register(LandedRecording(camera_id, done.path, file.window, file.size_bytes))
    except SiteError as error:  # the file is on disk and in the journal, and only the recorder does not know of it
        log("fill", str(error))
    log("fill", f"landed {file.name}: {done.media_s:.3f} s, {file.size_bytes} bytes, SHA-256 {file.sha256}")
    return Landing(file, is_settled=True)


def _cut_to_begin(placed: PlacedRun, moment: datetime) -> PlacedRun:
    """The same run from `moment` on; what is before it is decoded, and not shown."""
    run, key_s = placed.run, placed.run.start_s if placed.key_s is None else placed.key_s
    cut_s = (moment - placed.start).total_seconds() / placed.rate
    return replace(placed, run=replace(run, start_s=run.start_s + cut_s), start=moment, key_s=key_s)


async def note_landed_before(
    placed: PlacedRun, archive: RecordingArchive, camera_id: str, *, asked: Window, journal: FillJournal
) -> None:
    """Record a file that landed just before its worker died, so that it has evidence like all others.

    Raises LeaseLostError, StorageError, and SiteError where the recorder cannot be told of the file.
    """
    start = floor_second(placed.start + timedelta(seconds=0.5))
    target = await asyncio.to_thread(_recording_at, archive, camera_id, start)
    if target is None or await journal.has_noted(target.name):
        return
    done = await asyncio.to_thread(_landed_before, target, placed.seconds)
    file = _landed_file(done, start, asked, "")
    await journal.note_landed(file)
    await archive.register(LandedRecording(camera_id, target, file.window, file.size_bytes))


def land(
    part: Path,
    run: Run,
    target: Path,
    archive: RecordingArchive,
    *,
    key_s: float | None = None,
    rate: float = 1.0,
) -> Landed:
    """Copy the packets of `run`, which may have been shortened, from `part` to the new file `target`; `part` stays.

    With `key_s`, the media time of a key frame before the run, the frames from there on go along so that the run's
    first ones can be decoded; an edit list keeps players from showing them (ISO/IEC 14496-12, 8.6.6). With `rate`, the
    file's stamps are those of `part` times this, so that they run as time does.

    The file appears at once and whole, synced to disk, with time stamps from 0 and HEVC tagged `hvc1`; its owner and
    group can read it, and nobody else. Blocking. Raises StorageError where the machine refuses to read or write, and
    FillError where `target` exists or `part` is damaged. On failure no file is left behind, unless only the sync of the
    directory failed: the file stands in its place then, and the next fill of the gap records it.
    """
    try:
        with _own_file(archive.landing_path(target)) as own:
            media_s = _copied(part, run, own, run.start_s if key_s is None else key_s, rate)
            sync_file(own.content, own.name)
            with doing("read", own.name):
                size_bytes, sha256 = own.content.stat().st_size, digest_of(own.content)
            archive.check_recognised()
            with doing("link", target):
                archive.place(own.name, target)
        sync_directory(target.parent)
    except FileExistsError:
        raise FillError(f"{target.name} is there already, and is not replaced.") from None
    return Landed(target, size_bytes, media_s, sha256)


def digest_of(path: Path) -> str:
    """A file's SHA-256 in hexadecimal. Blocking. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recording_at(archive: RecordingArchive, camera_id: str, start: datetime) -> Path | None:
    """The recording that starts in the second `start`; None where there is none. Blocking."""
    for begins, path in archive.newest(camera_id, start + timedelta(seconds=1), 1):
        if begins == start and path.is_file():
            return path
    return None


def _landed_before(target: Path, media_s: float) -> Landed:
    """A file whose landing was cut short before the journal had it: it is synced now. Blocking; StorageError."""
    sync_file(target)
    sync_directory(target.parent)
    with doing("read", target):
        return Landed(target, target.stat().st_size, media_s, digest_of(target))


def _landed_file(done: Landed, start: datetime, asked: Window, source_url: str) -> LandedFile:
    window = Window(start, start + timedelta(seconds=done.media_s))
    return LandedFile(done.path.name, window, done.size_bytes, done.sha256, asked, source_url)


async def _to_the_end(landing: Coroutine[Any, Any, Landed]) -> Landed:
    """Wait for a landing even when cancelled, because its thread would otherwise continue unobserved."""
    task = asyncio.ensure_future(landing)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


class _OwnFile(NamedTuple):
    """A file of ours: `content` leads to the open file itself, whatever anybody puts at its name meanwhile."""

    name: Path
    content: Path


@contextlib.contextmanager
def _own_file(landing: Path) -> Iterator[_OwnFile]:
    """An empty new file `landing` that nobody else writes to, and that is removed afterwards.

    It is made before the part file is opened. A worker that takes part files over removes landings after it has renamed
    the part files. So a worker that lost the site and still lands finds either no part file or, in the end, no landing
    to place.
    """
    with doing("create", landing):
        descriptor = create_file(landing, FILE_MODE)
    try:
        try:
            yield _OwnFile(landing, descriptor_path(descriptor))
        finally:
            with doing("close", landing):
                os.close(descriptor)
    except BaseException:
        # Whatever ended the landing is said; the next fill removes what is left of it.
        with contextlib.suppress(StorageError):
            remove_file(landing)
        raise
    remove_file(landing)


def _copied(part: Path, run: Run, own: _OwnFile, key_s: float, rate: float) -> float:
    """`_remux` with errors in words: StorageError where the machine refuses, FillError where the part is damaged."""
    try:
        return _remux(part, run, own.content, key_s, rate)
    except UNREADABLE as error:
        if is_machine_error(error):
            raise storage_error(error, f"copy {part.name} into", own.name) from error
        raise FillError(f"{part.name} cannot be copied: {getattr(error, 'strerror', None) or error}.") from error


def _remux(part: Path, run: Run, landing: Path, key_s: float, rate: float) -> float:
    """Copy the packets of a run and those since the key frame at `key_s`; returns the run's length in seconds."""
    repaired = _repaired_times(part)
    copied_span = _Span(run, key_s, rate, sound_rate(part, rate))
    key, has_sound = _opening(part, copied_span, repaired)
    with (
        open_media(part) as source,
        av.open(str(landing), "w", format="mp4", container_options={"movflags": "+faststart"}) as copy,
    ):
        # Where a camera announced audio and sent none, players would show an empty audio track.
        kinds = _kinds(source)[: 1 + has_sound]
        streams = {stream.index: copy.add_stream_from_template(stream, opaque=True) for stream in kinds}
        is_rewritten = _brings_other_sets(key, source.streams.video[0])
        for stream in streams.values():
            if stream.codec_context.name == "hevc":
                # Browsers and Apple's players accept HEVC only with this tag.
                stream.codec_context.codec_tag = "hvc1"
            if isinstance(stream, av.VideoStream) and is_rewritten:
                _describe(stream.codec_context, key)
        length_s = 0.0
        for packet, end_s in copied_span.packets(_restamped(source.demux(kinds), repaired)):
            is_video = packet.stream.type == "video"
            length_s = max(length_s, end_s) if is_video else length_s
            copied = _in_annex_b(packet) if is_video and is_rewritten else packet
            copied.stream = streams[packet.stream.index]
            copy.mux(copied)
        if length_s == 0:
            raise FillError(f"{part.name} holds no video from second {run.start_s:.3f} to {run.end_s:.3f}.")
    return length_s


def _kinds(source: av.container.InputContainer) -> "list[Stream]":
    return [*source.streams.video[:1], *source.streams.audio[:1]]


def _opening(part: Path, span: "_Span", repaired: Sequence[Frame]) -> tuple[bytes, bool]:
    """The data of the first video packet to copy, which is a key frame, and whether the run has any audio."""
    key, has_sound = b"", False
    with open_media(part) as source:
        kinds = _kinds(source)
        for packet, _ in span.packets(_restamped(source.demux(kinds), repaired)):
            if packet.stream.type == "audio":
                has_sound = True
            else:
                key = key or bytes(packet)
            if key and (has_sound or len(kinds) == 1):
                break
    return key, has_sound


def _repaired_times(part: Path) -> Sequence[Frame]:
    """The times of a file's video packets as `verify.read_media` takes them to be; () where its stamps are right."""
    with open_media(part) as source:
        stamped = [frame for _, frame in timed_packets(source, source.streams.video[0])]
    repaired = repair_times(stamped)
    return () if repaired == stamped else repaired


def _restamped(packets: Iterator[_Packet], repaired: Sequence[Frame]) -> Iterator[_Packet]:
    """The intact packets, those of the video at their repaired times where there are any."""
    times = iter(repaired)
    for packet in intact_packets(packets):
        is_timed = packet.stream.type == "video" and (packet.dts is not None or packet.pts is not None)
        if repaired and is_timed:
            frame = next(times)
            packet.pts, packet.dts = (round(second / packet.time_base) for second in (frame.pts_s, frame.dts_s))
        yield packet


def _brings_other_sets(key: bytes, video: av.VideoStream) -> bool:
    """Whether a key frame has other parameter sets than the header of the part file, which has only the first ones."""
    sets = sequence_sets(key, video.codec_context.name)
    return bool(sets) and sets not in (video.codec_context.extradata or b"")


def _describe(context: av.VideoCodecContext, key: bytes) -> None:
    """Put a key frame's parameter sets and picture size into the file's header; the muxer then expects Annex B."""
    context.extradata = parameter_sets(key, context.name)
    decoder = av.CodecContext.create(context.name, "r")
    if not isinstance(decoder, av.VideoCodecContext):
        return
    with contextlib.suppress(av.FFmpegError):
        for frame in [*decoder.decode(av.Packet(annex_b(key))), *decoder.decode(None)]:
            context.width, context.height = frame.width, frame.height


def _in_annex_b(packet: _Packet) -> _Packet:
    rewritten: _Packet = av.Packet(annex_b(bytes(packet)))
    rewritten.pts, rewritten.dts, rewritten.duration = packet.pts, packet.dts, packet.duration
    rewritten.time_base, rewritten.is_keyframe = packet.time_base, packet.is_keyframe
    return rewritten


@dataclass(frozen=True, slots=True)
class _Span:
    """What is copied: the video from the key frame at `key_s` to the run's end, and the sound of the run.

    Stamps are multiplied by `rate`, those of the sound by `sound_rate`.
    """

    run: Run
    key_s: float
    rate: float
    sound_rate: float

    def packets(self, packets: Iterator[_Packet]) -> Iterator[tuple[_Packet, float]]:
        """The packets of the span, the run moved to start at 0, each with the second at which it ends."""
        has_begun = has_ended = False
        last_dts: dict[int, int] = {}
        for packet in packets:
            if packet.pts is None or packet.dts is None:
                continue
            is_video = packet.stream.type == "video"
            # In their own media time: sound whose stamps run as time does stands elsewhere than the pictures of it.
            scale = 1.0 if is_video else self.rate / self.sound_rate
            start, end = (round(second * scale / packet.time_base) for second in (self.run.start_s, self.run.end_s))
            is_inside = start <= packet.pts < end
            if is_video:
                is_inside = round(self.key_s / packet.time_base) <= packet.pts < end
                has_begun = has_begun or (is_inside and packet.is_keyframe)
                # A frame that is decoded after one beyond the end may refer to it, so the copy ends before both.
                has_ended = has_ended or (has_begun and packet.pts >= end)
                is_inside = is_inside and has_begun and not has_ended
            if is_inside:
                # In a fragmented MP4 the last frame before a jump lasts until the next one.
                packet.duration = min(packet.duration or 0, end - packet.pts)
                packet.pts -= start
                packet.dts -= start
                _stretch(packet, self.rate if is_video else self.sound_rate, last_dts.get(packet.stream.index))
                last_dts[packet.stream.index] = packet.dts
                yield packet, float((packet.pts + packet.duration) * packet.time_base)


def _stretch(packet: _Packet, rate: float, last_dts: int | None) -> None:
    """Multiply a packet's stamps; what stood a tick behind the packet before it still does."""
    if rate == 1 or packet.pts is None or packet.dts is None:
        return
    delay = round((packet.pts - packet.dts) * rate)
    dts = round(packet.dts * rate)
    packet.dts = dts if last_dts is None else max(dts, last_dts + 1)
    packet.pts = packet.dts + delay
    packet.duration = round((packet.duration or 0) * rate)
