"""The exponential law, and with it geometric waiting times, by the ziggurat of Marsaglia & Tsang.

The area under e^-x is covered by 256 layers of the same area v. Layer 0 is the rectangle of height
e^-r from 0 to r and the tail beyond r; layer i ≥ 1 is the rectangle from 0 to x_i between the
heights e^-x_i and e^-x_{i+1}:

    x_1 = r,   v = (r + 1) e^-r,   e^-x_{i+1} = e^-x_i + v / x_i,   x_256 = 0

The last equation fixes r = 7.697…. A number picks a layer, all alike, and a place x in it. Left of
x_{i+1} the whole height is under the curve, and x is taken: 97.8 times in 100. Else a height in the
layer is drawn, and x is taken where it is below e^-x. Layer 0 is drawn as a rectangle of width
r + 1, which has the area v too; a place beyond r stands for the tail, which is the whole law again,
moved by r, so the search starts anew from there.

    waiting = exponential(state) / hazard  # whole part geometric: P(≥ k) = e^-(hazard·k), k ≥ 0

(For a hazard near 0 compare `waiting` with the horizon before int(): it may exceed any integer.)

Places are odd multiples of 2^-57 of the width, so no number is 0, and chances are exact but for
rounding, of the order 2^-53. There is no largest number.

Reference: Marsaglia & Tsang, The ziggurat method for generating random variables, J. Stat. Softw. 5
(2000). They draw the tail by the logarithm of a uniform, which cannot pass 44, and take layer and
place from the same bits, against which Doornik (2005, An improved ziggurat method) warns.
"""

import math

import numpy as np
from numpy.typing import NDArray

from simlab.engine.chance import State, next_u64, uniform
from simlab.kernel.compiled import inline, kernel

__all__ = ["exponential"]

LAYERS = 256


def widths(r: float) -> list[float]:
    """r + 1, x_1 = r, x_2, … as far as x_256, or fewer where the layers reach height 1 before."""
    area = (r + 1.0) * math.exp(-r)
    edges = [r + 1.0, r]
    height = math.exp(-r)
    while len(edges) <= LAYERS:
        height += area / edges[-1]
        if height >= 1.0:
            break
        edges.append(-math.log(height))
    return edges


def start_of_tail() -> float:
    """r, by bisection: the least with which the layers do not reach height 1 too early."""
    low, high = 7.0, 8.0
    while low < (middle := (low + high) / 2) < high:
        if len(widths(middle)) <= LAYERS:
            low = middle
        else:
            high = middle
    return high


def layers() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x_i and e^-x_i, both float64 (257,) and read-only; the first are the base's, r + 1 and 0."""
    width = np.array([*widths(start_of_tail())[:LAYERS], 0.0])
    height = np.exp(-width)
    height[0] = 0.0
    for table in (width, height):
        table.flags.writeable = False
    return width, height


WIDTH, HEIGHT = layers()
TAIL = float(WIDTH[1])  # r


@inline
def exponential(state: State) -> float:
    """A number of the exponential law with mean 1, above 0; takes one number of 64 bits or more."""
    layer, x = place(state)
    if x < WIDTH[layer + 1]:
        return x
    return at_the_edge(layer, x, state)


@inline
def place(state: State) -> tuple[int, float]:
    """A layer, from the 8 lowest bits of a number, and a place in its rectangle, from the others.

    The lowest bit of the 57 that make the place is set: the middle of an interval of 2^-56.
    """
    bits = next_u64(state)
    layer = bits & 0xFF
    return layer, ((bits >> 7) | 1) * 2.0**-57 * WIDTH[layer]


@kernel
def at_the_edge(layer: int, x: float, state: State) -> float:
    """Where the rectangle is not all under the curve: let the height decide, or try the tail."""
    start = 0.0
    while True:
        if layer == 0:
            start += TAIL
        elif HEIGHT[layer] + uniform(state) * (HEIGHT[layer + 1] - HEIGHT[layer]) < math.exp(-x):
            return start + x
        layer, x = place(state)
        if x < WIDTH[layer + 1]:
            return start + x
