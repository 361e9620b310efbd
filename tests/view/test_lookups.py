"""What is looked up of one gap: its replay URL without the password, its log where logs are."""

import base64
import shlex

import pytest

from anr_tui.domain.errors import ReplayError, SiteError
from anr_tui.journal.journal import Journal
from anr_tui.platform.user import who_am_i
from anr_tui.view.site_reader import SiteReader
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD, HeldarSite, execute, sealed
from tests.view.builders import lease_of, start_fill

KEY = bytes(range(32))


# Replay URLs.


async def test_a_url_is_shown_without_its_login_unless_asked(heldar_site: HeldarSite, view: SiteReader) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock")
    by_address = await view.lookups.replay_url("gap_1", reveal=False)
    assert by_address.url == (
        "rtsp://***@192.0.2.11:554/Streaming/tracks/101?starttime=20260613T110000Z&endtime=20260613T111001Z"
    )
    by_template = await view.lookups.replay_url("gap_2", reveal=False)
    assert by_template.url == "rtsp://***@192.0.2.12/playback?from=20260613T110000Z&to=20260613T111001Z"
    for preview in (by_address, by_template):
        assert preview.url in shlex.split(preview.command)
        assert not preview.is_revealed
        assert PASSWORD not in repr(preview)
        assert TEMPLATE_PASSWORD not in repr(preview)
    assert execute(heldar_site.journal, "SELECT * FROM events") == []


async def test_revealing_a_url_leaves_an_event_without_the_password(heldar_site: HeldarSite, view: SiteReader) -> None:
    heldar_site.add_gap("gap_1")
    preview = await view.lookups.replay_url("gap_1", reveal=True)
    assert f"operator:{PASSWORD}@192.0.2.11" in preview.url
    assert preview.is_revealed
    (event,) = execute(heldar_site.journal, "SELECT * FROM events")
    assert (event["kind"], event["who"], event["camera_id"], event["gap_id"]) == (
        "url_revealed",
        who_am_i(),
        "gate",
        "gap_1",
    )
    assert PASSWORD not in str(event)


async def test_a_sealed_password_is_opened_only_to_be_revealed(heldar_site: HeldarSite) -> None:
    value = sealed(PASSWORD, KEY)
    heldar_site.execute("UPDATE cameras SET password = ? WHERE id = 'gate'", value)
    heldar_site.add_gap("gap_1")
    without_key = await SiteReader.open(heldar_site.settings())
    preview = await without_key.lookups.replay_url("gap_1", reveal=False)
    assert "rtsp://***@" in preview.url
    assert value.removeprefix("enc:v1:")[:8] not in preview.url
    with pytest.raises(SiteError, match="HELDAR_SECRET_KEY is not set"):
        await without_key.lookups.replay_url("gap_1", reveal=True)
    assert execute(heldar_site.journal, "SELECT * FROM events") == []
    await without_key.close()
    settings = heldar_site.settings(heldar_secret_key=base64.b64encode(KEY).decode())
    with_key = await SiteReader.open(settings)
    assert PASSWORD in (await with_key.lookups.replay_url("gap_1", reveal=True)).url
    await with_key.close()


async def test_what_has_no_url_is_said(heldar_site: HeldarSite, view: SiteReader) -> None:
    with pytest.raises(SiteError, match="There is no gap 'gap_9'"):
        await view.lookups.replay_url("gap_9", reveal=False)
    heldar_site.add_camera("yard")
    heldar_site.add_gap("gap_1", "yard")
    with pytest.raises(ReplayError, match="Camera yard has no address and no replay URL template"):
        await view.lookups.replay_url("gap_1", reveal=True)
    heldar_site.execute("UPDATE cameras SET retention_hours = 'x' WHERE id = 'yard'")
    with pytest.raises(SiteError, match="camera 'yard' cannot be read"):
        await view.lookups.replay_url("gap_1", reveal=False)
    assert execute(heldar_site.journal, "SELECT * FROM events") == []


async def test_a_fills_log_lies_in_the_directory_of_logs_whatever_its_name(
    heldar_site: HeldarSite, view: SiteReader, journal: Journal
) -> None:
    heldar_site.add_gap("gap_1")
    fill_id = await start_fill(heldar_site, journal, await lease_of(journal))
    execute(heldar_site.journal, "UPDATE fills SET log_name = '../../etc/passwd'")
    (row,) = (await view.look()).fills
    assert row.fill.id == fill_id
    assert view.lookups.log_path(row.fill) == heldar_site.root / "heldar.anr.logs" / "passwd"
