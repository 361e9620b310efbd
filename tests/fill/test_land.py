import errno
import os
import resource
import stat
import time
from dataclasses import replace
from pathlib import Path

import av
import pytest

from anr_tui.domain.errors import DiskFullError, FillError
from anr_tui.fill import land as landing
from anr_tui.fill.land import Landed
from anr_tui.fill.media.verify import Run, read_media
from anr_tui.sites.recordings.media_header import media_length_s
from tests.fill.archive import archive_of

FRAME_S = 0.04


def land(part: Path, run: Run, target: Path) -> Landed:
    return landing.land(part, run, target, archive_of(target.parent))


def only_run(part) -> Run:
    (run,) = read_media(part).runs
    return run


@pytest.mark.parametrize(("codec", "tag"), [("h264", "avc1"), ("hevc", "hvc1")])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_run_lands_whole_from_0_and_decodes(make_part, run_ffmpeg, tmp_path, codec, tag, b_frames):
    part = make_part(codec, b_frames)
    run = only_run(part)
    target = tmp_path / "20260613_120000.mp4"
    landed = land(part, run, target)
    assert landed.path == target
    assert landed.size_bytes == target.stat().st_size
    assert landed.media_s == pytest.approx(run.seconds, abs=0.001)
    assert media_length_s(target) == pytest.approx(run.seconds, abs=FRAME_S)
    with av.open(str(target)) as media:
        assert media.streams.video[0].codec_context.codec_tag == tag
        first = next(media.demux(media.streams.video[0]))
        assert (first.pts, first.is_keyframe) == (0, True)
    again = only_run(target)
    assert (again.start_s, again.packets) == (0, run.packets)
    assert run_ffmpeg("-i", str(target), "-f", "null", "-") == ""


