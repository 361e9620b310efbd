"""Made scenes, as small pictures of what a camera or a recorder sees of them."""

import math
import random

from anr_tui.fill.media.decoding import SmallPicture

WIDTH, HEIGHT = 32, 18


class Scene:
    """Some things that walk through a picture with a pattern of its own, as its seed says."""

    def __init__(self, seed: int, things: int = 3) -> None:
        chance = random.Random(seed)
        self._ground = [chance.randrange(60, 180) for _ in range(WIDTH * HEIGHT)]
        self._things = [
            (chance.uniform(4, 28), chance.uniform(4, 14), chance.uniform(2, 4), chance.choice((10, 245)),
             [(chance.uniform(3, 9), chance.uniform(5, 25), chance.uniform(0, 6)) for _ in range(3)])
            for _ in range(things)
        ]  # fmt: skip

    def at(self, moment_s: float) -> list[float]:
        greys = [float(each) for each in self._ground]
        for x, y, size, grey, sways in self._things:
            middle_x = x + sum(far * math.sin(moment_s * math.tau / period_s + start) for far, period_s, start in sways)
            for row in range(HEIGHT):
                for column in range(WIDTH):
                    # A pixel of a small picture is the mean of many: edges in it are soft.
                    covered = min(1.0, size + 0.5 - abs(column - middle_x), size * 0.6 + 0.5 - abs(row - y))
                    if covered > 0:
                        greys[row * WIDTH + column] += covered * (grey - greys[row * WIDTH + column])
        return greys


def seen(
    scene: Scene, from_s: float, to_s: float, *, every_s: float = 0.5, shift_s: float = 0.0, gain: float = 1.0,
    bias: float = 0.0, noise: float = 0.5, clock: bool = False, seed: int = 0,
) -> list[SmallPicture]:  # fmt: skip
    chance = random.Random(seed)
    pictures = []
    for number in range(round((to_s - from_s) / every_s)):
        moment_s = from_s + number * every_s
        greys = [grey * gain + bias + chance.gauss(0, noise) for grey in scene.at(moment_s)]
        if clock:
            greys[WIDTH + 1 : WIDTH + 7] = [float(int(moment_s) * (37 + digit) % 255) for digit in range(6)]
        pictures.append(SmallPicture(moment_s + shift_s, bytes(min(255, max(0, round(grey))) for grey in greys)))
    return pictures
