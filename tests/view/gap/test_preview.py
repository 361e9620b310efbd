"""How a gap would be asked for by hand."""

import shlex
from dataclasses import replace

import pytest
from pydantic import SecretStr

from anr_tui.replay.dialects.access import make_access
from anr_tui.view.gap.preview import url_preview
from anr_tui.view.site_reader import SiteReader
from tests.builders import CAMERA, GAP
from tests.heldar_site import PASSWORD, HeldarSite


@pytest.mark.parametrize("audio", [0, 1])
async def test_the_command_line_is_one_that_a_shell_takes(
    heldar_site: HeldarSite, view: SiteReader, audio: int
) -> None:
    heldar_site.execute("UPDATE cameras SET record_audio = ?, password = ?", audio, "it's; $(touch x) `y`")
    heldar_site.add_gap("gap_1")
    words = shlex.split((preview := await view.lookups.replay_url("gap_1", reveal=True)).command)
    assert words[0] == "ffmpeg"
    assert words[words.index("-i") + 1] == preview.url
    assert words[words.index("-t") + 1] == "600.864"
    assert ("-an" in words) is (not audio)
    assert words[-1] == "20260613_110000.mp4"


def test_a_camera_over_http_is_fetched_without_options_of_rtsp() -> None:
    over_http = url_preview(make_access(replace(CAMERA, vendor="mediamtx"), None), GAP, is_revealed=False)
    over_rtsp = url_preview(make_access(CAMERA, None), GAP, is_revealed=False)

    assert "-rtsp_transport" in shlex.split(over_rtsp.command)
    assert "-rtsp_transport" not in shlex.split(over_http.command)


@pytest.mark.parametrize("is_revealed", [True, False])
def test_the_command_holds_the_very_url_that_is_shown_beside_it(is_revealed: bool) -> None:
    preview = url_preview(make_access(CAMERA, SecretStr(PASSWORD)), GAP, is_revealed=is_revealed)

    assert preview.url in shlex.split(preview.command)
    assert (PASSWORD in preview.command) is (PASSWORD in preview.url) is is_revealed
