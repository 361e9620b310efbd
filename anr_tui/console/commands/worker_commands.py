"""What the keys ask of the worker: one request each, acknowledged, and confirmed first where it costs."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from anr_tui.console.commands.bulk_commands import (
    KINDS,
    MarkedGaps,
    confirm_bulk,
    gap_of,
    gaps_of,
    wishes_for,
    words_for,
)
from anr_tui.console.commands.request_tracker import RequestTracker
from anr_tui.console.commands.undo import UndoableCommand, take_back, undoable_command
from anr_tui.console.commands.withdrawal import Open, withdraw_first
from anr_tui.console.drawing.format import count
from anr_tui.console.drawing.status_message import UNEXPECTED, StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.domain.errors import AnrError
from anr_tui.domain.fill import Fill
from anr_tui.domain.lifetime import Lifetime
from anr_tui.domain.request import NewRequest, RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import QueuedRow, UrlPreview, WorkerRow, WorkerState

log = logging.getLogger(__name__)

WORKER_COMMANDS = "deeds"
"""The group of Textual workers in which the console asks."""

Reveal = Callable[[bool], Awaitable[UrlPreview]]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the keys act on: the marked gaps, else the chosen one in words, its running fill or its place in the queue.

    `worker` is who would do it, `waiting` what no worker has taken of all that people asked for.
    """

    worker: WorkerRow
    gap_id: str | None = None
    words: str = ""
    running: Fill | None = None
    camera_id: str | None = None
    picked: MarkedGaps | None = None
    queued: QueuedRow | None = None
    is_asked_for: bool = False
    waiting: Open = field(default_factory=dict)

    @property
    def is_queued_by_request(self) -> bool:
        """Whether a worker has taken what people asked of it, and it waits for its turn."""
        requests = self.queued.requests if self.queued else ()
        return self.worker.state.is_alive and any(request.state is RequestState.TAKEN for request in requests)


@dataclass(frozen=True, slots=True)
class CommandUI:
    """What a deed needs of the screen: a status line, a question answered by one key, the URL dialog, a worker."""

    say: Callable[[StatusMessage], None]
    confirm: Callable[[str, str], Awaitable[bool]]
    show_url: Callable[[str, UrlPreview, Reveal], None]
    wake_worker: Callable[[], None]


