"""The screen where no site was found: what was looked for, what is there, and what can be done at once."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from anr_tui.console.dialogs.path_prompt import PathDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.key_hints import key_hint_spans
from anr_tui.console.drawing.line_box import Line, LineBox
from anr_tui.console.drawing.sanitize import clean, plain
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_screen import StyledScreen
from anr_tui.console.drawing.styled_text import Span, Tone, styled
from anr_tui.console.keys.actions import FIRST_KEYS, Action, bindings
from anr_tui.domain.errors import AnrError
from anr_tui.view.site_not_found import NoSite

Deed = Callable[[Path], Awaitable[None]]

_STEP = 4
_QUESTIONS = {"first.open": "Which site database?", "first.make": "Where to make an empty site database?"}


class FirstScreen(StyledScreen[None]):
    """Offers what can be done: `worker_commands`, by the ids of FIRST_KEYS, and `show_site` after one that did.

    Who only looks is offered nothing that makes something.
    """

    BINDINGS = bindings(FIRST_KEYS, "do")

    def __init__(
        self,
        no_site: NoSite,
        context: Callable[[], RenderContext],
        worker_commands: Mapping[str, Deed],
        show_site: Callable[[], Awaitable[None]],
        *,
        is_read_only: bool,
    ) -> None:
        super().__init__()
        self._no_site = no_site
        self._render_context = context
        self._worker_commands = worker_commands
        self._show_site = show_site
        self._keys = [key for key in FIRST_KEYS if not (key.asks and is_read_only)]
        glyphs = context().glyphs
        self.header = LineBox(glyphs, place="header")
        self.status = LineBox(glyphs, place="status")
        self.footer = LineBox(glyphs, place="footer")

    def compose(self) -> ComposeResult:
        yield self.header
        with VerticalScroll(id="first", can_focus=False):
            yield Static("There is no site to show yet", classes="dialog-title")
            for name, words in self._facts():
                with Horizontal(classes="first-fact"):
                    yield Static(name, classes="dialog-label")
                    yield Static(plain(words))
            yield Static("What now?", classes="dialog-title")
            yield Static(self._choices())
        yield self.status
        yield self.footer

    def on_mount(self) -> None:
        title = (Span(" anr-tui  ", Tone.ACCENT), Span("no site found", Tone.WARN))
        self.header.set_lines([Line(title)])
        self.say(StatusMessage(""))
        self._show_keys()

    def on_resize(self) -> None:
        self._show_keys()

    def say(self, said: StatusMessage) -> None:
        """Put a sentence on the status line."""
        self.status.set_lines([Line((Span(" "), *styled(said.text, said.tone)))])

    def action_do(self, action_id: str) -> None:
        """Do what the key says; `action_id` is an id of FIRST_KEYS."""
        if action_id == "first.default":
            action_id = self._default
        if action_id == "first.leave":
            self.app.exit()
        elif action_id in ("first.down", "first.up"):
            step = _STEP if action_id == "first.down" else -_STEP
            self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)
        elif action_id not in {key.id for key in self._keys}:
            self.say(StatusMessage("This console only looks: it makes no site.", Tone.WARN))
        elif action_id == "first.demo":
            self.say(StatusMessage("Making a simulated site, which takes some seconds", Tone.BUSY))
            self.run_worker(self._run_demo(), exclusive=True, group="first", exit_on_error=False)
        else:
            proposed = self._no_site.proposed if action_id == "first.make" else self._no_site.other
            dialog = PathDialog(_QUESTIONS[action_id], str(proposed or ""), self._worker_commands[action_id])
            self.app.push_screen(dialog, self._answered)

    async def _answered(self, is_open: bool | None) -> None:
        if is_open:
            await self._show_site()

    async def _run_demo(self) -> None:
        try:
            await self._worker_commands["first.demo"](Path())
        except AnrError as error:
            self.say(StatusMessage(str(error), Tone.BAD))
        else:
            await self._show_site()

    @property
    def _default(self) -> str:
        """What `enter` does: who named a site means that one, and no other."""
        return "first.leave" if self._no_site.is_by_flag else "first.open"

    def _facts(self) -> list[tuple[str, str]]:
        no_site = self._no_site
        facts = [
            ("Looked for", str(no_site.path)),
            ("Because", no_site.origin),
            ("Found", no_site.found),
            ("Will not do", str(no_site.error)),
        ]
        return facts + ([("Perhaps meant", str(no_site.other))] if no_site.other else [])

    def _choices(self) -> Content:
        return Content("\n").join(
            self._choice(key) for key in self._keys if key.id in (*self._worker_commands, "first.leave")
        )

    def _choice(self, key: Action) -> Content:
        tail = " (enter, too)" if key.id == self._default else ""
        return Content.assemble((f"{key.shown_keys[0]:<3}", "bold $accent"), (clean(f"{key.tooltip}{tail}"), ""))

    def _show_keys(self) -> None:
        keys = [key for key in self._keys if key.id != "first.default"]
        keys.sort(key=lambda key: key.id == "first.leave")
        self.footer.set_lines(
            [Line((Span(" "), *key_hint_spans(keys, self.size.width - 1, self._render_context().keys)))]
        )
