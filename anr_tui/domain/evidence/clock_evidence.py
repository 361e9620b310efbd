"""What clocks showed while footage was fetched. None of it shifts anything: it is kept as evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockEvidence:
    """The clocks of a landed file, in seconds; None for what is not known.

    `shift_s`: how many seconds later than the moment asked for the camera's pictures were taken to be, so that it was
    asked for moments as much earlier. `camera_clock_off_s`: how far the camera's clock was ahead of ours, by the `Date`
    of its answers. `own_clock_synced`: whether a time service kept our own clock; `own_clock_step_s`: by how much it
    was stepped between the start of the fill and the landing (positive: it jumped ahead).
    """

    shift_s: float | None = None
    camera_clock_off_s: float | None = None
    own_clock_synced: bool | None = None
    own_clock_step_s: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known; nothing is of files that landed before this was kept."""
        return self != NO_CLOCKS


NO_CLOCKS = ClockEvidence()
"""Nothing is known of any clock."""
