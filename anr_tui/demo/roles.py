"""The six cameras of the demo site: their names, their behaviour, and what was lost before the demo began."""

from dataclasses import dataclass

from anr_tui.demo.camera.faults import Faults, Pace

HISTORY_S = 720
SEGMENT_S = 60
RETENTION_HOURS = 2
# The first file on a card holds the whole history.
LONGEST_FILE_S = HISTORY_S


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


# The last loss of each began at the same moment: the network of the whole site failed.
ROLES = (
    Role("front-gate", "Front gate", ((610, 24), (405, 20), (148, 20)), faults=Faults(refuses_require=True)),
    Role("loading-dock", "Loading dock", ((640, 60), (420, 45), (150, 50)), pace=_FAST),
    Role("car-park", "Car park", ((560, 40), (149, 45)), pace=_FAST, faults=Faults(closes_after_s=12, plays=1)),
    Role(
        "reception",
        "Reception",
        ((590, 35), (330, 30), (147, 30)),
        pace=Pace(4.0),
        faults=Faults(max_sessions=1),
        has_sound=True,
    ),
    Role("north-fence", "North fence", ((480, 30), (146, 25)), faults=Faults(refuses_connections=True)),
    Role("server-room", "Server room", ((520, 30), (150, 40)), has_card=False),
)
