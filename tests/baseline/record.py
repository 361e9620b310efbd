"""Compares what the program says now with what was recorded once, file by file below `recorded/`.

Who changes on purpose what a file holds runs `pytest tests/baseline --record-baseline`, and reads the difference.
"""

import json
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"


class Baseline:
    """The recorded files; with `is_recording` they are written instead of compared."""

    def __init__(self, *, is_recording: bool) -> None:
        self.is_recording = is_recording

    def check_text(self, name: str, text: str) -> None:
        """Compare a text with the file of this name; the end of the last line does not count."""
        path, text = RECORDED / name, f"{text.rstrip()}\n"
        if self.is_recording:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"nothing was recorded as {name}: run pytest tests/baseline --record-baseline"
        assert text == path.read_bytes().decode()

    def check_json(self, name: str, value: Any) -> None:
        """Compare a value that JSON can say with the file of this name, the order of its fields included."""
        self.check_text(name, json.dumps(value, indent=1, ensure_ascii=False))
