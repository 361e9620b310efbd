"""Writing what is on the screen into a file: the rows of a table as shown, or a picture of the screen."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from anr_tui.console.dialogs.question import QuestionDialog
from anr_tui.console.drawing.status_message import UNEXPECTED, StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.keys.actions import EXPORT_KEYS, bindings
from anr_tui.domain.errors import AnrError
from anr_tui.view.tables.export import Format, Sheet, documents, save

log = logging.getLogger(__name__)

FORMATS = {"export.csv": Format.CSV, "export.json": Format.JSON, "export.text": Format.TEXT}


class ExportDialog(QuestionDialog):
    """Asks for the format of the file."""

    KEYS = EXPORT_KEYS
    BINDINGS = bindings(EXPORT_KEYS)


async def export(
    sheet: Sheet | None,
    now: datetime,
    *,
    choose: Callable[[ExportDialog], Awaitable[str]],
    screenshot: Callable[[], str],
) -> StatusMessage | None:
    """Ask for the format and write `sheet`; returns a message, or None where the person cancelled.

    `screenshot` draws the screen as SVG, without the question.
    """
    what = f"Export {sheet.name}, as shown?" if sheet else "Export a picture of the screen?"
    try:
        answer = await choose(ExportDialog(what, f"Into {documents()}, readable only by you."))
        if answer == "export.picture":
            return _written(await asyncio.to_thread(save, screenshot(), "screen", "svg", now))
        if answer not in FORMATS:
            return None
        wanted = FORMATS[answer]
        writer = sheet.writers.get(wanted) if sheet else None
        if sheet is None or writer is None:
            return StatusMessage(f"This can not be written as {wanted.name}.", Tone.WARN)
        # A hundred thousand rows take a while to write.
        text = await asyncio.to_thread(writer)
        return _written(await asyncio.to_thread(save, text, sheet.name, wanted.value, now))
    except AnrError as error:
        return StatusMessage(str(error), Tone.BAD)
    except Exception:
        log.exception("the export failed")
        return UNEXPECTED


def _written(path: object) -> StatusMessage:
    return StatusMessage(f"written: {path}", Tone.OK)
