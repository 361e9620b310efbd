"""What follows an outcome by itself, and what a person can do: the same words on the screen and in docs/outcomes.md."""

from dataclasses import dataclass

from anr_tui.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Advice:
    """`next_step` comes by itself, `remedy` is for a person; `sentence` is what a fill's own reason says of either."""

    next_step: str = ""
    remedy: str = ""
    sentence: str = ""


ADVICE = {
    Outcome.FILLED: Advice(),
    Outcome.PARTLY_FILLED: Advice(
        "the next sweep asks for the rest only", "if it stays: look at the fill's log for who closed"
    ),
    Outcome.NO_FOOTAGE: Advice(
        "tried again up to the maximum, then failed",
        "check that the camera records to its own card, and its clock",
        "Check that the camera records to its own card.",
    ),
    Outcome.CAMERA_BUSY: Advice(
        "tried again within a minute or two", "close other playbacks of this camera", "It is asked again soon."
    ),
    Outcome.UNREACHABLE: Advice(
        "tried again with growing pauses, up to half an hour",
        "check power, network and RTSP port; anr-tui doctor",
    ),
    Outcome.LOGIN_REFUSED: Advice(
        "the camera is left alone: cameras lock accounts",
        "correct its user and password, or retry (r)",
        "Correct the camera's user and password, then retry; it is left alone until then.",
    ),
    Outcome.NOT_UNDERSTOOD: Advice(
        "tried again up to the maximum",
        "set anr_replay_url_template, see docs/setup.md",
        "Set a replay URL template that fits this camera (anr_replay_url_template).",
    ),
    Outcome.DISK_FULL: Advice(
        "nothing is fetched for a minute", "make room; check HELDAR_MIN_FREE_DISK_GB and the directory's owner"
    ),
    Outcome.STOPPED: Advice("the next sweep asks for the rest"),
    Outcome.TIMED_OUT: Advice("the next sweep asks for the rest", "look at the log"),
    Outcome.TOO_OLD: Advice("left alone"),
    Outcome.INTERRUPTED: Advice(
        "what arrived is kept; the next sweep lands it and asks for the rest",
        "if it stays: is the machine short of memory?",
    ),
}
