"""The six cameras of the demo site: their names, their behaviour, and what was lost before the demo began."""

from dataclasses import dataclass

from anr_tui.demo.camera.clock import moved
from anr_tui.demo.camera.faults import Clock, Faults, Pace, StartRule
from anr_tui.domain.window import Window

HISTORY_S = 720
SEGMENT_S = 60
RETENTION_HOURS = 2
# The first file on a card holds the whole history.
LONGEST_FILE_S = HISTORY_S
LOCAL_TIME_OFFSET_S, EARLY_S = 3600.0, 10.0

_REAL_TIME = Pace()
_FAST = Pace(honours_rate_control=True)
_NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True)
class Role:
    """A camera of the demo site.

    `losses` are outages before the demo began: (seconds before now, length in seconds).
    """

    id: str
    name: str
    losses: tuple[tuple[int, int], ...]
    pace: Pace = _REAL_TIME
    faults: Faults = _NO_FAULTS
    has_card: bool = True
    has_sound: bool = False

    @property
    def is_reachable(self) -> bool:
        """Whether the camera accepts connections."""
        return not self.faults.refuses_connections

    @property
    def can_fill(self) -> bool:
        """Whether the gaps of the camera can be filled at all."""
        return self.has_card and self.is_reachable

    def footage_windows(self, history: Window) -> list[Window]:
        """The windows of which footage is made before the demo begins, in order, the history of the site last.

        A camera that takes the times that it is asked for as local plays footage of another hour, so it has that too.
        """
        offset_s = self.faults.clock.local_time_offset_s
        return [moved(history, -offset_s), history] if offset_s else [history]


# The last loss of each began at the same moment: the network of the whole site failed.
ROLES = (
    Role(
        "front-gate",
        "Front gate",
        ((610, 24), (405, 20), (148, 20)),
        faults=Faults(refuses_require=True, start=StartRule(offset_s=-EARLY_S)),
    ),
    Role("loading-dock", "Loading dock", ((640, 60), (420, 45), (150, 50)), pace=_FAST),
    Role("car-park", "Car park", ((560, 40), (149, 45)), pace=_FAST, faults=Faults(closes_after_s=12, plays=1)),
    Role(
        "reception",
        "Reception",
        ((590, 35), (330, 30), (147, 30)),
        pace=Pace(4.0),
        faults=Faults(max_sessions=1, refuses_require=True, clock=Clock(local_time_offset_s=LOCAL_TIME_OFFSET_S)),
        has_sound=True,
    ),
    Role("north-fence", "North fence", ((480, 30), (146, 25)), faults=Faults(refuses_connections=True)),
    Role("server-room", "Server room", ((520, 30), (150, 40)), has_card=False),
)
