"""What this worker has done since it began: numbers that only grow, whatever becomes of the journal's rows."""

from collections import Counter
from dataclasses import dataclass, field

from anr_tui.domain.outcome import Outcome


@dataclass(slots=True)
class Counters:
    """Fills that ended, by outcome, and the footage that landed."""

    ended: Counter[Outcome] = field(default_factory=Counter)
    recovered_s: float = 0.0
    recovered_bytes: int = 0

    def note_landed(self, seconds: float, size_bytes: int) -> None:
        """Count a file."""
        self.recovered_s += seconds
        self.recovered_bytes += size_bytes
