"""The screen with the diagnosis of a camera: its checks as they end, with remedies, and a way to repeat it."""

import asyncio
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from rich.cells import cell_len
from textual import work

from anr_tui.console.commands.worker_commands import WORKER_COMMANDS
from anr_tui.console.dialogs.question import READ_ONLY
from anr_tui.console.drawing.format import RenderContext, stamp
from anr_tui.console.drawing.line_box import Line
from anr_tui.console.drawing.sanitize import clean
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, styled
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import DIAGNOSIS_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.screens.text_page import TextPage
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.line_table import LineTable
from anr_tui.domain.diagnosis import Check, CheckMark
from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import RequestKind
from anr_tui.view.camera.diagnosis import Diagnosis

READ_EVERY_S = 1.0
# A diagnosis younger than this is shown as it is; another one is made on request only.
_FRESH = timedelta(minutes=5)
_LABEL = 24
_NARROWEST = 20
_TONES = {
    CheckMark.WAITING: Tone.BUSY,
    CheckMark.RUNNING: Tone.BUSY,
    CheckMark.GOOD: Tone.OK,
    CheckMark.WARNING: Tone.WARN,
    CheckMark.FAILED: Tone.BAD,
    CheckMark.NOT_KNOWN: Tone.DIM,
    CheckMark.SKIPPED: Tone.DIM,
}
_NO_WORKER = "A diagnosis needs a worker, and none runs: E on the main screen starts one."


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line of the diagnosis; `key` stays the same for the same line in a later reading."""

    key: tuple[str, int]
    spans: Spans


_COLUMN: Column[CheckLine] = Column("", lambda line, context, width: line.spans, 10, 10_000)


def diagnosis_lines(diagnosis: Diagnosis, width: int) -> list[CheckLine]:
    """The lines of a diagnosis; text wider than `width` cells continues in the next line."""
    lines: list[CheckLine] = []
    for check in diagnosis.checks:
        spans = [*_check(check, max(_NARROWEST, width - _LABEL)), ()]
        lines += [CheckLine((check.kind, number), each) for number, each in enumerate(spans)]
    return lines[:-1]


def _check(check: Check, room: int) -> Iterator[Spans]:
    name = f"{check.kind.words:<13}"
    head = (Span(f"{check.mark.words:<11}", _TONES[check.mark]), Span(name, Tone.STRONG))
    for number, text in enumerate(_wrapped(check.seen, room) or [""]):
        yield (*(head if number == 0 else (Span(" " * _LABEL),)), Span(text))
    for number, text in enumerate(_wrapped(check.hint, room)):
        yield (Span(f"{'you can' if number == 0 else '':>{_LABEL - 2}}  ", Tone.DIM), Span(text, Tone.ACCENT))


def _wrapped(value: str, room: int) -> list[str]:
    value = clean(value)
    # Characters may take two cells each: half as many fit.
    room = room // 2 if cell_len(value) > len(value) else room
    return textwrap.wrap(value, room, break_on_hyphens=False)


class DiagnosisScreen(KeyHandlers, TextPage):
    """Reads the diagnosis once a second while it is open, and requests one where there is none or only an old one."""

    KEYS = DIAGNOSIS_KEYS
    BINDINGS = bindings(DIAGNOSIS_KEYS)
    AUTO_FOCUS = "#diagnosis"

    def __init__(self, camera_id: str, camera_name: str, view: View, context: Callable[[], RenderContext]) -> None:
        table = LineTable([_COLUMN], _key, context(), if_empty="", place="diagnosis")
        super().__init__(table, [key for key in DIAGNOSIS_KEYS if not (key.asks and view.is_read_only)], context)
        self.camera_id = camera_id
        self.diagnosis: Diagnosis | None = None
        self._camera_name = camera_name
        self._view = view
        self._message = StatusMessage("")

    def on_mount(self) -> None:
        self.show()
        self._keep_reading()

    @handles("dialog.close")
    def _close(self) -> None:
        self.dismiss()

    @handles("diagnosis.again")
    def _diagnose_again(self) -> None:
        self._begin_to_ask(RequestKind.DIAGNOSE)

    @handles("diagnosis.stop")
    def _stop(self) -> None:
        is_open = self.diagnosis is not None and self.diagnosis.is_open
        if is_open or self._view.is_read_only:
            self._begin_to_ask(RequestKind.CANCEL)
        else:
            self.show_message(StatusMessage("No diagnosis is running.", Tone.WARN))

    def _begin_to_ask(self, kind: RequestKind) -> None:
        if self._view.is_read_only:
            self.show_message(StatusMessage(READ_ONLY, Tone.WARN))
        else:
            self.run_worker(self._ask(kind), group=WORKER_COMMANDS, exit_on_error=False)

    async def read_once(self) -> None:
        """Read the diagnosis from the journal, and show what changed."""
        diagnosis = await self.reading(
            self._view.lookups.diagnosis(self.camera_id), f"the diagnosis of {self.camera_id}"
        )
        if diagnosis is not None:
            self.diagnosis = diagnosis
            self.show()

    @work(exit_on_error=False)
    async def _keep_reading(self) -> None:
        await self.read_once()
        if self._is_wanted():
            await self._ask(RequestKind.DIAGNOSE)
        while True:
            await asyncio.sleep(READ_EVERY_S)
            await self.read_once()

    def _is_wanted(self) -> bool:
        diagnosis = self.diagnosis
        if diagnosis is None or diagnosis.is_open or self._view.is_read_only:
            return False
        ended_at = diagnosis.request.ended_at if diagnosis.request else None
        return ended_at is None or not diagnosis.checks or self._render_context().now - ended_at > _FRESH

    async def _ask(self, kind: RequestKind) -> None:
        if self.diagnosis is None or not self.diagnosis.has_worker:
            self.show_message(StatusMessage(_NO_WORKER, Tone.WARN))
            return
        try:
            await self._view.requests.ask(kind, camera_id=self.camera_id)
        except AnrError as error:
            self.show_message(StatusMessage(str(error), Tone.BAD))
            return
        self.show_message(StatusMessage("asked" if kind is RequestKind.DIAGNOSE else "asked to stop", Tone.BUSY))
        await self.read_once()

    def show_message(self, message: StatusMessage) -> None:
        self._message = message
        self.show()

    def show(self) -> None:
        context, diagnosis = self._render_context(), self.diagnosis
        self.show_title((Span(" Diagnosis  ", Tone.ACCENT), *styled(self._camera_name, Tone.STRONG)))
        self.status.set_lines([Line((Span(" "), *self._status_spans(context)))])
        if diagnosis is not None:
            self.table.set_rows(diagnosis_lines(diagnosis, self.line_width), context)

    def _status_spans(self, context: RenderContext) -> Spans:
        """A warning or an error, or else the progress of the diagnosis, who requested it, and when."""
        diagnosis = self.diagnosis
        if self._message.tone in (Tone.WARN, Tone.BAD):
            return styled(self._message.text, self._message.tone)
        if diagnosis is None or diagnosis.request is None:
            return styled(self._message.text or (diagnosis.words if diagnosis else "reading"), Tone.DIM)
        request = diagnosis.request
        who = f"{diagnosis.words}  (asked by {request.asked_by}, {stamp(request.asked_at, context)})"
        return styled(who, Tone.BUSY if diagnosis.is_open else Tone.DIM)


def _key(line: CheckLine) -> tuple[str, int]:
    return line.key
