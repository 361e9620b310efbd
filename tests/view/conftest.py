"""A site as people see it, and the journal as a worker holds it."""

from collections.abc import AsyncIterator

import pytest

from anr_tui.journal.journal import Journal
from anr_tui.view.site_reader import SiteReader
from tests.heldar_site import HeldarSite


@pytest.fixture
async def view(heldar_site: HeldarSite) -> AsyncIterator[SiteReader]:
    view = await SiteReader.open(heldar_site.settings())
    yield view
    await view.close()


@pytest.fixture
async def journal(view: SiteReader, heldar_site: HeldarSite) -> AsyncIterator[Journal]:
    """The journal as a worker holds it."""
    journal = await Journal.open(heldar_site.journal)
    yield journal
    await journal.close()
