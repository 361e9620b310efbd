"""The steps that the command line offers a console without a site. Nothing here imports Textual."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.config.settings import Settings
from anr_tui.console.interfaces import StartWorker


@dataclass(frozen=True, slots=True)
class Start:
    """A site to open. `set_up` is called once it is open; without `start_worker` the console starts no worker.

    `remembered` are the settings by which it would be found the next time.
    """

    settings: Settings
    start_worker: StartWorker | None
    set_up: Callable[[], None]
    remembered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps offered without a site. Each may block, and raises AnrError where it fails.

    `take` gives the start on a database, `make` makes an empty one, `demo` runs a simulated site for as long as its
    block. `config` is the settings file in which a choice can be remembered. With `only_looks`, steps that make a site
    are not offered.
    """

    take: Callable[[Path], Start]
    make: Callable[[Path], None]
    demo: Callable[[], AbstractContextManager[Start]]
    config: Path
    only_looks: bool = False
