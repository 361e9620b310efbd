"""The commands that send requests to the worker: each is acknowledged, and confirmed first where it is costly."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from anr_tui.console.commands.bulk_commands import (
    CANCEL_MARKED,
    FILL_MARKED,
    RETRY_MARKED,
    BulkCommand,
    bulk_words,
    confirm_bulk,
    gap_of,
    gaps_of,
    new_requests,
)
from anr_tui.console.commands.request_tracker import RequestTracker
from anr_tui.console.commands.selection import MarkedGaps, Selection
from anr_tui.console.commands.undo import UndoableCommand, undo, undoable_command, withdraw_waiting
from anr_tui.console.drawing.format import count
from anr_tui.console.drawing.status_message import UNEXPECTED, StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.keys.handlers import handlers_of, handles
from anr_tui.domain.errors import AnrError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import NewRequest, RequestKind
from anr_tui.view.snapshot.snapshot import UrlPreview, WorkerState

log = logging.getLogger(__name__)

WORKER_COMMANDS = "worker commands"
"""The group of Textual workers in which the console asks the site's worker for something."""

_IS_FILLED = (
    "It is filled: all of it is on disk. Until it has been looked through again it counts as missing, and that cannot "
    "be undone. `anr-tui verify {gap_id}` shows whether its files are what they were."
)

Reveal = Callable[[bool], Awaitable[UrlPreview]]
"""Reads the replay URL of a gap; True asks for the password in it. Raises AnrError."""


@dataclass(frozen=True, slots=True)
class CommandUI:
    """What a command needs from the screen: status line, yes-or-no question, URL dialog, start of a worker."""

    show_message: Callable[[StatusMessage], None]
    confirm: Callable[[str, str], Awaitable[bool]]
    show_url: Callable[[str, UrlPreview, Reveal], None]
    start_worker: Callable[[], None]


