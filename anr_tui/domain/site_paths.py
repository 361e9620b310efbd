"""Where a site's files are."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SitePaths:
    """The files and directories of one site, as the settings name them.

    `database` is the file of the site database, `recordings` holds one directory for each camera, `logs` the logs of
    worker and fills. Open consoles are known by the file `consoles`.
    """

    database: Path
    recordings: Path
    journal: Path
    logs: Path
    consoles: Path
