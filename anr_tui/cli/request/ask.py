"""What the commands `fill`, `retry` and `cancel` share: asking, and saying that nobody listens yet."""

from collections.abc import Sequence

from anr_tui.cli.output import DONE, NOT_DONE, print_text, refuse
from anr_tui.domain.errors import SiteError
from anr_tui.domain.request import RequestKind
from anr_tui.view.site_reader import SiteReader


async def ask_each(view: SiteReader, kind: RequestKind, gaps: Sequence[str]) -> int:
    """Ask for each gap by its id; returns 1 where the site has no such gap, and goes on with the others."""
    status = DONE
    for gap in gaps:
        try:
            await view.requests.ask(kind, gap_id=gap)
        except SiteError as error:
            status = refuse(error, NOT_DONE)
        else:
            print_text(f"Asked: {kind} gap {gap}.{await worker_hint(view)}")
    return status


async def worker_hint(view: SiteReader) -> str:
    """A sentence, after a blank, for a site where no worker runs; else the empty text."""
    if (await view.look()).worker.state.is_alive:
        return ""
    return " No worker runs: it waits until `anr-tui` or `anr-tui worker` is started."
