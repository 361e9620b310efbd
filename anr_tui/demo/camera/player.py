"""The sender of footage on an RTSP connection: at the speed and with the faults that were set, interleaved.

Packets go through the RTSP connection itself (RFC 2326, 10.12).
"""

import asyncio
import contextlib
import math
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.demo.camera.rtp import ReplayMark, aac_payload, h264_payloads, h265_payloads, interleaved
from anr_tui.demo.camera.scrambling import scrambled
from anr_tui.demo.camera.sdp import rtp_streams
from anr_tui.demo.camera.stamps import StampClock
from anr_tui.domain.window import Window

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from anr_tui.demo.camera.card import AudioFormat, Unit, VideoFormat
    from anr_tui.demo.camera.faults import Stale
    from anr_tui.demo.camera.rtp import RtpStream

# At full speed nothing else waits: after that many units the event loop runs other tasks once.
_UNITS_PER_TURN = 50
_LARGE_BYTES = 60_000
_GARBAGE = bytes(range(256)) * 8
# Bytes in 0.1 s of audio at 8 kHz, by the payload type of the description.
_SOUND_CHUNK = {0: 800, 8: 800, 98: 400}
_CHUNK_S = 0.1


class Source(Protocol):
    """What the player needs of the footage."""

    def formats(self, moment: datetime) -> "tuple[VideoFormat, AudioFormat | None]":
        """What the footage at `moment`, or the next after it, is made of. Raises LookupError when there is none."""

    def read(self, window: Window) -> "Generator[Unit]":
        """The units of `window`, from the key frame at or before its start, over holes, in the order to send."""


class Line(Protocol):
    """The connection as the player uses it."""

    @property
    def faults(self) -> Faults:
        """The faults that apply to this PLAY at this moment."""

    async def send(self, *chunks: bytes) -> None:
        """Write, and wait while the client reads nothing."""

    async def finish(self) -> None:
        """Close the sending side, and let the client close the connection."""

    async def drop(self) -> None:
        """Close the connection at once."""

    async def announce_end(self) -> None:
        """Send the ANNOUNCE request that ends a replay."""

    def note_played(self, played_s: float) -> None:
        """Record the media seconds sent so far."""

    async def while_held(self, played_s: float) -> None:
        """Wait as long as a PLAY that has sent that many media seconds is kept back."""


@dataclass(frozen=True, slots=True)
class Play:
    """One PLAY: the window on the card's clock, the channel of each medium, pace, and the CSeq for replay marks.

    `sends_nothing`: it is answered, and no media comes.
    """

    window: Window
    channels: dict[str, int]
    pace: Pace
    wants_full_speed: bool
    mark_cseq: int | None
    sends_nothing: bool = False


