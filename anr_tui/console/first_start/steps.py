"""What a console without a site can do first, as the command line gives it: no Textual here."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.config.settings import Settings
from anr_tui.console.interfaces import StartWorker


@dataclass(frozen=True, slots=True)
class Start:
    """A site to open. `set_up` is called once it is open; without `start_worker` the console starts no worker.

    `remembered` are the settings that would find it the next time.
    """

    settings: Settings
    start_worker: StartWorker | None
    set_up: Callable[[], None]
    remembered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Each may block and raises AnrError; with `only_looks` those that make something are not offered.

    `take` gives the start on a database, `make` makes an empty one, `demo` runs a simulated site as long as its block.
    `config` is the settings file, in which a choice can be remembered.
    """

    take: Callable[[Path], Start]
    make: Callable[[Path], None]
    demo: Callable[[], AbstractContextManager[Start]]
    config: Path
    only_looks: bool = False
