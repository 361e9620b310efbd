"""The pictures of a landed file, its first, middle and last frame, by which a person can check camera and time."""

import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC

from textual import work
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from anr_tui.console.drawing.format import RenderContext, stamp, zone_name
from anr_tui.console.drawing.key_hints import key_hint_spans
from anr_tui.console.drawing.line_box import Line, LineBox
from anr_tui.console.drawing.status_message import UNEXPECTED, StatusMessage
from anr_tui.console.drawing.styled_text import Span, Spans, StyledScreen, Tone, styled
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import BY_ID, PICTURE_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.screens.external_programs import open_in_player
from anr_tui.console.terminal.cell_images import picture_strips
from anr_tui.console.terminal.kitty_graphics import KittyGraphics
from anr_tui.console.terminal.throttled_app import ThrottledApp
from anr_tui.domain.errors import AnrError
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.platform.logging_setup import log_fields
from anr_tui.view.gap.frames import Frame

log = logging.getLogger(__name__)

FRAME_NAMES = ("first", "middle", "last")


class PictureBox(Widget):
    """Shows one frame, as large as it fits."""

    def __init__(self, *, is_grey: bool, graphics: KittyGraphics | None) -> None:
        """`graphics` is None where half blocks, or with `is_grey` grey characters, must draw the picture."""
        super().__init__(id="picture")
        self._is_grey = is_grey
        self._graphics = graphics
        self._frame: Frame | None = None
        self._strips: list[Strip] = []

    def show(self, frame: Frame | None) -> None:
        """Show this frame, or nothing for None."""
        self._frame = frame
        self._draw()

    def on_mount(self) -> None:
        if self._graphics is not None:
            self._graphics.ask(self._draw)

    def on_unmount(self) -> None:
        if self._graphics is not None:
            self._graphics.remove()

    def on_resize(self) -> None:
        self._draw()

    def render_line(self, y: int) -> Strip:
        if y >= len(self._strips):
            return Strip.blank(self.size.width, self.rich_style)
        return self._strips[y].apply_style(self.rich_style).adjust_cell_length(self.size.width, self.rich_style)

    def _draw(self) -> None:
        self._strips = self._strips_of(self._frame) if self._frame else []
        self.refresh()

    def _strips_of(self, frame: Frame) -> list[Strip]:
        width, height = self.size
        whole = self._graphics.strips(frame, width, height) if self._graphics is not None else None
        return whole or picture_strips(frame, width, height, is_grey=self._is_grey)