@dataclass(slots=True)
class Player:
    """Sends the footage of one PLAY; `run` it as a task after `prepare`."""

    source: Source
    line: Line
    play: Play
    first_at: datetime | None = None
    _streams: "dict[str, RtpStream]" = field(default_factory=dict, init=False)
    _video_codec: str = field(default="h264", init=False)
    _started: float = field(default=0.0, init=False)
    _last: "Unit | None" = field(default=None, init=False)
    _sent_garbage: bool = field(default=False, init=False)
    _is_stale: bool = field(default=False, init=False)
    _stamps: StampClock = field(default_factory=StampClock, init=False)

    def prepare(self) -> "dict[str, RtpStream]":
        """Make the streams, so that the answer to PLAY can name their first numbers."""
        video, audio = self.source.formats(self.play.window.start)
        self._video_codec = video.codec
        streams = rtp_streams(audio)
        if self.line.faults.silent_audio:
            streams.pop("audio", None)
        self._streams = {media: streams[media] for media in self.play.channels if media in streams}
        return self._streams

    async def run(self) -> None:
        """Send the window's footage and end as the faults say."""
        if self.play.sends_nothing:
            return
        if (stale := self.line.faults.stale) is not None:
            await self._send_stale(stale)
        self._started = time.monotonic()
        with contextlib.closing(self.source.read(self.play.window)) as units:
            for index, unit in enumerate(self._as_sent(units)):
                if self.first_at is None:
                    self.first_at = unit.at
                    await self._report(goodbye=False)
                if await self._ends_by_fault(unit):
                    return
                if self._last is not None:
                    await self.line.while_held(self._played_s(self._last))
                await self._wait_for_turn(unit, index)
                await self._send(unit)
        await self._end()

    async def _send_stale(self, stale: "Stale") -> None:
        """Send what an earlier session left behind, then begin as if nothing had been sent."""
        streams = self._streams
        self._streams = {media: stream.of_another_session() for media, stream in streams.items()}
        self._is_stale = True
        start = self.play.window.start + timedelta(seconds=stale.footage_offset_s)
        self._started = time.monotonic()
        with contextlib.closing(self.source.read(Window(start, start + timedelta(seconds=stale.seconds)))) as units:
            for index, unit in enumerate(units):
                if self.first_at is None:
                    self.first_at = unit.at
                await self._wait_for_turn(unit, index)
                await self.line.send(*self._packets(unit))
        self._streams, self._is_stale = streams, False
        self.first_at = None

    def _as_sent(self, units: "Iterator[Unit]") -> "Iterator[Unit]":
        """The units with which this PLAY begins and goes on, in the bytes that it sends."""
        faults = self.line.faults
        begun = faults.start_rule.units(units, self.play.window.start)
        kept_bytes = faults.scrambles_after
        return begun if kept_bytes is None else scrambled(begun, self._video_codec, kept_bytes)

    async def _ends_by_fault(self, unit: "Unit") -> bool:
        faults, played_s = self.line.faults, self._played_s(unit)
        if _is_due(faults.garbage_after_s, played_s) and not self._sent_garbage:
            self._sent_garbage = True
            await self.line.send(_GARBAGE)
        if _is_due(faults.half_packet_after_s, played_s):
            whole = max(self._packets(unit), key=len, default=b"")
            await self.line.send(whole[: len(whole) // 2])
            await self.line.drop()
        elif _is_due(faults.closes_after_s, played_s):
            await self.line.drop()
        elif _is_due(faults.stands_still_after_s, played_s):
            await self._stand_still(unit)
        elif _is_due(faults.ends_early_after_s, played_s):
            await self._report(goodbye=True)
        elif not _is_due(faults.stalls_after_s, played_s):
            return False
        return True

    async def _stand_still(self, unit: "Unit") -> None:
        """Send filler, which no decoder shows, for ever, in large packets, so that it soon is too much."""
        stream, channel = self._streams["video"], self.play.channels["video"]
        header = b"\x0c" if self._video_codec == "h264" else b"\x4c\x01"
        while True:
            packets = stream.packets([header + b"\xff" * _LARGE_BYTES] * 8, self._media_s(unit), None)
            await self.line.send(*(interleaved(channel, packet) for packet in packets))

    async def _wait_for_turn(self, unit: "Unit", index: int) -> None:
        pace = self.play.pace
        is_unpaced = self.play.wants_full_speed and pace.honours_rate_control
        if is_unpaced or math.isinf(pace.factor):
            if index % _UNITS_PER_TURN == 0:
                await asyncio.sleep(0)
            return
        due_s = self._played_s(unit)
        if pace.burst_s:
            due_s -= due_s % pace.burst_s
        await asyncio.sleep(max(0.0, self._started + due_s / pace.factor - time.monotonic()))

    async def _send(self, unit: "Unit") -> None:
        await self.line.send(*self._packets(unit))
        self._last = unit
        self.line.note_played(self._played_s(unit))

    def _packets(self, unit: "Unit") -> "Iterator[bytes]":
        stream = self._streams.get(unit.media)
        if stream is None:
            return
        channel, media_s = self.play.channels[unit.media], self._media_s(unit)
        for offset_s, payloads in self._payloads(unit):
            for packet in stream.packets(payloads, media_s + offset_s, self._mark(unit, offset_s)):
                yield interleaved(channel, packet)

    def _payloads(self, unit: "Unit") -> "Iterator[tuple[float, list[bytes]]]":
        """The unit's payloads in groups that share a time stamp, each with its offset in the unit in seconds."""
        if unit.media == "video":
            make = h264_payloads if self._video_codec == "h264" else h265_payloads
            yield 0.0, list(make(unit.parts))
        elif chunk := _SOUND_CHUNK.get(self._streams["audio"].payload_type):
            sound = unit.parts[0]
            for number, at in enumerate(range(0, len(sound), chunk)):
                yield number * _CHUNK_S, [sound[at : at + chunk]]
        else:
            yield 0.0, [aac_payload(unit.parts[0])]

    def _mark(self, unit: "Unit", offset_s: float) -> ReplayMark | None:
        if self.play.mark_cseq is None or self._is_stale:
            return None
        at = unit.at + timedelta(seconds=offset_s + self.line.faults.clock_offset_s)
        is_after_hole = self._last is not None and unit.skipped_s > self._last.skipped_s
        return ReplayMark(at, unit.is_key and unit.media == "video", is_after_hole, self.play.mark_cseq)

    def _media_s(self, unit: "Unit") -> float:
        """Where the unit's time stamp stands after the first one's."""
        played_s = self._played_s(unit)
        return played_s if self._is_stale else self._stamps.media_s(played_s, unit.skipped_s, self.line.faults)

    def _played_s(self, unit: "Unit") -> float:
        return (unit.at - (self.first_at or unit.at)) / timedelta(seconds=1) - unit.skipped_s

    async def _end(self) -> None:
        end = self.line.faults.end
        if end is End.BYE:
            await self._report(goodbye=True)
        if end in (End.BYE, End.CLOSE):
            await self.line.finish()
        elif end is End.ANNOUNCE:
            await self.line.announce_end()

    async def _report(self, *, goodbye: bool) -> None:
        """Send an RTCP report on every stream, by which a client maps media time to wall-clock time."""
        media_s = self._media_s(self._last) if self._last else 0.0
        at = self._last.at if self._last else self.first_at or self.play.window.start
        at += timedelta(seconds=self.line.faults.clock_offset_s)
        for media, stream in self._streams.items():
            packet = stream.goodbye(at, media_s) if goodbye else stream.sender_report(at, media_s)
            await self.line.send(interleaved(self.play.channels[media] + 1, packet))


def _is_due(after_s: float | None, played_s: float) -> bool:
    return after_s is not None and played_s >= after_s
