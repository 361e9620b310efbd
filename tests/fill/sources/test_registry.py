"""Each way in which footage comes has a source that fetches it."""

import pytest

from anr_tui.domain.secret import Secret
from anr_tui.fill.sources.http import HttpSource
from anr_tui.fill.sources.interface import SourceSettings
from anr_tui.fill.sources.registry import SOURCES, source_of
from anr_tui.fill.sources.rtsp import RtspSource
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.interface import Transport
from tests.fill.camera_row import camera_row


def test_every_transport_has_a_source() -> None:
    assert set(SOURCES) == set(Transport)


@pytest.mark.parametrize(
    ("columns", "source"),
    [
        ({"vendor": "hikvision"}, RtspSource),
        ({"vendor": "mediamtx"}, HttpSource),
        ({"vendor": "hikvision", "replay_url_template": Secret("https://cam/get?from={start}")}, HttpSource),
        ({"vendor": "mediamtx", "replay_url_template": Secret("rtsp://cam/get?from={start}")}, RtspSource),
    ],
)
def test_a_cameras_own_template_decides_before_its_vendor(columns, source, ffmpeg) -> None:
    access = make_access(camera_row(554, **columns), None)

    assert isinstance(source_of(access, SourceSettings(ffmpeg, stall_s=20)), source)
