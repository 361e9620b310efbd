"""The worker in words: its state and lifetime, since when it runs, and for how long it has been silent."""

from anr_tui import __version__
from anr_tui.console.drawing.format import RenderContext, age, brief, silence
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState

WORKER_WORDS = {
    WorkerState.NONE: ("no worker runs", Tone.WARN),
    WorkerState.RUNNING: ("worker runs", Tone.OK),
    WorkerState.PAUSED: ("worker paused", Tone.WARN),
    WorkerState.HALTED: ("all fetching halted", Tone.BAD),
    WorkerState.LOST: ("worker lost", Tone.BAD),
}


LIFETIME_WORDS = {
    Lifetime.SERVICE: "service",
    Lifetime.CONSOLES: "with the consoles",
    Lifetime.STAY: "stays in the background",
}


def version_words(worker: WorkerRow) -> str:
    """A warning where the worker has another version than this console, else ""."""
    if not worker.state.is_alive or worker.version == __version__:
        return ""
    return f"This console is {__version__}, the worker {worker.version}: restart the older one."


def last_seen_words(worker: WorkerRow, context: RenderContext) -> str:
    """The time for which a late worker has been silent; "" for one that is not late."""
    if not worker.is_late or worker.seen_at is None:
        return ""
    return f"last seen {silence((context.now - worker.seen_at).total_seconds(), is_slow=context.is_slow)}"


def since_words(worker: WorkerRow, context: RenderContext) -> str:
    """The time at which a worker started, with the date unless it was today, and how long ago that was."""
    if worker.started_at is None:
        return ""
    is_today = worker.started_at.astimezone(context.zone).date() == context.now.astimezone(context.zone).date()
    began = brief(worker.started_at, context, with_date=not is_today)
    return f"since {began} ({age((context.now - worker.started_at).total_seconds())})"
