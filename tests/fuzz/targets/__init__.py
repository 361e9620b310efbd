"""The targets: each takes any bytes, lets only the documented errors pass, and asserts what must hold."""

from collections.abc import Callable

from tests.fuzz.targets.bundle import bundle
from tests.fuzz.targets.digest import digest
from tests.fuzz.targets.journal import journal
from tests.fuzz.targets.masking import known_secrets, masking
from tests.fuzz.targets.media import media, media_times
from tests.fuzz.targets.mp4 import mp4, parameter_sets
from tests.fuzz.targets.rtsp import rtsp
from tests.fuzz.targets.sdp import sdp
from tests.fuzz.targets.times import times
from tests.fuzz.targets.urls import urls

_EVERY = (
    rtsp,
    media,
    media_times,
    sdp,
    digest,
    mp4,
    parameter_sets,
    times,
    urls,
    masking,
    known_secrets,
    journal,
    bundle,
)

TARGETS: dict[str, Callable[[bytes], None]] = {target.__name__: target for target in _EVERY}
"""Every target by its name, which is also that of its folder in corpus/."""
