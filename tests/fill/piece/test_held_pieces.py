"""Pieces that wait for what comes to stand beside them, whichever of them comes first."""

from dataclasses import dataclass, field

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.piece.held_pieces import HeldPieces
from anr_tui.fill.verdict import Verdict
from tests.fill.placement.clips import window

WRONG, UNREACHABLE = Verdict(Outcome.WRONG_TIME, "of another time"), Verdict(Outcome.UNREACHABLE, "gone")
PARTLY = Verdict(Outcome.PARTLY_FILLED, "in part")


@dataclass(eq=False)
class ScriptedPiece:
    """A piece of 10 s, which lands once anything stands beside it (`stands`), or at the last.

    `log` is shared: what became of the pieces, in order.
    """

    number: int
    log: list[str]
    stands: set[int]
    is_held: bool = True
    has_landed: bool = False
    is_of_another_time: bool = False
    is_worth_asking_again: bool = False
    verdict: Verdict | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def window(self) -> Window:
        return window(10 * self.number, 10 * self.number + 10)

    def land(self) -> None:
        self.is_held, self.has_landed, self.is_of_another_time = False, True, False
        self.stands.add(self.number)
        self.log.append(f"{self.number} landed")

    async def resume(self, *, is_last: bool) -> Verdict | None:
        if is_last or self.stands & {self.number - 1, self.number + 1}:
            self.land()
        return self.verdict

    async def ask_again(self) -> Verdict | None:
        self.log.append(f"{self.number} asked again")
        self.land()
        return self.verdict

    async def give_up(self, reason: str) -> None:
        self.is_held = False
        self.reasons.append(reason)


@pytest.fixture
def pieces() -> list[ScriptedPiece]:
    log: list[str] = []
    stands: set[int] = set()
    return [ScriptedPiece(number, log, stands) for number in range(5)]


async def test_what_lands_lets_its_neighbours_land_one_after_the_other(pieces: list[ScriptedPiece]) -> None:
    held = HeldPieces()
    for piece in (pieces[1], pieces[3], pieces[2]):
        assert await held.take(piece) == []
    assert pieces[0].log == []
    pieces[0].land()
    await held.take(pieces[0])
    assert pieces[0].log == ["0 landed", "1 landed", "2 landed", "3 landed"]


async def test_a_piece_whose_neighbour_landed_while_it_was_fetched_does_not_wait(pieces: list[ScriptedPiece]) -> None:
    held = HeldPieces()
    pieces[4].land()
    await held.take(pieces[4])
    await held.take(pieces[3])
    assert pieces[3].has_landed


async def test_at_the_end_the_cameras_word_is_taken_where_nothing_else_came(pieces: list[ScriptedPiece]) -> None:
    held = HeldPieces()
    pieces[3].verdict = PARTLY
    for piece in (pieces[3], pieces[1]):
        await held.take(piece)
    assert await held.finish([]) == [PARTLY]
    assert pieces[0].log == ["1 landed", "3 landed"]


async def test_a_camera_that_cannot_be_asked_lands_nothing_more(pieces: list[ScriptedPiece]) -> None:
    held = HeldPieces()
    await held.take(pieces[1])
    assert await held.finish([UNREACHABLE]) == [UNREACHABLE]
    assert not pieces[1].has_landed and pieces[1].reasons == ["Nobody can say now of what time it is"]


async def test_a_camera_that_was_shown_to_be_wrong_is_not_believed_elsewhere(pieces: list[ScriptedPiece]) -> None:
    held = HeldPieces()
    pieces[0].is_held, pieces[0].is_of_another_time = False, True
    await held.take(pieces[0])
    await held.take(pieces[2])
    assert await held.finish([WRONG]) == [WRONG]
    assert not pieces[2].has_landed and "of another time than asked" in pieces[2].reasons[0]


async def test_what_was_wrong_before_others_showed_how_to_ask_is_asked_for_again(pieces: list[ScriptedPiece]) -> None:
    held = HeldPieces()
    pieces[0].is_held, pieces[0].is_of_another_time = False, True
    await held.take(pieces[0])
    await held.take(pieces[1])
    pieces[0].is_worth_asking_again = True
    assert await held.finish([WRONG, PARTLY]) == [PARTLY]
    assert pieces[0].log == ["0 asked again", "0 landed", "1 landed"]
