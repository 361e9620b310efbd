"""`A` and `C`: the form of a camera, what it says, asks and writes; and the real site behind it."""

import base64
from dataclasses import replace

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.form_fields import PasswordField
from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.main.screen import MainScreen
from anr_tui.domain.errors import SiteLockedError
from anr_tui.domain.secret import Secret
from anr_tui.sites.heldar.sealed_passwords import open_sealed
from anr_tui.view.site_reader import SiteReader
from tests.console.dialogs.camera_form import fill_in, to_form
from tests.console.site import ZONE, Chair, Clock, RecordingView, console, grid, settled, until
from tests.heldar_site import PASSWORD, HeldarSite

SIZE = (120, 32)
KEY = base64.b64encode(bytes(range(32))).decode()


def text(app: ConsoleApp) -> str:
    return "\n".join(grid(app))


async def test_what_is_typed_is_saved_and_said() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        await pilot.press(*"Yard", "tab", "down")
        assert dialog.focused is not None and dialog.focused.id == "address"
        fill_in(dialog, address="192.0.2.20", user="operator", password=PASSWORD)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        (saved,) = view.saved
        assert (saved.name, saved.vendor, saved.address, saved.username) == (
            "Yard",
            "hikvision",
            "192.0.2.20",
            "operator",
        )
        assert saved.password == Secret(PASSWORD)
        assert "Camera Yard was added. D tests it." in text(app)


async def test_errors_stand_beside_their_fields_and_the_first_has_the_focus() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        assert "another camera" not in text(app)
        fill_in(dialog, name="lobby", port="x")
        await pilot.press("enter")
        await pilot.pause()
        lines = grid(app)
        assert any("Name" in line and "another camera has this name" in line for line in lines)
        assert any("Address" in line and "a host name or an IP address" in line for line in lines)
        assert any("Port" in line and "a number from 1 to 65535" in line for line in lines)
        assert dialog.focused is not None and dialog.focused.id == "name"
        assert view.saved == []


async def test_the_masked_url_follows_what_is_typed_and_the_password_is_never_shown() -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        assert "No replay URL yet." in text(app)
        fill_in(dialog, address="192.0.2.20", user="me", password=PASSWORD)
        dialog.query_one("#channel").focus()
        await pilot.press("backspace", "4")
        await pilot.pause()
        shown = text(app)
        assert "rtsp://***@192.0.2.20:554/Streaming/tracks/401?" in shown
        assert "*" * len(PASSWORD) in shown and PASSWORD not in shown
        assert "stored as plain text" in shown


async def test_a_password_goes_to_no_clipboard() -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        field = dialog.query_one(PasswordField)
        field.focus()
        await pilot.press(*"Zq7", "ctrl+shift+a", "ctrl+c")
        assert dialog.form.password.reveal() == "Zq7"
        await pilot.press("ctrl+x")
        assert "Zq7" not in app.clipboard
        assert dialog.form.password.reveal() == ""


async def test_a_change_begins_with_the_camera_as_it_is_and_keeps_its_password() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "C")
        assert dialog.form.name == "front gate"
        assert "Change camera front gate" in text(app) and "as it is" in text(app) and "hunter2" not in text(app)
        await pilot.press("shift+tab", "left", "enter")
        await until(pilot, lambda: view.saved != [])
        (saved,) = view.saved
        assert (saved.anr_enabled, saved.password, saved.address) == (False, None, "192.0.2.11")


async def test_vendors_are_chosen_by_key_and_by_mouse() -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        await pilot.press("tab", "right", "space", "left")
        assert dialog.form.vendor == "dahua"
        await pilot.click("#vendor", offset=(30, 0))
        assert dialog.form.vendor == "onvif"
        await pilot.press("left", "left", "left")
        assert dialog.form.vendor == "generic"


async def test_who_leaves_is_asked_only_where_something_was_typed() -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await to_form(pilot, "A")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))

        await pilot.press("A")
        await until(pilot, lambda: isinstance(app.screen, CameraDialog))
        dialog = app.screen
        await pilot.press("x", "escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert "Nothing is saved yet." in text(app)
        await pilot.press("n")
        await until(pilot, lambda: app.screen is dialog)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_what_cannot_be_written_now_is_said_and_nothing_typed_is_lost() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        view.error = SiteLockedError("The site database was locked.")
        fill_in(dialog, name="Yard", address="192.0.2.20")
        await pilot.press("enter")
        await until(pilot, lambda: "Not saved: The site database was locked." in text(app))
        assert dialog.form.name == "Yard"
        view.error = None
        await pilot.press("enter")
        await until(pilot, lambda: len(view.saved) == 1)


async def test_a_database_that_is_not_ours_is_asked_about_once() -> None:
    view = RecordingView(is_ours=False)
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        assert "This database was not made by anr-tui" in text(app)
        fill_in(dialog, name="Yard", address="192.0.2.20")
        for answer, screen in (("n", CameraDialog), ("y", MainScreen)):
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
            assert view.saved == []
            await pilot.press(answer)
            await until(pilot, lambda screen=screen: isinstance(app.screen, screen))
        assert len(view.saved) == 1

        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, CameraDialog))
        await pilot.press("x", "enter")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert [each.name for each in view.saved] == ["Yard", "front gatex"]


async def test_who_only_looks_gets_the_usual_sentence() -> None:
    app = console(RecordingView(is_read_only=True))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("shift+tab", "A")
        await until(pilot, lambda: "read-only: this console changes nothing" in text(app))
        assert isinstance(app.screen, MainScreen)


async def test_a_hostile_row_can_be_looked_at() -> None:
    view = RecordingView()
    wild = replace(view.snapshot.cameras[0], name="gate [/x]\x1b]0;no\x07", vendor="[red]\x1b[2J", device="[/]:1")
    view.snapshot = replace(view.snapshot, cameras=(wild,))
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await to_form(pilot, "C")
        assert "gate [/x]]0;no" in text(app) and "(*) [red][2J" in text(app)
        assert "\x1b" not in text(app)


async def test_without_other_signs_it_is_ascii_throughout() -> None:
    app = console(RecordingView(), encoding="ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        fill_in(await to_form(pilot, "C"), password=PASSWORD)
        await pilot.pause()
        assert text(app).isascii() and "*" * len(PASSWORD) in text(app)


async def test_a_camera_is_added_to_a_real_site_and_shown_and_told_of(heldar_site: HeldarSite) -> None:
    heldar_site.make_ours()
    view = await SiteReader.open(heldar_site.settings(heldar_secret_key=KEY))
    app = ConsoleApp(view, None, seat=Chair(), clock=Clock(), zone=ZONE, environ={}, encoding="utf-8")
    async with app.run_test(size=SIZE) as pilot:
        dialog = await to_form(pilot, "A")
        fill_in(dialog, name="Yard", address="192.0.2.20", user="operator", password=PASSWORD)
        await pilot.press("enter")
        await until(pilot, lambda: "Yard" in "".join(grid(app)[3:9]))
        row = heldar_site.camera("yard")
        assert open_sealed(Secret(row["password"]), Secret(KEY), "yard").reveal() == PASSWORD
        snapshot = app.main.snapshot
        assert snapshot is not None
        assert "yard" in [each.id for each in snapshot.cameras]
        await until(pilot, lambda: app.main.snapshot is not None and len(app.main.snapshot.events) > 0)
        snapshot = app.main.snapshot
        assert snapshot.events[0].words.startswith("Camera Yard was added.")
    await view.close()