class WorkerCommands:
    """Carries out the actions that send requests to the worker; every error becomes a message."""

    def __init__(self, view: View, ui: CommandUI) -> None:
        self._view = view
        self._ui = ui
        self.tracker = RequestTracker()
        self.handlers = handlers_of(self)
        """The methods by the id of the action; each is called with the selection, and awaited.

        They may raise AnrError.
        """
        self._last: UndoableCommand | None = None

    async def perform(self, action_id: str, chosen: Selection) -> None:
        """Carry out an action on the selection; an error is shown on the status line."""
        try:
            await self._call(action_id, chosen)
        except AnrError as error:
            self._ui.show_message(StatusMessage(str(error), Tone.BAD))
        except Exception:
            log.exception("action %s failed", action_id)
            self._ui.show_message(UNEXPECTED)

    async def _call(self, action_id: str, chosen: Selection) -> None:
        command = self.handlers[action_id](chosen)
        if isinstance(command, Awaitable):
            await command

    async def news(self) -> list[StatusMessage]:
        """The messages about this console's requests since the last call; none if they cannot be read now."""
        open_ids = self.tracker.open_ids
        try:
            return self.tracker.news(await self._view.requests.answers(open_ids)) if open_ids else []
        except AnrError:
            return []

    @handles("gap.fill")
    async def fill(self, chosen: Selection) -> None:
        """Request fills of the marked gaps, or of the chosen one; a gap that waits on request is moved to the front."""
        if chosen.marked is not None:
            await self._ask_for_marked(FILL_MARKED, chosen, chosen.marked)
        elif chosen.gap_id is None:
            self._show_that_there_is_no_gap()
        elif chosen.is_queued_by_request:
            await self._ask(chosen, RequestKind.FIRST, f"{chosen.words} first", gap_id=chosen.gap_id)
        else:
            await self._ask_for_gap(chosen, RequestKind.FILL, f"fill {chosen.words}")

    @handles("gap.retry")
    async def retry(self, chosen: Selection) -> None:
        """Set the number of attempts of the marked gaps, or of the chosen one, back to zero."""
        if chosen.marked is not None:
            await self._ask_for_marked(RETRY_MARKED, chosen, chosen.marked)
        elif chosen.gap_id is None:
            self._show_that_there_is_no_gap()
        elif await self._may_retry(chosen.gap_id, chosen.words):
            await self._ask_for_gap(chosen, RequestKind.RETRY, f"retry {chosen.words}")

    async def _may_retry(self, gap_id: str, words: str) -> bool:
        """Whether to try a gap again: one that is filled by now, whatever the screen shows of it, only after a yes."""
        is_filled = bool(await self._view.lookups.filled_of([gap_id]))
        return not is_filled or await self._ui.confirm(f"Fetch {words} again?", _IS_FILLED.format(gap_id=gap_id))

    @handles("fill.cancel")
    async def cancel(self, chosen: Selection) -> None:
        """Cancel the running fills and withdraw the open requests of the marked gaps, or of the chosen one."""
        words = f"cancel {chosen.words}"
        if chosen.marked is not None:
            await self._ask_for_marked(CANCEL_MARKED, chosen, chosen.marked)
        elif chosen.gap_id is None:
            self._show_that_there_is_no_gap()
        elif chosen.running is not None:
            if await self._ui.confirm(f"Cancel the fill of {chosen.words}?", "What arrived so far is kept."):
                await self._ask_for_gap(chosen, RequestKind.CANCEL, words, fill_id=chosen.running.id)
        elif chosen.is_requested:
            cancel = NewRequest(RequestKind.CANCEL, chosen.gap_id, camera_id=chosen.camera_id)
            await self._cancel_all(chosen, [cancel], words)
        elif chosen.queued is not None:
            why = "No one requested it: it is filled automatically, unless the sweep is paused."
            self._ui.show_message(StatusMessage(f"{chosen.words}: {why}", Tone.WARN))
        else:
            self._ui.show_message(StatusMessage(f"{chosen.words}: no fill of it runs.", Tone.WARN))

    @handles("gap.url")
    async def preview_url(self, chosen: Selection) -> None:
        """Show the replay URL of the chosen gap, with the password masked."""
        gap_id = chosen.gap_id
        if gap_id is None:
            return self._show_that_there_is_no_gap()

        async def read(is_revealed: bool) -> UrlPreview:
            return await self._view.lookups.replay_url(gap_id, reveal=is_revealed)

        self._ui.show_url(chosen.words, await read(False), read)
        return None

    @handles("deed.undo")
    async def undo(self, _: Selection) -> None:
        """Undo the last fill, retry or cancel of this console, as far as possible."""
        if self._last is None:
            message = "There is no fill, retry or cancel of this console to take back."
            self._ui.show_message(StatusMessage(message, Tone.WARN))
            return
        result = await undo(self._view, self.tracker, self._last)
        self._last = None
        self._ui.show_message(result)

    @handles("worker.sweep")
    async def sweep(self, chosen: Selection) -> None:
        """Request a sweep, in which the worker looks for due gaps, now."""
        await self._ask(chosen, RequestKind.SWEEP, "sweep now")

    @handles("worker.pause")
    async def pause(self, chosen: Selection) -> None:
        """Pause or resume the fills that the worker starts by itself."""
        is_paused = chosen.worker.state is WorkerState.PAUSED
        kind, words = (RequestKind.RESUME, "resume") if is_paused else (RequestKind.PAUSE, "pause")
        await self._ask(chosen, kind, words)

    @handles("worker.halt")
    async def halt(self, chosen: Selection) -> None:
        """Halt all fetching, or resume it."""
        is_halted = chosen.worker.state is WorkerState.HALTED
        kind, words = (RequestKind.GO_ON, "go on") if is_halted else (RequestKind.HALT, "halt all fetching")
        await self._ask(chosen, kind, words)

    @handles("worker.end")
    async def end_or_start(self, chosen: Selection) -> None:
        """End the worker after a question, unless it is a service; start one where none runs."""
        if not chosen.worker.state.is_alive:
            self._ui.start_worker()
        elif chosen.worker.lifetime is Lifetime.SERVICE:
            message = "This worker is a service: stop it with systemctl, or where it was started."
            self._ui.show_message(StatusMessage(message, Tone.WARN))
        elif await self._ui.confirm(
            "End the worker?", "Running fills stop and keep what arrived; nothing is filled after that."
        ):
            await self._ask(chosen, RequestKind.END, "end the worker")

    def _show_that_there_is_no_gap(self) -> None:
        self._ui.show_message(StatusMessage("There is no gap to choose here.", Tone.WARN))

    async def _ask(
        self, chosen: Selection, kind: RequestKind, words: str, *, gap_id: str | None = None, fill_id: int | None = None
    ) -> int:
        request_id = await self._view.requests.ask(kind, gap_id=gap_id, fill_id=fill_id)
        self._acknowledge(chosen, self.tracker.note(request_id, words))
        return request_id

    def _acknowledge(self, chosen: Selection, message: StatusMessage) -> None:
        if not chosen.worker.state.is_alive:
            message = StatusMessage(f"{message.text}; no worker runs, so it waits", Tone.WARN)
        self._ui.show_message(message)

    async def _ask_for_gap(
        self, chosen: Selection, kind: RequestKind, words: str, *, fill_id: int | None = None
    ) -> None:
        gap_id = chosen.gap_id if fill_id is None else None
        request_id = await self._ask(chosen, kind, words, gap_id=gap_id, fill_id=fill_id)
        self._last = undoable_command(kind, words, [request_id], [(chosen.gap_id or "", chosen.camera_id)])

    async def _ask_for_marked(self, command: BulkCommand, chosen: Selection, marked: MarkedGaps) -> None:
        requests = new_requests(command, marked)
        if not requests:
            message = f"{count(len(marked.gaps), 'gap')} marked: {command.if_none}."
            self._ui.show_message(StatusMessage(message, Tone.WARN))
            return
        if not await confirm_bulk(command, marked, self._ui.confirm):
            return
        words = bulk_words(command, len(requests), marked)
        if command is CANCEL_MARKED:
            await self._cancel_all(chosen, requests, words)
        else:
            request_ids = await self._view.requests.ask_all(requests)
            self._last = undoable_command(command.kind, words, request_ids, gaps_of(command, marked))
            self._acknowledge(chosen, self.tracker.note_all(request_ids, words))
        marked.drop_marks()

    async def _cancel_all(self, chosen: Selection, cancels: Sequence[NewRequest], words: str) -> None:
        """Cancel these fills and requests; a request that no worker has taken is withdrawn, and has no answer."""
        withdrawal = await withdraw_waiting(self._view, self.tracker, cancels, chosen.open_requests)
        request_ids = await self._view.requests.ask_all(withdrawal.rest) if withdrawal.rest else []
        gaps = [(gap_of(each, chosen.marked) or chosen.gap_id or "", each.camera_id) for each in withdrawal.rest]
        self._last = replace(
            undoable_command(RequestKind.CANCEL, words, request_ids, gaps), again=tuple(withdrawal.again)
        )
        if not request_ids:
            self._ui.show_message(StatusMessage(f"{words}: taken back", Tone.OK))
        elif len(cancels) == 1:
            self._acknowledge(chosen, self.tracker.note(request_ids[0], words))
        else:
            self._acknowledge(chosen, self.tracker.note_all(request_ids, words))
