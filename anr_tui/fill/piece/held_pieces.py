"""Pieces of a fill that wait for what comes to stand beside them: only the camera's word says of what time they are.

Where pieces are fetched side by side, one in the middle arrives when nothing stands on either side of it. A camera that
takes times for others than they are meant would be believed there, although its neighbours show it a second later.
"""

from collections.abc import Sequence
from typing import Protocol

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.verdict import ENDS_FILL, Verdict

NOT_KNOWN = "Nobody can say now of what time it is"
_OTHERS_ARE_WRONG = "Other pieces of the gap are of another time than asked, and nothing shows of what time it is"


class Piece(Protocol):
    """The fill of one piece, as `PieceFill` is."""

    @property
    def window(self) -> Window:
        """The piece."""

    @property
    def is_held(self) -> bool:
        """Whether it waits with what it fetched for what may come to stand beside it."""

    @property
    def has_landed(self) -> bool:
        """Whether anything of it is on disk."""

    @property
    def is_of_another_time(self) -> bool:
        """Whether what came last is of another time than asked."""

    @property
    def is_worth_asking_again(self) -> bool:
        """Whether other pieces have shown that the camera must be asked otherwise than it was."""

    async def resume(self, *, is_last: bool) -> Verdict | None:
        """Land what was held, now that more may stand beside it, or all that ever will: `is_last`."""

    async def ask_again(self) -> Verdict | None:
        """Ask for what is missing as other pieces have shown that the camera must be asked."""

    async def give_up(self, reason: str) -> None:
        """Keep what was held as a part."""


class HeldPieces:
    """The pieces of one fill that are held. Each is judged by one lane at a time."""

    def __init__(self) -> None:
        self._held: list[Piece] = []
        self._landed: list[Piece] = []
        self._wrong: list[Piece] = []

    async def take(self, done: Piece) -> list[Verdict]:
        """Hold a piece that is to be held, and go on with those beside which something has come to stand.

        Returns what went wrong with these.
        """
        verdicts: list[Verdict] = []
        resumed: list[Piece] = []
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
            elif not piece.has_landed:
                self._wrong += [piece] if piece.is_of_another_time else []
            else:
                self._landed.append(piece)
                beside = [each for each in self._held if _adjoins(each, piece)]
                self._held = [each for each in self._held if each not in beside]
                ended += beside
        return verdicts

    async def finish(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """End with those beside which nothing came to stand; returns the verdicts of all, those of the lanes included.

        What was of another time before others showed what to ask for is asked for again. What nothing came to stand
        beside lands on the camera's word, unless that was shown to be wrong or the camera cannot be asked any more:
        then it is kept.
        """
        ended: list[Verdict] = []
        wrong, self._wrong = self._wrong, []
        for piece in wrong:
            if not _ends(verdicts, ended) and piece.is_worth_asking_again:
                verdict = await piece.ask_again()
                ended += [verdict] if verdict is not None else []
            ended += await self.take(piece)
        for piece in sorted(self._held, key=lambda each: each.window.start):
            if piece not in self._held:
                continue
            self._held.remove(piece)
            if _ends(verdicts, ended):
                await piece.give_up(NOT_KNOWN)
            elif self._wrong:
                await piece.give_up(_OTHERS_ARE_WRONG)
            else:
                verdict = await piece.resume(is_last=True)
                ended += [verdict] if verdict is not None else []
                ended += await self.take(piece)
        return [*(each for each in verdicts if each.outcome is not Outcome.WRONG_TIME or self._wrong), *ended]


def _ends(*verdicts: Sequence[Verdict]) -> bool:
    """Whether any of the verdicts says that the camera must not be asked any more."""
    no_more = ENDS_FILL - {Outcome.WRONG_TIME}
    return any(each.outcome in no_more for several in verdicts for each in several)


def _adjoins(piece: Piece, other: Piece) -> bool:
    return piece.window.end == other.window.start or other.window.end == piece.window.start
