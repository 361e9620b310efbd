"""Whose time is shown, and how."""

import locale
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.console.display_settings import (
    DisplaySettings,
    Zones,
    display_settings_of,
    has_12_hours,
    locale_has_12_hours,
)
from anr_tui.console.drawing.format import RenderContext, brief, countdown, left, stamp
from anr_tui.console.keys.keymap import Keymap
from anr_tui.platform.glyphs import UNICODE
from tests.console.site import RecordingView, console, grid, settled

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
AFTERNOON = datetime(2026, 6, 13, 12, 5, 9, tzinfo=UTC)


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def test_one_key_goes_through_the_zones() -> None:
    zones = Zones(BERLIN, "local")
    zones.set_site("Asia/Tokyo")
    seen = []
    for _ in range(4):
        seen.append((zones.chosen, zones.words))
        zones.turn()

    assert seen == [(BERLIN, "local time"), (UTC, "UTC"), (TOKYO, "the site's time"), (BERLIN, "local time")]


@pytest.mark.parametrize("site", ["", "Europe/Berlin", "Mars/Olympus", "../../etc/passwd", "UTC"])
def test_a_site_without_a_zone_of_its_own_adds_none(site: str) -> None:
    zones = Zones(BERLIN, "site")
    zones.set_site(site)
    assert zones.chosen == BERLIN

    zones.turn()
    zones.turn()
    assert zones.chosen == BERLIN


@pytest.mark.parametrize(
    ("zone", "hour", "twelve", "short"),
    [(UTC, "12:05:09", "12:05:09p", "12:05p"), (TOKYO, "21:05:09", "09:05:09p", "09:05p"),
     (ZoneInfo("America/Denver"), "06:05:09", "06:05:09a", "06:05a")],
)  # fmt: skip
def test_a_clock_of_twelve_hours_says_which_half_of_the_day(zone: ZoneInfo, hour: str, twelve: str, short: str) -> None:
    context = RenderContext(AFTERNOON, zone, UNICODE)
    halves = RenderContext(AFTERNOON, zone, UNICODE, is_12_hours=True)

    assert stamp(AFTERNOON, context, 8) == hour
    assert stamp(AFTERNOON, halves, 9) == twelve
    assert stamp(AFTERNOON, halves, 15) == f"06-13 {twelve}"
    assert brief(AFTERNOON, halves, with_date=False) == short


# As glibc's locales have it: en_US, en_IN, ko_KR (in words), ar_SA, so_SO; then C, de_DE, ja_JP, fi_FI.
@pytest.mark.parametrize(
    ("time_format", "is_so"),
    [
        *((each, True) for each in ("%r", "%I:%M:%S %p %Z", "%p %I\uc2dc %M\ubd84 %S\ucd08", "%l:%M:%S", "%l:%M %P")),
        *((each, False) for each in ("%H:%M:%S", "%T", "%H\u6642%M\u5206%S\u79d2", "%H.%M.%S", "%R", "")),
    ],
)
def test_the_locales_way_to_write_a_time_says_how_long_its_clock_is(time_format: str, is_so: bool) -> None:
    assert has_12_hours(time_format) is is_so


@pytest.mark.parametrize("name", ["C", "POSIX", "C.UTF-8", "xx_YY.none", ""])
def test_the_locale_is_asked_and_stays_what_it_was(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LC_ALL", "LC_TIME", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LC_TIME", name)
    before = locale.setlocale(locale.LC_TIME)

    assert locale_has_12_hours() is False
    assert locale.setlocale(locale.LC_TIME) == before


@pytest.mark.parametrize(("hours", "is_12"), [("12", True), ("24", False), ("auto", False)])
def test_the_setting_goes_before_the_locale(hours: str, is_12: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("ANR_HOURS", hours)

    assert display_settings_of(load_settings(), {}).is_12_hours is is_12


@pytest.mark.parametrize("size", [(80, 24), (160, 48), (250, 70)], ids=str)
async def test_with_twelve_hours_every_time_says_its_half_of_the_day_and_columns_stay_in_line(
    size: tuple[int, int],
) -> None:
    app = console(RecordingView(), display_settings=DisplaySettings(is_12_hours=True))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        gaps = app.main.dashboard.gaps
        lines = [line[gaps.region.x : gaps.region.right] for line in grid(app)[gaps.region.y : gaps.region.bottom]]
        starts = {line.index("06-13 ") for line in lines[1:6]}
        assert len(starts) == 1
        assert all(re.search(r"06-13 01:4[678]:00p ", line) for line in lines[1:6])
        times = [line[: lines[0].index("length")] for line in lines[1:]]
        assert not [line for line in times if re.search(r"\d\d:\d\d:\d\d[^ap]", line)]


def test_on_a_slow_line_nothing_ticks_by_seconds() -> None:
    slow = RenderContext(AFTERNOON, UTC, UNICODE, is_slow=True)

    assert {countdown(seconds, is_slow=True) for seconds in range(1, 61)} == {"within 1 min"}
    assert {left(seconds, slow) for seconds in range(61, 121)} == {"2m"}
    assert left(61, RenderContext(AFTERNOON, UTC, UNICODE)) == "1m 01s"


@pytest.mark.parametrize(
    ("environ", "is_ascii"),
    [
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "POSIX"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, False),
        ({"LANG": "de_DE.UTF-8", "TERM": "vt220"}, True),
        ({"TERM": "xterm-256color"}, False),
    ],
)
def test_where_the_locale_or_the_terminal_has_ascii_only_that_is_drawn(environ: dict[str, str], is_ascii: bool) -> None:
    assert display_settings_of(load_settings(), environ).is_ascii is is_ascii


def test_the_strips_begin_with_the_span_that_is_set() -> None:
    assert display_settings_of(load_settings(), {}).span == timedelta(hours=24)
    assert display_settings_of(load_settings(anr_span="7d"), {}).span == timedelta(days=7)


def test_the_settings_come_to_a_taste(tmp_path: Path) -> None:
    path = config(
        tmp_path,
        'anr_theme = "light"\nanr_hours = "12"\nanr_zone = "utc"\nanr_ascii = true\nanr_line = "slow"\n'
        '[anr_keys]\ngap.fill = "F ?"\n"help.show" = ["f2", "ctrl-h"]\n',
    )
    keys = Keymap({"gap.fill": "F,question_mark", "help.show": "f2,ctrl+h"})

    assert display_settings_of(load_settings(path), {}) == DisplaySettings("light", "utc", True, True, True, keys)