class PictureScreen(KeyHandlers, StyledScreen[None]):
    """Shows the pictures of a gap's files, one at a time; it opens with `file`."""

    KEYS = (*PICTURE_KEYS, BY_ID["screen.redraw"])
    BINDINGS = bindings(KEYS)

    def __init__(
        self,
        words: str,
        files: Sequence[LandedRecord],
        file: LandedRecord | None,
        view: View,
        context: Callable[[], RenderContext],
    ) -> None:
        """`files` must not be empty."""
        super().__init__()
        self._words = words
        self._files = files
        self._at = files.index(file) if file in files else 0
        self._frame_at = 0
        self._frames: tuple[Frame, ...] = ()
        self._view = view
        self._render_context = context
        self._trouble = ""
        glyphs = context().glyphs
        self.header = LineBox(glyphs, place="header")
        self.caption = LineBox(glyphs, place="caption")
        self.status = LineBox(glyphs, place="status")
        self.footer = LineBox(glyphs, place="footer")

    def compose(self) -> ComposeResult:
        is_grey = self.app.no_color or self._render_context().glyphs.is_ascii
        self.box = PictureBox(is_grey=is_grey, graphics=None if is_grey else self._graphics)
        yield self.header
        yield self.caption
        yield self.box
        yield self.status
        yield self.footer

    def on_mount(self) -> None:
        self.show_message(StatusMessage(""))
        self._load()

    def on_resize(self) -> None:
        self._show()

    def show_message(self, message: StatusMessage) -> None:
        """Show a message on the status line."""
        self.status.set_lines([Line((Span(" "), *styled(message.text, message.tone)))])

    @handles("dialog.close")
    def _close(self) -> None:
        self.dismiss()

    @handles("screen.redraw")
    def _redraw(self) -> None:
        if isinstance(self.app, ThrottledApp):
            self.app.draw_anew()

    @handles("picture.next")
    def _show_next_frame(self) -> None:
        self._show_frame(self._frame_at + 1)

    @handles("picture.previous")
    def _show_previous_frame(self) -> None:
        self._show_frame(self._frame_at - 1)

    @handles("picture.next_file")
    def _show_next_file(self) -> None:
        self._show_file(self._at + 1)

    @handles("picture.previous_file")
    def _show_previous_file(self) -> None:
        self._show_file(self._at - 1)

    def _show_frame(self, number: int) -> None:
        """Show the frame with this number, from 0; a number out of range means the first or the last one."""
        if self._frames:
            self._frame_at = max(0, min(len(self._frames) - 1, number))
            self._show()

    def _show_file(self, number: int) -> None:
        """Show the file with this number, from 0; a number out of range changes nothing."""
        if 0 <= number < len(self._files):
            self._at = number
            self._load()

    @property
    def _graphics(self) -> KittyGraphics | None:
        """The terminal's graphics, if the line is fast and there are 24-bit colours, which encode its number."""
        if (
            not isinstance(self.app, ThrottledApp)
            or self.app.gate.is_slow
            or self.app.console.color_system != "truecolor"
        ):
            return None
        return self.app.graphics if self.app.graphics.is_likely else None

    @handles("picture.open")
    def _open(self) -> None:
        try:
            path = self._view.lookups.landed_path(self._files[self._at])
        except AnrError as error:
            self.show_message(StatusMessage(str(error), Tone.BAD))
            return
        self.show_message(open_in_player(self._view.lookups.about().player, path, os.environ))

    def _load(self) -> None:
        self._frames, self._frame_at, self._trouble = (), 0, ""
        self._show()
        self._read(self._files[self._at])

    @work(exit_on_error=False, exclusive=True, group="pictures")
    async def _read(self, file: LandedRecord) -> None:
        try:
            self._frames = await self._view.lookups.frames(file, is_large=self._graphics is not None)
        except AnrError as error:
            self._trouble = str(error)
        except Exception:
            about = log_fields(camera=file.camera_id, gap=file.gap_id, fill=file.fill_id)
            log.exception("the pictures of %s cannot be shown", file.name, extra=about)
            self._trouble = UNEXPECTED.text
        self._show()

    def _show(self) -> None:
        context, width = self._render_context(), self.size.width
        frame = self._frames[self._frame_at] if self._frames else None
        title = (Span(" Picture  ", Tone.ACCENT), *styled(self._words, Tone.STRONG))
        self.header.set_lines([Line(title, (*styled(zone_name(context), Tone.DIM), Span(" ")))])
        self.caption.set_lines([Line((Span(" "), *self._caption(frame, context)))])
        keys = [key for key in PICTURE_KEYS if len(self._files) > 1 or "file" not in key.id]
        self.footer.set_lines([Line((Span(" "), *key_hint_spans(keys, width - 1, context.keys)))])
        if self.is_mounted:
            self.box.show(frame)

    def _caption(self, frame: Frame | None, context: RenderContext) -> Spans:
        file = self._files[self._at]
        many = f" ({self._at + 1} of {len(self._files)})" if len(self._files) > 1 else ""
        name = styled(f"{file.name}{many}  ", Tone.STRONG)
        if frame is None:
            return (*name, *styled(self._trouble or "reading", Tone.WARN if self._trouble else Tone.DIM))
        which = FRAME_NAMES[self._frame_at] if len(self._frames) == len(FRAME_NAMES) else f"{self._frame_at + 1}."
        here = f"{stamp(frame.at, context)}  {frame.at.astimezone(UTC):%H:%M:%SZ}"
        return (*name, *styled(f"{which} frame  ", Tone.ACCENT), *styled(here))