class WorkerCommands:
    """Carries out actions; whatever goes wrong becomes a sentence."""

    def __init__(self, view: View, ui: CommandUI) -> None:
        self._view = view
        self._ui = ui
        self.asked = RequestTracker()
        self._last: UndoableCommand | None = None

    async def perform(self, action_id: str, chosen: Selection) -> None:
        """Do what the action says with what is chosen."""
        try:
            await self._perform(action_id, chosen)
        except AnrError as error:
            self._ui.say(StatusMessage(str(error), Tone.BAD))
        except Exception:
            log.exception("action %s failed", action_id)
            self._ui.say(UNEXPECTED)

    async def _perform(self, action_id: str, chosen: Selection) -> None:
        if action_id == "worker.sweep":
            await self._ask(chosen, RequestKind.SWEEP, "sweep now")
        elif action_id == "worker.pause":
            is_paused = chosen.worker.state is WorkerState.PAUSED
            kind, words = (RequestKind.RESUME, "resume") if is_paused else (RequestKind.PAUSE, "pause")
            await self._ask(chosen, kind, words)
        elif action_id == "worker.halt":
            is_halted = chosen.worker.state is WorkerState.HALTED
            kind, words = (RequestKind.GO_ON, "go on") if is_halted else (RequestKind.HALT, "halt all fetching")
            await self._ask(chosen, kind, words)
        elif action_id == "worker.end":
            await self._end(chosen)
        elif action_id == "deed.undo":
            await self._undo()
        elif chosen.picked is not None and action_id in KINDS:
            await self._ask_many(action_id, chosen, chosen.picked)
        elif chosen.gap_id is None:
            self._ui.say(StatusMessage("There is no gap to choose here.", Tone.WARN))
        elif action_id == "gap.fill" and chosen.is_queued_by_request:
            await self._ask(chosen, RequestKind.FIRST, f"{chosen.words} first", gap_id=chosen.gap_id)
        elif action_id == "gap.fill":
            await self._ask_of_gap(chosen, RequestKind.FILL, f"fill {chosen.words}")
        elif action_id == "gap.retry":
            await self._ask_of_gap(chosen, RequestKind.RETRY, f"retry {chosen.words}")
        elif action_id == "gap.url":
            await self._preview(chosen.gap_id, chosen.words)
        elif action_id == "fill.cancel":
            await self._cancel(chosen)

    async def news(self) -> list[StatusMessage]:
        """What became of what was asked; whatever goes wrong is for the next time."""
        open_ids = self.asked.open_ids
        try:
            return self.asked.news(await self._view.requests.answers(open_ids)) if open_ids else []
        except AnrError:
            return []

    async def _ask(
        self, chosen: Selection, kind: RequestKind, words: str, *, gap_id: str | None = None, fill_id: int | None = None
    ) -> int:
        request_id = await self._view.requests.ask(kind, gap_id=gap_id, fill_id=fill_id)
        self._acknowledge(chosen, self.asked.note(request_id, words))
        return request_id

    def _acknowledge(self, chosen: Selection, said: StatusMessage) -> None:
        is_manned = chosen.worker.state.is_alive
        self._ui.say(said if is_manned else StatusMessage(f"{said.text}; no worker runs, so it waits", Tone.WARN))

    async def _ask_of_gap(
        self, chosen: Selection, kind: RequestKind, words: str, *, fill_id: int | None = None
    ) -> None:
        gap_id = chosen.gap_id if fill_id is None else None
        request_id = await self._ask(chosen, kind, words, gap_id=gap_id, fill_id=fill_id)
        self._last = undoable_command(kind, words, [request_id], [(chosen.gap_id or "", chosen.camera_id)])

    async def _ask_many(self, action_id: str, chosen: Selection, picked: MarkedGaps) -> None:
        wishes = wishes_for(action_id, picked)
        if not wishes:
            self._ui.say(
                StatusMessage(f"{count(len(picked.gaps), 'gap')} marked: {KINDS[action_id].if_none}.", Tone.WARN)
            )
            return
        if not await confirm_bulk(action_id, picked, self._ui.confirm):
            return
        words = words_for(action_id, len(wishes), picked)
        if action_id == "fill.cancel":
            await self._take_out(chosen, wishes, words)
        else:
            request_ids = await self._view.requests.ask_all(wishes)
            self._last = undoable_command(KINDS[action_id].kind, words, request_ids, gaps_of(action_id, picked))
            self._acknowledge(chosen, self.asked.note_all(request_ids, words))
        picked.drop()

    async def _undo(self) -> None:
        if self._last is None:
            self._ui.say(StatusMessage("There is no fill, retry or cancel of this console to take back.", Tone.WARN))
            return
        said = await take_back(self._view, self.asked, self._last)
        self._last = None
        self._ui.say(said)

    async def _take_out(self, chosen: Selection, cancels: Sequence[NewRequest], words: str) -> None:
        """Stop these fills and requests; what no worker has taken is withdrawn, and needs none."""
        withdrawn = await withdraw_first(self._view, self.asked, cancels, chosen.waiting)
        request_ids = await self._view.requests.ask_all(withdrawn.rest) if withdrawn.rest else []
        gaps = [(gap_of(wish, chosen.picked) or chosen.gap_id or "", wish.camera_id) for wish in withdrawn.rest]
        self._last = replace(
            undoable_command(RequestKind.CANCEL, words, request_ids, gaps), again=tuple(withdrawn.again)
        )
        if not request_ids:
            self._ui.say(StatusMessage(f"{words}: taken back", Tone.OK))
        elif len(cancels) == 1:
            self._acknowledge(chosen, self.asked.note(request_ids[0], words))
        else:
            self._acknowledge(chosen, self.asked.note_all(request_ids, words))

    async def _cancel(self, chosen: Selection) -> None:
        words = f"cancel {chosen.words}"
        if chosen.running is not None:
            if await self._ui.confirm(f"Cancel the fill of {chosen.words}?", "What arrived so far is kept."):
                await self._ask_of_gap(chosen, RequestKind.CANCEL, words, fill_id=chosen.running.id)
        elif chosen.is_asked_for:
            await self._take_out(
                chosen, [NewRequest(RequestKind.CANCEL, chosen.gap_id, camera_id=chosen.camera_id)], words
            )
        elif chosen.queued is not None:
            pauses = "Nobody asked for it: its turn comes by itself, unless the sweep is paused."
            self._ui.say(StatusMessage(f"{chosen.words}: {pauses}", Tone.WARN))
        else:
            self._ui.say(StatusMessage(f"{chosen.words}: no fill of it runs.", Tone.WARN))

    async def _end(self, chosen: Selection) -> None:
        if not chosen.worker.state.is_alive:
            self._ui.wake_worker()
        elif chosen.worker.lifetime is Lifetime.SERVICE:
            self._ui.say(StatusMessage("This worker is a service: it is ended where it was started.", Tone.WARN))
        elif await self._ui.confirm("End the worker?", "Running fills stop with what they have; nothing is filled."):
            await self._ask(chosen, RequestKind.END, "end the worker")

    async def _preview(self, gap_id: str, words: str) -> None:
        async def reveal(is_revealed: bool) -> UrlPreview:
            return await self._view.lookups.replay_url(gap_id, reveal=is_revealed)

        self._ui.show_url(words, await reveal(False), reveal)
