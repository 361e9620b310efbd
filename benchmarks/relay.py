"""The cost of the relay: ffmpeg behind it compared with ffmpeg connected to the server, and its highest speed.

`python -m benchmarks.relay [--quick]`. ffmpeg gets the arguments of a real fill; its CPU is that of its whole life,
that of relay and server belongs to the same time. Server, relay and ffmpeg are processes of their own.
"""

import asyncio
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, fetch_arguments, find_ffmpeg, probe_ffmpeg, rtsp_input
from benchmarks.figures import Figure, main
from benchmarks.gstreamer import GstServer, NotInstalledError, say_left_out
from benchmarks.measured import MeasuredChild, Use, finish

MOST_EXTRA_PERCENT = 10.0
_CARD_S = 20
_STEM = "20260613_120000"
# Some 300 MB, which ffmpeg reads in a second or two.
_FULL_REPEATS = 15
_SIDE_BY_SIDE = 16
_SOCKET_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the seconds until the last ffmpeg ended, the bytes on disk, and the use of each kind of process."""

    took_s: float
    media_bytes: int
    ffmpeg: Use
    relay: Use
    server: Use

    @property
    def cpu_s_per_gb(self) -> float:
        """The CPU seconds of ffmpeg and relay for each gigabyte on disk."""
        return (self.ffmpeg.cpu_s + self.relay.cpu_s) / self.media_bytes * 1e9

    @property
    def mb_per_s(self) -> float:
        """The throughput in megabytes a second."""
        return self.media_bytes / self.took_s / 1e6


def run(is_quick: bool) -> list[Figure]:
    """Measure streams at real time, then one as fast as possible; the quick form has fewer and shorter streams."""
    ffmpeg = asyncio.run(probe_ffmpeg(find_ffmpeg("ffmpeg")))
    with tempfile.TemporaryDirectory(prefix="relay-") as name:
        bench = Bench(ffmpeg, Path(name), most_extra_percent=None if is_quick else MOST_EXTRA_PERCENT)
        bench.film()
        length_s, counts, foreign, runs = (6, (1, 4), 1, 1) if is_quick else (20, (1, 4, 16, 64), 4, 3)
        paced = [figure for count in counts for figure in bench.paced(count, length_s, runs)]
        # Shorter than the card, since GStreamer does not announce the end of the media.
        return [*paced, *bench.gstreamer(foreign, min(length_s, _CARD_S - 2), runs), *bench.full_speed(runs)]


class Bench:
    """Runs ffmpeg with and without the relay; files go into `root`.

    `most_extra_percent` is the limit for the CPU that the relay adds; None where streams are so short that starting
    them costs the most.
    """

    def __init__(self, ffmpeg: Ffmpeg, root: Path, *, most_extra_percent: float | None) -> None:
        self._most_extra_percent = most_extra_percent
        self._ffmpeg = ffmpeg
        self._root = root
        self._card = root / "card"

    def film(self) -> None:
        """Make the footage: 1280 x 720 pixels, 25 pictures a second, 8 Mbit/s."""
        self._card.mkdir()
        source = f"testsrc2=size=1280x720:rate=25:duration={_CARD_S},noise=alls=40:allf=t"
        rate = ("-b:v", "8M", "-maxrate", "8M", "-minrate", "8M", "-bufsize", "4M")
        encoder = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "50", "-pix_fmt", "yuv420p")
        output = ("-movflags", "+faststart", str(self._card / f"{_STEM}.mp4"))
        begin = (self._ffmpeg.path, "-nostdin", "-v", "error", "-f", "lavfi", "-i", source)
        subprocess.run([*begin, *encoder, *rate, *output], check=True)

    def paced(self, count: int, length_s: float, runs: int) -> list[Figure]:
        """Measure `count` streams at once, each at real time for `length_s` seconds, direct and relayed."""
        run = partial(self._run, "paced", count, length_s, int(length_s // _CARD_S) + 1)
        return self._compared("streams of 8 Mbit/s", count, length_s, *_both_ways(run, count, runs))

    def gstreamer(self, count: int, length_s: float, runs: int) -> list[Figure]:
        """Measure the same with GStreamer's server; print a line and return no figures where it is not installed."""
        try:
            both = _both_ways(partial(self._run_gstreamer, count, length_s), count, runs)
        except NotInstalledError as error:
            say_left_out(error)
            return []
        return self._compared("streams of 8 Mbit/s from GStreamer", count, length_s, *both)

    def _compared(self, table: str, count: int, length_s: float, alone: Run, relayed: Run) -> list[Figure]:
        case = f"{count} stream{'s' * (count > 1)}, {length_s:g} s"
        extra = (relayed.cpu_s_per_gb / alone.cpu_s_per_gb - 1) * 100

        def of_a_core(use: Use, whole: Run) -> float:
            return use.cpu_s / whole.took_s / count * 100

        return [
            Figure(table, case, "straight", alone.mb_per_s * 8, "Mbit/s"),
            Figure(table, case, "relayed", relayed.mb_per_s * 8, "Mbit/s"),
            Figure(table, case, "ffmpeg straight", of_a_core(alone.ffmpeg, alone), "% of a core per stream"),
            Figure(table, case, "ffmpeg relayed", of_a_core(relayed.ffmpeg, relayed), "% of a core per stream"),
            Figure(table, case, "relay", of_a_core(relayed.relay, relayed), "% of a core per stream"),
            Figure(table, case, "more CPU per byte", extra, "%", at_most=self._most_extra_percent),
            Figure(table, case, "server, all", relayed.server.cpu_s / relayed.took_s * 100, "% of a core"),
            Figure(table, case, "relays, all", relayed.relay.peak_mb, "MB"),
        ]

    def full_speed(self, runs: int) -> list[Figure]:
        """Measure one stream as fast as possible, the best of `runs`, and the relay with a mere reader behind it."""
        length_s = float(_CARD_S * _FULL_REPEATS)
        straight, relayed = (
            max(
                (self._run("full", 1, length_s, _FULL_REPEATS, is_relayed=is_relayed) for _ in range(runs)),
                key=lambda each: each.mb_per_s,
            )
            for is_relayed in (False, True)
        )
        reader = median(self._read_only() for _ in range(runs))
        table = "one stream at full speed"
        figures = [
            Figure(table, "server to ffmpeg", "throughput", straight.mb_per_s, "MB/s"),
            Figure(table, "server to relay to ffmpeg", "throughput", relayed.mb_per_s, "MB/s"),
            Figure(
                table,
                "server to relay to a reader that keeps nothing",
                "throughput",
                reader,
                "MB/s",
                at_least=straight.mb_per_s,
            ),
        ]
        for case, whole in (("server to ffmpeg", straight), ("server to relay to ffmpeg", relayed)):
            for what in ("ffmpeg", "relay", "server"):
                use: Use = getattr(whole, what)
                figures.append(Figure(table, case, what, use.cpu_s / whole.media_bytes * 1e9, "CPU s/GB"))
                figures.append(Figure(table, case, what, use.cpu_s / whole.took_s * 100, "% of a core"))
        return figures

    def _run(self, path: str, count: int, length_s: float, repeats: int, *, is_relayed: bool) -> Run:
        with MeasuredChild("benchmarks.media_server", str(self._card), str(repeats)) as server:
            url = f"rtsp://127.0.0.1:{server.ready[0]}/{path}"
            whole = self._carry(url, count, length_s, is_relayed=is_relayed)
        return replace(whole, server=server.use)

    def _run_gstreamer(self, count: int, length_s: float, *, is_relayed: bool) -> Run:
        with GstServer(self._card) as server:
            whole = self._carry(server.url(_STEM), count, length_s, is_relayed=is_relayed)
        return replace(whole, server=server.use)

    def _carry(self, url: str, count: int, length_s: float, *, is_relayed: bool) -> Run:
        """Carry `count` streams from one URL; the use of the server is not known yet."""
        parts = [self._root / f"{'relayed' if is_relayed else 'straight'}-{number}.part" for number in range(count)]
        relay = nothing = Use(0.0, 0.0)
        if not is_relayed:
            took_s, ffmpeg = self._fetch([url] * count, parts, length_s)
        else:
            with MeasuredChild("benchmarks.relay_process", url, str(count), lines=count) as child:
                took_s, ffmpeg = self._fetch(child.ready, parts, length_s)
            relay = child.use
        media_bytes = sum(part.stat().st_size for part in parts)
        for part in parts:
            part.unlink()
        return Run(took_s, media_bytes, ffmpeg, relay, nothing)

    def _fetch(self, urls: list[str], parts: list[Path], length_s: float) -> tuple[float, Use]:
        began = time.monotonic()
        processes = [
            subprocess.Popen(
                fetch_arguments(
                    self._ffmpeg,
                    url,
                    length_s,
                    part,
                    AudioMode.NONE,
                    source=rtsp_input(self._ffmpeg, AudioMode.NONE, 30),
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for url, part in zip(urls, parts, strict=True)
        ]
        used = [finish(process) for process in processes]
        assert all(process.returncode == 0 for process in processes), "an ffmpeg failed"
        return time.monotonic() - began, Use(sum(use.cpu_s for use in used), max(use.peak_mb for use in used))

    def _read_only(self) -> float:
        """The megabytes a second through the relay to a reader that discards them."""
        with MeasuredChild("benchmarks.media_server", str(self._card), str(_FULL_REPEATS)) as server:
            url = f"rtsp://127.0.0.1:{server.ready[0]}/full"
            with MeasuredChild("benchmarks.relay_process", url, "1") as relay:
                return _read_all(relay.ready[0])


def _both_ways(run: Callable[..., Run], count: int, runs: int) -> tuple[Run, Run]:
    """Run direct and relayed.

    Few streams run both ways in the same seconds, `runs` times, and the median pair counts: the speed of a machine that
    shares its processor changes from moment to moment.
    """
    if count > _SIDE_BY_SIDE:
        return run(is_relayed=False), run(is_relayed=True)

    def once(pool: ThreadPoolExecutor) -> tuple[Run, Run]:
        alone, relayed = (pool.submit(run, is_relayed=is_relayed) for is_relayed in (False, True))
        return alone.result(), relayed.result()

    with ThreadPoolExecutor() as pool:
        pairs = [once(pool) for _ in range(runs)]
    return sorted(pairs, key=lambda pair: pair[1].cpu_s_per_gb / pair[0].cpu_s_per_gb)[len(pairs) // 2]


def _read_all(url: str) -> float:
    match = re.fullmatch(r"rtsp://(.+):(\d+)/.*", url)
    assert match is not None
    with socket.create_connection((match[1], int(match[2])), timeout=_SOCKET_TIMEOUT_S) as line:

        def ask(method: str, at: str, *headers: str) -> str:
            line.sendall("\r\n".join((f"{method} {at} RTSP/1.0", "CSeq: 1", *headers, "", "")).encode())
            return line.recv(65536).decode("latin-1")

        track = re.findall(r"a=control:(\S+)", ask("DESCRIBE", url))[-1]
        ask("SETUP", track, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
        began, size = time.monotonic(), len(ask("PLAY", f"{url}/session", "Session: 1"))
        buffer = memoryview(bytearray(1 << 20))
        while received := line.recv_into(buffer):
            size += received
        return size / (time.monotonic() - began) / 1e6


if __name__ == "__main__":
    sys.exit(main("relay", run))
