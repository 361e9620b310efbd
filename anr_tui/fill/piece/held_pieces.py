"""Pieces of a fill that wait for what comes to stand beside them: only the camera's word says of what time they are.

Where pieces are fetched side by side, one in the middle arrives when nothing stands on either side of it. A camera that
takes times for others than they are meant would be believed there, although its neighbours show it a second later.
"""

from collections.abc import Sequence

from anr_tui.domain.outcome import Outcome
from anr_tui.fill.piece.piece_fill import PieceFill
from anr_tui.fill.verdict import ENDS_FILL, Verdict

_CANNOT_ASK = "Nobody can say now of what time it is"
_OTHERS_ARE_WRONG = "Other pieces of the gap are of another time than asked, and nothing shows of what time it is"


class HeldPieces:
    """The pieces of one fill that are held. Each is judged by one lane at a time."""

    def __init__(self) -> None:
        self._held: list[PieceFill] = []
        self._landed: list[PieceFill] = []

    async def take(self, done: PieceFill) -> list[Verdict]:
        """Hold a piece that is to be held, and go on with those beside which something has come to stand.

        Returns what went wrong with these.
        """
        verdicts: list[Verdict] = []
        resumed: list[PieceFill] = []
        ended = [done]
        while ended:
            piece = ended.pop()
            if piece.is_held and piece not in resumed and any(_adjoins(piece, each) for each in self._landed):
                resumed.append(piece)
                verdict = await piece.resume(is_last=False)
                verdicts += [verdict] if verdict is not None else []
                ended.append(piece)
            elif piece.is_held:
                self._held.append(piece)
            elif piece.has_landed:
                self._landed.append(piece)
                beside = [each for each in self._held if _adjoins(each, piece)]
                self._held = [each for each in self._held if each not in beside]
                ended += beside
        return verdicts

    async def finish(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """End with those beside which nothing came to stand, all lanes having ended with these verdicts.

        They land on the camera's word, unless it was shown to be wrong or cannot be asked any more: then they are kept.
        """
        ended: list[Verdict] = []
        for piece in sorted(self._held, key=lambda each: each.window.start):
            if piece not in self._held:
                continue
            self._held.remove(piece)
            outcomes = {each.outcome for each in (*verdicts, *ended)}
            if outcomes & ENDS_FILL:
                await piece.give_up(_CANNOT_ASK)
            elif Outcome.WRONG_TIME in outcomes:
                await piece.give_up(_OTHERS_ARE_WRONG)
            else:
                verdict = await piece.resume(is_last=True)
                ended += [verdict] if verdict is not None else []
                ended += await self.take(piece)
        return ended


def _adjoins(piece: PieceFill, other: PieceFill) -> bool:
    return piece.window.end == other.window.start or other.window.end == piece.window.start
