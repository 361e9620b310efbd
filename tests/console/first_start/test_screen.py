"""What is offered where there is no site."""

from tests.console.first_start.builders import first_start
from tests.console.site import grid


async def test_who_only_looks_is_offered_no_site_to_make() -> None:
    app = first_start(is_read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        assert not any("Make an empty" in line or "demo:" in line for line in grid(app))
        for key in ("m", "d"):
            await pilot.press(key)
            assert "is read-only" in grid(app)[-2]
