"""A gap in the worker's hands: whose turn it is, and who stopped it."""

from dataclasses import replace

from anr_tui.worker.job import Job
from tests.builders import CAMERA, GAP


def test_a_job_that_several_people_asked_for_has_the_turn_of_the_first() -> None:
    job = Job(GAP, CAMERA, "sweep", [9, 5])

    assert (job.is_asked_for, job.asked) == (True, 5.0)


def test_a_job_of_the_sweep_has_no_turn_among_those() -> None:
    assert (Job(GAP, CAMERA, "sweep").is_asked_for, Job(GAP, CAMERA, "sweep").asked) == (False, None)


def test_who_stopped_it_first_is_told() -> None:
    job = Job(GAP, CAMERA, "sweep")
    job.end("anna@nvr-07")
    job.end("the worker's end")

    assert job.stop.is_set()
    assert job.stopped_by == "anna@nvr-07"


def test_cameras_of_one_address_share_their_sessions_and_those_without_one_share_with_nobody() -> None:
    other = replace(CAMERA, id="yard")
    nowhere = [replace(CAMERA, id=name, address=None) for name in ("a", "b")]
    devices = [Job(GAP, camera, "sweep").device for camera in (CAMERA, other, *nowhere)]

    assert devices[0] == devices[1]
    assert len(set(devices)) == 3
