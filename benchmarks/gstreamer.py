"""GStreamer's RTSP server, which is not ours, for comparison; it is started as `make interop` does."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.measured import Use, finish

_SYSTEM_PYTHON = Path("/usr/bin/python3")
_SERVER = Path(__file__).parents[1] / "tests" / "interop" / "gst_server.py"
_LOGIN = ("operator", "benchmark")


class NotInstalledError(Exception):
    """GStreamer's server is not installed; the text of the error names what is missing."""


class GstServer:
    """Plays a card at real time behind a Digest login; `use`, the cost of its whole life, is known after the block.

    Raises NotInstalledError on entering.
    """

    def __init__(self, card: Path) -> None:
        self.use = Use(0.0, 0.0)
        self._port = ""
        self._command = [str(_SYSTEM_PYTHON), str(_SERVER), str(card), "plain", _LOGIN[0]]

    def url(self, stem: str) -> str:
        """The URL of one recording, given the stem of its file name."""
        return f"rtsp://{':'.join(_LOGIN)}@127.0.0.1:{self._port}/replay?start={stem.replace('_', 'T')}Z"

    def __enter__(self) -> Self:
        if not _SYSTEM_PYTHON.exists():
            raise NotInstalledError(f"There is no {_SYSTEM_PYTHON}, which GStreamer's bindings belong to.")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe)
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None and stdout is not None and stderr is not None
        stdin.write(f"{_LOGIN[1]}\n".encode())
        stdin.flush()
        self._port = stdout.readline().decode().strip()
        if not self._port:
            raise NotInstalledError(self._process.communicate()[1].decode(errors="replace").strip())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        self.use = finish(self._process)


def say_left_out(error: NotInstalledError) -> None:
    """Print why there are no figures for GStreamer."""
    sys.stdout.write(f"GStreamer left out: {error}\n")
