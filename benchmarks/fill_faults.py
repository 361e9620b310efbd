"""The faults of the simulated cameras, one for each camera, with which every way of filling is tried."""

from collections.abc import Callable
from dataclasses import dataclass

from anr_tui.demo.camera.faults import End, Faults, Offer


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a camera; `make` builds it for the length of the gaps in seconds.

    `hole` is the part that the card lacks of its first gap, as shares of its length; `gop_s` is the distance of its key
    frames in seconds. From a `hopeless` camera nothing can be fetched.
    """

    name: str
    make: Callable[[float], Faults]
    hole: tuple[float, float] | None = None
    gop_s: float = 1.0
    hopeless: bool = False


# The order in which cameras get them: a site of fewer cameras has the first ones.
FAULTS = (
    Fault("closes half way, once", lambda s: Faults(closes_after_s=s / 2, plays=1, end=End.CLOSE)),
    Fault("its clock is ahead by half a gap", lambda s: Faults(clock_offset_s=max(5, s // 2))),
    Fault("plays what comes next where it has nothing", lambda _: Faults(starts_at_next_footage=True), hole=(0, 1)),
    Fault("is busy at first, and has one session", lambda _: Faults(busy_requests=1, max_sessions=1)),
    Fault("has a hole, over which its times run on", lambda _: Faults(skips_holes=True), hole=(1 / 4, 3 / 4)),
    Fault("sends half a packet, once", lambda s: Faults(half_packet_after_s=s / 3, plays=1)),
    Fault("falls silent half way, once", lambda s: Faults(stalls_after_s=s / 2, plays=1)),
    Fault("says goodbye half way and stays, once", lambda s: Faults(ends_early_after_s=s / 2, plays=1)),
    Fault("sends garbage, once", lambda s: Faults(garbage_after_s=s / 3, plays=1)),
    Fault("opens between key frames", lambda _: Faults(opens_mid_gop=True), gop_s=2.0),
    Fault("its times jump ahead by 5 s", lambda s: Faults(stamps_jump=(s / 3, 5.0))),
    Fault("its times stand still for 5 s", lambda s: Faults(stamps_stand=(s / 3, s / 3 + 5))),
    Fault(
        "names another host, forgets its nonces, offers more than it sends, never ends",
        lambda _: Faults(
            content_base_host="192.0.2.7:554", nonce_requests=2, header_bytes=4096, offer=Offer.MORE, end=End.SILENT
        ),
    ),
    Fault("ends with an ANNOUNCE", lambda _: Faults(end=End.ANNOUNCE, max_sessions=1)),
    Fault("never answers", lambda _: Faults(never_answers=True), hopeless=True),
    Fault("refuses the login", lambda _: Faults(refuses_login=True), hopeless=True),
)
SOUND = Fault("none", lambda _: Faults())
