"""Keys of one's own, and the keys of each place."""

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.console.dialogs.question import HelpScreen
from anr_tui.console.display_settings import (
    DisplaySettings,
)
from anr_tui.console.keys.keymap import read_keymap
from anr_tui.domain.errors import SettingsError
from tests.console.site import RecordingView, console, grid, settled


async def test_a_key_that_means_nothing_here_says_where_it_does() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab", "f")
        await settled(pilot)

        assert "choose one in the fills or gaps first" in grid(app)[21]
        assert "u URL" not in grid(app)[23]
        assert view.asked == []


async def test_the_command_palette_offers_what_fits_the_place() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        offered = {command.title for command in app.get_system_commands(app.main)}
        assert {"fill", "retry", "URL", "sweep", "quit"} <= offered
        app.main.dashboard.cameras.focus()
        await pilot.pause()
        assert "URL" not in {command.title for command in app.get_system_commands(app.main)}
        for command in app.get_system_commands(app.main):
            if command.title == "all keys":
                command.callback()
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"gap.fil": ["F"]}, "there is no action 'gap.fil'. Did you mean gap.fill?"),
        ({"focus.next": ["n"]}, "there is no action 'focus.next'."),
        ({"gap.fill": ["r"]}, "r would be for gap.fill and for gap.retry; give one of them another key."),
        ({"gap.fill": ["G"]}, "G would be for gap.fill and for move.last"),
        ({"gap.fill": ["tab"]}, "gap.fill: tab goes from pane to pane."),
        ({"gap.fill": ["pagedwn"]}, "there is no key 'pagedwn'. Did you mean pagedown?"),
        ({"gap.fill": []}, "gap.fill has no key."),
        ({"gap.fill": [""]}, "gap.fill: there is no key ''."),
    ],
)
def test_keys_that_cannot_be_are_refused_in_a_sentence(table: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_keymap(table)
    assert sentence in str(caught.value)


def test_keys_may_change_places() -> None:
    swapped = read_keymap({"gap.fill": ["r"], "gap.retry": ["f"]})

    assert swapped.own == {"gap.fill": "r", "gap.retry": "f"}


def test_the_environment_has_no_place_for_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_KEYS", "gap.fill=F")
    with pytest.raises(SettingsError, match=r"ANR_KEYS.*a table in config\.toml"):
        load_settings()


async def test_own_keys_work_and_footer_and_help_say_them() -> None:
    view = RecordingView()
    app = console(
        view,
        display_settings=DisplaySettings(
            keys=read_keymap({"gap.fill": ["F"], "log.open": ["f6"], "worker.pause": ["ctrl+y"]})
        ),
    )
    async with app.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        assert "F fill" in grid(app)[-1]
        await pilot.press("f")
        await settled(pilot)
        assert view.asked == []
        await pilot.press("F", "ctrl+y")
        await settled(pilot)
        assert [kind.value for kind, _, _ in view.asked] == ["fill", "pause"]

        await pilot.press("question_mark")
        await pilot.pause()
        shown = "\n".join(grid(app))
        assert "ctrl-y" in shown
        assert "f6           The log of" in shown


async def test_a_key_that_others_share_still_does_what_it_did_for_them() -> None:
    view = RecordingView()
    app = console(view, display_settings=DisplaySettings(keys=read_keymap({"log.open": ["f6"]})))
    async with app.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        app.main.dashboard.cameras.focus()
        await pilot.press("enter")
        await settled(pilot)

        assert app.main.dashboard.is_one_camera