def test_its_index_stands_in_front(make_part, tmp_path):
    target = tmp_path / "x.mp4"
    land(make_part(), only_run(make_part()), target)
    content = target.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_sound_and_picture_stay_together(tmp_path, run_ffmpeg):
    """GIVEN a beep and a flash at 5.0 s WHEN a run from 2 s lands THEN both are at 3.0 s."""
    part = tmp_path / "x.mp4.part"
    flash = "color=black:size=160x120:rate=25,drawbox=color=white:t=fill:enable='gte(t,5)'"
    beep = "aevalsrc='if(gte(t,5),sin(5000*t),0)':s=16000"
    run_ffmpeg(
        *("-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-t", "8", "-c:v", "libx264", "-g", "50"),
        *("-bf", "2", "-c:a", "aac", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+delay_moov", str(part)),
    )
    run = only_run(part)
    target = tmp_path / "x.mp4"
    land(part, replace(run, start_s=2.0), target)
    with av.open(str(target)) as media:
        flash_s = next(frame.time for frame in media.decode(video=0) if max(bytes(frame.planes[0])) > 128)
    with av.open(str(target)) as media:
        beep_s = next(frame.time for frame in media.decode(audio=0) if max(memoryview(frame.planes[0]).cast("f")) > 0.1)
    assert flash_s == pytest.approx(3.0, abs=0.001)
    assert beep_s == pytest.approx(3.0, abs=1024 / 16000)


@pytest.mark.parametrize("sound", [(), ("-bsf:a", "setts=ts=TS*0.8")], ids=["as time does", "as the pictures do"])
def test_stamps_that_run_at_another_pace_are_written_as_time_runs(tmp_path, run_ffmpeg, sound):
    """GIVEN a beep and a flash after 5 s, the flash stamped 4.0, WHEN a run from stamp 1.92 lands THEN both are at 2.6.

    The stamps of the sound run as those of the pictures do, or as time does.
    """
    part = tmp_path / "x.mp4.part"
    flash = "color=black:size=160x120:rate=25,drawbox=color=white:t=fill:enable='gte(t,5)'"
    beep = "aevalsrc='if(gte(t,5),sin(5000*t),0)':s=16000"
    run_ffmpeg(
        *("-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-t", "8", "-c:v", "libx264", "-g", "50"),
        *("-bsf:v", "setts=pts=PTS*0.8:dts=DTS*0.8", *sound, "-bf", "2", "-c:a", "aac"),
        *("-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+delay_moov", str(part)),
    )
    run = only_run(part)
    target = tmp_path / "x.mp4"
    landed = landing.land(part, replace(run, start_s=1.92), target, archive_of(tmp_path), key_s=1.6, rate=1.25)
    assert landed.media_s == pytest.approx((run.end_s - 1.92) * 1.25, abs=FRAME_S)
    with av.open(str(target)) as media:
        flash_s = next(frame.time for frame in media.decode(video=0) if max(bytes(frame.planes[0])) > 128)
    with av.open(str(target)) as media:
        beep_s = next(frame.time for frame in media.decode(audio=0) if max(memoryview(frame.planes[0]).cast("f")) > 0.1)
    assert flash_s == pytest.approx(2.6, abs=0.001)
    assert beep_s == pytest.approx(2.6, abs=1024 / 16000)


def test_a_shortened_run_ends_where_it_is_told(make_part, run_ffmpeg, tmp_path):
    part = make_part("h264", 2)
    target = tmp_path / "x.mp4"
    landed = land(part, replace(only_run(part), end_s=5.0), target)
    assert landed.media_s == pytest.approx(5.0, abs=3 * FRAME_S)
    assert landed.media_s <= 5.0
    assert run_ffmpeg("-i", str(target), "-f", "null", "-") == ""


def test_of_two_runs_each_lands_alone(make_part, tmp_path):
    part = make_part(jump_s=30)
    before, after = read_media(part).runs
    for number, run in enumerate((before, after)):
        target = tmp_path / f"{number}.mp4"
        land(part, run, target)
        assert only_run(target).packets == run.packets
        assert media_length_s(target) == pytest.approx(run.seconds, abs=0.001)


def test_where_the_picture_changes_its_size_each_file_s_header_says_its_own(tmp_path, run_ffmpeg):
    sizes = ((160, 120), (320, 240))
    for width, height in sizes:
        run_ffmpeg(
            *("-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate=25", "-t", "2", "-c:v", "libx264"),
            *("-g", "50", "-bf", "2", "-bsf:v", "dump_extra", str(tmp_path / f"{width}.h264")),
        )
    both = b"".join((tmp_path / f"{width}.h264").read_bytes() for width, _ in sizes)
    (tmp_path / "both.h264").write_bytes(both)
    part = tmp_path / "x.mp4.part"
    run_ffmpeg("-r", "25", "-i", str(tmp_path / "both.h264"), "-c", "copy", "-f", "mp4", str(part))
    runs = read_media(part).runs
    assert len(runs) == len(sizes)
    for run, size in zip(runs, sizes, strict=True):
        target = tmp_path / f"{size[0]}.mp4"
        land(part, run, target)
        with av.open(str(target)) as media:
            context = media.streams.video[0].codec_context
            assert (context.width, context.height) == size
            assert {(frame.width, frame.height) for frame in media.decode(video=0)} == {size}
        assert only_run(target).packets == run.packets == 50


def test_a_sound_track_without_sound_does_not_land(tmp_path, run_ffmpeg):
    part, target = tmp_path / "x.mp4.part", tmp_path / "x.mp4"
    late = ("-itsoffset", "6", "-f", "lavfi", "-i", "sine=sample_rate=16000")
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25", *late, "-t", "8", "-c:v", "libx264", "-g", "50"),
        *("-c:a", "aac", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+delay_moov", str(part)),
    )
    for end_s, has_sound in ((4.0, False), (8.0, True)):
        land(part, replace(only_run(part), end_s=end_s), target)
        with av.open(str(target)) as media:
            assert bool(media.streams.audio) is has_sound
        target.unlink()


def test_a_file_that_is_there_is_never_replaced(make_part, tmp_path):
    target = tmp_path / "x.mp4"
    target.write_bytes(b"evidence")
    with pytest.raises(FillError, match=r"x\.mp4 is there already"):
        land(make_part(), only_run(make_part()), target)
    assert target.read_bytes() == b"evidence"
    assert os.listdir(tmp_path) == ["x.mp4"]


def test_nor_where_the_disk_knows_no_hard_links(make_part, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    part, target = make_part(), tmp_path / "x.mp4"
    land(part, only_run(part), target)
    landed = target.read_bytes()
    with pytest.raises(FillError, match="is there already"):
        land(part, only_run(part), target)
    assert target.read_bytes() == landed
    assert os.listdir(tmp_path) == ["x.mp4"]


def test_it_is_for_owner_and_group_and_dated_now(make_part, tmp_path):
    before = time.time() - 1
    part, target = make_part(), tmp_path / "x.mp4"
    land(part, only_run(part), target)
    assert stat.S_IMODE(target.stat().st_mode) & 0o007 == 0
    assert stat.S_IMODE(target.stat().st_mode) & 0o400
    assert target.stat().st_mtime >= before


def test_another_landing_of_the_same_footage_is_left_alone(make_part, tmp_path):
    other = tmp_path / "x.mp4.0a1b2c3d.landing.part"
    other.write_bytes(b"half a file")
    land(make_part(), only_run(make_part()), tmp_path / "x.mp4")
    assert (other.read_bytes(), len(os.listdir(tmp_path))) == (b"half a file", 2)


def test_a_write_that_fails_leaves_nothing(make_part, tmp_path):
    part, target = make_part(), tmp_path / "x.mp4"
    run = only_run(part)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(FillError, match=r"Cannot copy .* into .*x\.mp4.*: File too large"):
            land(part, run, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_told_apart(make_part, tmp_path, monkeypatch):
    part, target = make_part(), tmp_path / "x.mp4"
    run = only_run(part)
    remux = landing._remux
    monkeypatch.setattr(
        landing, "_remux", lambda part, run, _, *rest: remux(part, run, landing.Path("/dev/full"), *rest)
    )
    with pytest.raises(DiskFullError, match=r"Cannot copy .* into .*x\.mp4.*: No space left on device"):
        land(part, run, target)
    assert os.listdir(tmp_path) == []


def test_a_directory_that_is_gone_is_a_sentence(make_part, tmp_path):
    part = make_part()
    with pytest.raises(FillError, match="No such file or directory"):
        land(part, only_run(part), tmp_path / "gone" / "x.mp4")


def test_a_run_that_the_file_does_not_hold_is_refused(make_part, tmp_path):
    with pytest.raises(FillError, match=r"holds no video from second 100\.000"):
        land(make_part(), Run(100.0, 110.0, 1), tmp_path / "x.mp4")
    assert os.listdir(tmp_path) == []
