"""The dialog about the worker: who runs it, for how long, and with which files and settings."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from anr_tui import __version__
from anr_tui.console.dialogs.question import keys_line, listed
from anr_tui.console.dialogs.scrolled_dialog import ScrolledDialog
from anr_tui.console.drawing.format import RenderContext, count, countdown, span, stamp
from anr_tui.console.drawing.sanitize import clean, plain
from anr_tui.console.drawing.worker_text import LIFETIME_WORDS, WORKER_WORDS, last_seen_words, version_words
from anr_tui.console.keys.actions import WORKER_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers
from anr_tui.domain.request import RequestState
from anr_tui.view.about import About
from anr_tui.view.snapshot.snapshot import Snapshot

Facts = list[tuple[str, str]]


def worker_facts(snapshot: Snapshot, context: RenderContext) -> Facts:
    """The facts about the worker, each with its name."""
    worker = snapshot.worker
    facts = [("state", WORKER_WORDS[worker.state][0]), ("waiting", _waiting(snapshot))]
    if not worker.user:
        return facts if snapshot.has_journal else [("state", "no journal yet: no worker has run here"), *facts[1:]]
    if worker.started_at is not None:
        ago = span((context.now - worker.started_at).total_seconds())
        facts.insert(1, ("since", f"{stamp(worker.started_at, context)} ({ago})"))
    sweep = worker.next_sweep_at
    return [
        *facts,
        ("silent", last_seen_words(worker, context)),
        ("who", f"{worker.user}@{worker.host}, process {worker.pid}"),
        ("version", " ".join((worker.version, version_words(worker)))),
        ("stays", LIFETIME_WORDS[worker.lifetime] if worker.lifetime else ""),
        ("next sweep", countdown((sweep - context.now).total_seconds()) if sweep else ""),
    ]


def file_facts(about: About) -> Facts:
    """The paths of the site's files, each with its name."""
    return [
        ("database", str(about.database)),
        ("journal", str(about.journal)),
        ("logs", str(about.logs)),
        ("recordings", str(about.recordings)),
    ]


def _waiting(snapshot: Snapshot) -> str:
    taken = sum(request.state is RequestState.TAKEN for request in snapshot.requests)
    return f"{count(len(snapshot.waiting), 'request')} not taken yet, {taken} being worked on"


def _lines(facts: Facts) -> Content:
    shown = [(name, clean(value.strip())) for name, value in facts if value.strip()]
    return listed(shown, max(len(name) for name, _ in shown) + 2, "$tone-dim")


class WorkerDialog(KeyHandlers, ScrolledDialog):
    """Shows the worker, the files and the settings."""

    KEYS = WORKER_KEYS
    BINDINGS = bindings(WORKER_KEYS)

    def __init__(self, snapshot: Snapshot, about: About, context: RenderContext) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._about = about
        self._render_context = context

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help"):
            yield Static("Worker", classes="dialog-title")
            with VerticalScroll(classes="dialog-scroll", can_focus=False):
                yield Static(_lines(worker_facts(self._snapshot, self._render_context)), classes="dialog-value")
                yield Static("Files", classes="dialog-label")
                yield Static(_lines(file_facts(self._about)), classes="dialog-value")
                yield Static(
                    plain(f"Settings of this console ({__version__}); a worker may have its own"),
                    classes="dialog-label",
                )
                yield Static(_lines(list(self._about.settings)), classes="dialog-value")
            yield Static(keys_line(WORKER_KEYS), classes="dialog-keys")
