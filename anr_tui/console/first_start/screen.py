"""The screen where no site was found: the path that was searched, what is there, and the possible next steps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from anr_tui.console.dialogs.path_prompt import Attempt, PathDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.key_hints import key_hint_spans
from anr_tui.console.drawing.line_box import Line, LineBox
from anr_tui.console.drawing.sanitize import clean, plain
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Span, StyledScreen, Tone, styled
from anr_tui.console.keys.actions import FIRST_KEYS, Action, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.domain.errors import AnrError
from anr_tui.view.site_not_found import NoSite

_STEP = 4
_OFFERED = ("first.open", "first.make", "first.demo", "first.leave")


@dataclass(frozen=True, slots=True)
class FirstScreenCallbacks:
    """What the screen calls for each choice. All raise AnrError, with a sentence, where that fails.

    `open` and `make` take the path of the site's database; `show_site` is called after one of the other three.
    """

    open: Callable[[Path], Awaitable[None]]
    make: Callable[[Path], Awaitable[None]]
    demo: Callable[[], Awaitable[None]]
    show_site: Callable[[], Awaitable[None]]


class FirstScreen(KeyHandlers, StyledScreen[None]):
    """Offers to open a site, to make one, and the demo; with `is_read_only`, nothing that makes a site."""

    KEYS = FIRST_KEYS
    BINDINGS = bindings(FIRST_KEYS)

    def __init__(
        self,
        no_site: NoSite,
        context: Callable[[], RenderContext],
        callbacks: FirstScreenCallbacks,
        *,
        is_read_only: bool,
    ) -> None:
        super().__init__()
        self._no_site = no_site
        self._render_context = context
        self._screen_callbacks = callbacks
        self._is_read_only = is_read_only
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
        self.show_message(StatusMessage(""))
        self._show_keys()

    def on_resize(self) -> None:
        self._show_keys()

    def show_message(self, message: StatusMessage) -> None:
        """Show a message on the status line."""
        self.status.set_lines([Line((Span(" "), *styled(message.text, message.tone)))])

    @handles("first.default")
    def _do_default(self) -> None:
        self.action_do(self._default)

    @handles("first.leave")
    def _leave(self) -> None:
        self.app.exit()

    @handles("first.down")
    def _scroll_down(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=_STEP, animate=False)

    @handles("first.up")
    def _scroll_up(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=-_STEP, animate=False)

    @handles("first.open")
    def _ask_what_to_open(self) -> None:
        self._ask_for_path("Which site database?", self._no_site.other, self._screen_callbacks.open)

    @handles("first.make")
    def _ask_where_to_make(self) -> None:
        if not self._refuses_to_make():
            self._ask_for_path(
                "Where to make an empty site database?", self._no_site.proposed, self._screen_callbacks.make
            )

    @handles("first.demo")
    def _begin_demo(self) -> None:
        if not self._refuses_to_make():
            self.show_message(StatusMessage("Making a simulated site, which takes some seconds", Tone.BUSY))
            self.run_worker(self._run_demo(), exclusive=True, group="first", exit_on_error=False)

    def _refuses_to_make(self) -> bool:
        """Whether this console is read-only; if so, a message says that."""
        if self._is_read_only:
            self.show_message(StatusMessage("This console is read-only: it makes no site.", Tone.WARN))
        return self._is_read_only

    def _ask_for_path(self, question: str, proposed: Path | None, attempt: Attempt) -> None:
        self.app.push_screen(PathDialog(question, str(proposed or ""), attempt), self._answered)

    async def _answered(self, is_open: bool | None) -> None:
        if is_open:
            await self._screen_callbacks.show_site()

    async def _run_demo(self) -> None:
        try:
            await self._screen_callbacks.demo()
        except AnrError as error:
            self.show_message(StatusMessage(str(error), Tone.BAD))
        else:
            await self._screen_callbacks.show_site()

    @property
    def _default(self) -> str:
        """The action of `enter`: to leave where the command line named a site, since the user means that site only."""
        return "first.leave" if self._no_site.is_by_flag else "first.open"

    def _facts(self) -> list[tuple[str, str]]:
        no_site = self._no_site
        facts = [
            ("Looked for", str(no_site.path)),
            ("Because", no_site.origin),
            ("Found", no_site.found),
            ("Problem", str(no_site.error)),
        ]
        return facts + ([("Perhaps meant", str(no_site.other))] if no_site.other else [])

    def _choices(self) -> Content:
        return Content("\n").join(self._choice(key) for key in self._keys if key.id in _OFFERED)

    def _choice(self, key: Action) -> Content:
        tail = " (enter, too)" if key.id == self._default else ""
        return Content.assemble((f"{key.shown_keys[0]:<3}", "bold $accent"), (clean(f"{key.tooltip}{tail}"), ""))

    def _show_keys(self) -> None:
        keys = [key for key in self._keys if key.id != "first.default"]
        keys.sort(key=lambda key: key.id == "first.leave")
        self.footer.set_lines(
            [Line((Span(" "), *key_hint_spans(keys, self.size.width - 1, self._render_context().keys)))]
        )
