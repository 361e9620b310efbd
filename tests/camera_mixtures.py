"""Any mixture of the ways in which a simulated camera tells times, begins and stamps: strategies for hypothesis."""

from hypothesis import strategies as st

from anr_tui.demo.camera.faults import Clock, Faults, Stale, StartAt, StartRule, Tells
from anr_tui.domain.window import Window
from tests.recording import clips

_ZONES_S = [0.0, 3600.0, -5 * 3600.0, 5.5 * 3600, 12.75 * 3600]

clocks = st.builds(
    Clock,
    local_time_offset_s=st.sampled_from(_ZONES_S),
    date_offset_s=st.sampled_from([0.0, 3.0, -20.0, 600.0]),
    date_step_s=st.sampled_from([0.0, 7.0, -30.0]),
    cuts_date_to_minute=st.booleans(),
    tells_date=st.booleans(),
)
start_rules = st.builds(
    StartRule,
    at=st.sampled_from(StartAt),
    offset_s=st.sampled_from([0.0, -10.0, -3.0, 1.0, 5.0]),
    end_offset_s=st.sampled_from([None, 0.0]),
)
faults = st.builds(
    Faults,
    clock=clocks,
    start=start_rules,
    stamp_rate=st.sampled_from([0.5, 0.7, 1.0, 1.3, 2.0]),
    stamp_outlier=st.sampled_from([None, (3.0, 36_000.0), (4.0, -2.0)]),
    stale=st.sampled_from([None, Stale(seconds=3, footage_offset_s=-8)]),
    clock_offset_s=st.sampled_from([0.0, 40.0, -300.0]),
    skips_holes=st.booleans(),
    starts_at_next_footage=st.booleans(),
    encodes_anew=st.booleans(),
    tells_range=st.sampled_from([tells for tells in Tells if tells is not Tells.FLOOD]),
    refuses_require=st.booleans(),
)
"""Faults that change where footage is and what is said of it, and that lose nothing."""

gops_s = st.sampled_from([0.2, 1.0, 2.0, 4.0, 10.0, 20.0])
"""The distance of key frames, for `EngineSite.card(gop_s=...)`."""


def holes(window: Window) -> st.SearchStrategy[list[Window]]:
    """What a card may hold of a window of whole seconds: all of it, or clips with pauses between them."""
    lengths_s = st.sampled_from([2, 4, 8])
    parts = st.builds(lambda footage_s, pause_s: clips(window, footage_s, pause_s), lengths_s, lengths_s)
    return st.one_of(st.just([window]), parts)
