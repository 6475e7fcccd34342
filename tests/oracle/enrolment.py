"""Who begins a programme, in plain Python: intake and places as a recursion on expected numbers.

    chance of beginning in step t = min(1, min(intake_t, places − going on) / eligible)

with the plan's expected numbers at the end of step t − 1, all chains together: those in eligible
states who were never enrolled, and those who are in the programme and go on in step t.
"""

from collections.abc import Callable
from dataclasses import replace

from oracle.exact import forward
from oracle.lives import PLAN, Cell, Chain, Programme, arrivals_of, first_cell


def enrolled(
    chains: list[Chain],
    programme: Programme,
    steps: int,
    intake: Callable[[int], float],
    places: float = float("inf"),
    reached: list[bool] | None = None,
) -> list[Chain]:
    """The chains with the programme, whose chances of beginning follow from the numbers.

    intake   step -> people in that step
    reached  which chains it is open to; default: all
    """
    open_to = reached or [True] * len(chains)
    found: dict[int, float] = {}
    joined = [
        replace(chain, programme=replace(programme, begins=found.__getitem__ if open_ else never))
        for chain, open_ in zip(chains, open_to, strict=True)
    ]
    layers: list[dict[Cell, float]] = []
    for chain in joined:
        layers.append({})
        for place, number in chain.stock.items():
            add(layers[-1], first_cell(chain, place), number)
    for step in range(1, steps + 1):
        eligible = going_on = 0.0
        for layer, open_ in zip(layers, open_to, strict=True):
            for cell, number in layer.items():
                if open_ and cell.mark == 0 and cell.state in programme.eligible:
                    eligible += number
                if cell.mark > 0 and cell.mark != programme.months:
                    going_on += number * (1.0 - programme.drops)
        wanted = max(min(intake(step), places - going_on), 0.0)
        found[step] = 0.0 if wanted == 0.0 else 1.0 if wanted >= eligible else wanted / eligible
        for k, chain in enumerate(joined):
            layers[k] = forward(chain, layers[k], step, PLAN)
            for cell, together, _, plan_alone in arrivals_of(chain, step):
                add(layers[k], cell, together + plan_alone)
    return joined


def never(step: int) -> float:
    """The programme is not open to them."""
    return 0.0


def add(layer: dict[Cell, float], cell: Cell, number: float) -> None:
    layer[cell] = layer.get(cell, 0.0) + number
