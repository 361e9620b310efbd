"""How a gap would be asked for by hand."""

import shlex
from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.replay.dialects.access import make_access
from anr_tui.sites.recordings.layout import recording_name
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
    preview = url_preview(make_access(CAMERA, Secret(PASSWORD)), GAP, is_revealed=is_revealed)

    assert preview.url in shlex.split(preview.command)
    assert (PASSWORD in preview.command) is (PASSWORD in preview.url) is is_revealed


@pytest.mark.parametrize(
    ("shift_s", "start_off_s", "end_off_s", "words"),
    [
        (-10.0, 10, 10, "10s later than the gap, since the camera plays 10s earlier than asked"),
        (10.0, -10, 0, "10s earlier than the gap, since the camera plays 10s later than asked"),
        (
            7200.0,
            -7200,
            -7200,
            "2h 00m earlier than the gap, since the camera plays 2h 00m later than asked",
        ),
    ],
)
def test_a_camera_that_plays_another_time_is_asked_as_a_fill_asks_it(
    shift_s: float, start_off_s: int, end_off_s: int, words: str
) -> None:
    access, memory = make_access(CAMERA, None), CameraMemory(CAMERA.id, shift_s=shift_s, shift_shown_by="its pictures")
    shifted = url_preview(access, GAP, memory, is_revealed=False)
    asked = Window(GAP.window.start + timedelta(seconds=start_off_s), GAP.window.end + timedelta(seconds=end_off_s))

    assert shifted.url == url_preview(access, replace(GAP, window=asked), is_revealed=False).url
    assert shifted.url in shlex.split(shifted.command)
    assert shlex.split(shifted.command)[-1] == recording_name(GAP.window.start), (
        "the footage is of the gap all the same"
    )
    assert shifted.note.startswith(f"It asks for {words}, shown by its pictures")
    assert url_preview(access, GAP, CameraMemory(CAMERA.id), is_revealed=False).note == ""
