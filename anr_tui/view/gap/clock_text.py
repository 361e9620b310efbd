"""What clocks showed while a landed file was fetched, in words."""

from anr_tui.domain.evidence.clock_evidence import ClockEvidence
from anr_tui.platform.text import duration

# A Date has whole seconds, and two clocks are not read at the same moment.
_WORTH_SAYING_S = 2.0


def clock_text(clocks: ClockEvidence) -> str:
    """All that is known of the clocks of a file, as one line; "" where nothing is."""
    if not clocks.is_known:
        return ""
    parts = [_asked(clocks.shift_s), _camera(clocks.camera_clock_off_s), f"our clock {_own(clocks)}"]
    return "; ".join(part for part in parts if part)


def clock_warning(clocks: ClockEvidence) -> str:
    """What speaks against our own clock while a file was fetched, in a few words; "" for nothing."""
    if is_stepped(clocks):
        return f"our clock was stepped by {clocks.own_clock_step_s:+.0f} s"
    return "our clock was not synchronised" if clocks.own_clock_synced is False else ""


def is_stepped(clocks: ClockEvidence) -> bool:
    """Whether our own clock was stepped while a file was fetched."""
    return abs(clocks.own_clock_step_s or 0.0) >= 1.0


def _asked(shift_s: float | None) -> str:
    if not shift_s:
        return "asked for as it is" if shift_s == 0 else ""
    return (
        f"asked for {duration(abs(shift_s))} {'earlier' if shift_s > 0 else 'later'}, as the camera's times are meant"
    )


def _camera(off_s: float | None) -> str:
    if off_s is None:
        return "the camera's clock not known"
    if abs(off_s) <= _WORTH_SAYING_S:
        return "the camera's clock agreed with ours"
    return f"the camera's clock {duration(abs(off_s))} {'ahead of' if off_s > 0 else 'behind'} ours"


def _own(clocks: ClockEvidence) -> str:
    states = {True: "synchronised", False: "not synchronised", None: "synchronised or not, which is not known"}
    step_s = clocks.own_clock_step_s
    if step_s is None:
        return states[clocks.own_clock_synced]
    stepped = f"stepped by {step_s:+.0f} s during the fill" if is_stepped(clocks) else "not stepped during the fill"
    return f"{states[clocks.own_clock_synced]}, {stepped}"
