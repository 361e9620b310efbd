"""An open Heldar site for the tests of its parts."""

from collections.abc import AsyncIterator

import pytest

from anr_tui.sites.interface import Site
from anr_tui.sites.open_site import open_site
from tests.heldar_site import HeldarSite


@pytest.fixture
async def database(heldar_site: HeldarSite) -> AsyncIterator[Site]:
    database = await open_site(heldar_site.settings())
    yield database
    await database.close()
