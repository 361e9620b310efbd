"""What the commands `fill`, `retry` and `cancel` share: writing requests, and a hint where no worker runs."""

from collections.abc import Sequence

from anr_tui.cli.output import DONE, NOT_DONE, print_text, refuse
from anr_tui.domain.errors import SiteError
from anr_tui.domain.request import RequestKind
from anr_tui.view.site_reader import SiteReader


async def ask_each(view: SiteReader, kind: RequestKind, gaps: Sequence[str]) -> int:
    """Write a request of this kind for each gap id. Returns the exit status.

    A gap that the site does not have is reported, makes the exit status 1, and does not stop the others.
    """
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
    """The sentence, with a space before it, that no worker runs; the empty text where one does."""
    if (await view.look()).worker.state.is_alive:
        return ""
    return " No worker runs: it waits until `anr-tui` or `anr-tui worker` is started."
