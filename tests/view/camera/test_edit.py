"""Cameras written through the console's door to a real site: sealed, told of, and seen at once."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from anr_tui.domain.errors import AnrError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.secret import Secret
from anr_tui.sites.heldar.sealed_passwords import open_sealed
from anr_tui.view.camera.edit import OWN_LOGIN, PLAIN, saved_fields, saved_text
from anr_tui.view.camera.form import check
from anr_tui.view.site_reader import SiteReader
from tests.builders import CAMERA_FORM
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD, HeldarSite

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
async def view(heldar_site: HeldarSite) -> AsyncIterator[SiteReader]:
    heldar_site.make_ours()
    view = await SiteReader.open(heldar_site.settings(heldar_secret_key=KEY))
    await view.read()
    yield view
    await view.close()


async def test_a_new_camera_is_in_the_next_snapshot_and_in_the_events(
    view: SiteReader, heldar_site: HeldarSite
) -> None:
    draft = await view.cameras.draft(None)
    assert (draft.is_ours, draft.is_sealing, draft.taken) == (
        True,
        True,
        {"gate", "front gate", "dock", "loading dock"},
    )
    values = check(CAMERA_FORM, draft).values
    assert values is not None

    saved = await view.cameras.save(draft, values)

    assert (saved.camera.id, saved.is_new, saved.notes) == ("yard", True, ())
    stored = Secret(heldar_site.camera("yard")["password"])
    assert open_sealed(stored, Secret(KEY), "yard").reveal() == PASSWORD
    snapshot = await view.read()
    assert snapshot is not None
    assert [row.device for row in snapshot.cameras if row.id == "yard"] == ["192.0.2.20:554"]
    event = snapshot.events[0]
    assert (event.kind, event.camera_id) == (EventKind.CAMERA_ADDED, "yard")
    for told in (event.words, saved_text(saved), repr(saved_fields(saved)), repr(saved), repr(draft), repr(values)):
        assert PASSWORD not in told and stored.reveal() not in told


async def test_a_changed_camera_is_no_longer_set_aside_for_its_row_is_another(
    view: SiteReader, heldar_site: HeldarSite
) -> None:
    draft = await view.cameras.draft("gate")
    before = heldar_site.camera("gate")
    values = check(replace(draft.form, password=Secret("new one")), draft).values
    assert values is not None
    saved = await view.cameras.save(draft, values)
    after = heldar_site.camera("gate")
    assert saved.changed == ("password",)
    assert {name for name in after if after[name] != before[name]} == {"password", "updated_at"}
    assert saved.words == "Camera Front gate was changed: password."


async def test_a_form_that_is_left_as_it_is_writes_nothing(view: SiteReader, heldar_site: HeldarSite) -> None:
    for camera_id in ("gate", "dock"):
        before = heldar_site.camera(camera_id)
        draft = await view.cameras.draft(camera_id)
        values = check(draft.form, draft).values
        assert values is not None
        assert (await view.cameras.save(draft, values)).changed == ()
        assert heldar_site.camera(camera_id) == before


async def test_a_template_with_a_login_is_kept_and_said_to_rule(view: SiteReader, heldar_site: HeldarSite) -> None:
    draft = await view.cameras.draft("dock")
    assert TEMPLATE_PASSWORD not in repr(draft)
    values = check(replace(draft.form, user="me", password=Secret(PASSWORD)), draft).values
    assert values is not None
    saved = await view.cameras.save(draft, values)
    assert saved.notes == (OWN_LOGIN,)
    assert TEMPLATE_PASSWORD in heldar_site.camera("dock")["anr_replay_url_template"]


async def test_without_a_key_a_password_is_plain_and_that_is_said(heldar_site: HeldarSite) -> None:
    heldar_site.make_ours()
    view = await SiteReader.open(heldar_site.settings())
    draft = await view.cameras.draft(None)
    values = check(CAMERA_FORM, draft).values
    assert values is not None
    assert (await view.cameras.save(draft, values)).notes == (PLAIN,)
    assert heldar_site.camera("yard")["password"] == PASSWORD
    await view.close()


async def test_heldars_database_is_known_and_left_alone(heldar_site: HeldarSite) -> None:
    view = await SiteReader.open(heldar_site.settings())
    draft = await view.cameras.draft(None)
    values = check(CAMERA_FORM, draft).values
    assert values is not None and not draft.is_ours
    with pytest.raises(SiteError, match="not made by anr-tui"):
        await view.cameras.save(draft, values)
    saved = await view.cameras.save(draft, values, even_if_foreign=True)
    (event,) = await view.journal.events.newest(1)
    assert event.words.endswith("anr-tui did not make this site database.") and saved.is_new
    await view.close()


async def test_who_only_looks_changes_no_camera(heldar_site: HeldarSite) -> None:
    view = await SiteReader.open(heldar_site.settings(), is_read_only=True)
    with pytest.raises(AnrError, match="read-only"):
        await view.cameras.draft("gate")
    await view.close()


async def test_a_camera_that_is_not_there_is_named(view: SiteReader) -> None:
    with pytest.raises(SiteError, match="There is no camera 'attic'"):
        await view.cameras.draft("attic")
