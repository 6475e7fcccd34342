"""Where the uncertainty comes from: what is not known, the business cycle, and chance.

Shares of the variance of the net present value (`simlab.result.figures`), which sum to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simlab.charts import style
from simlab.result.figures import VarianceShare
from simlab.study.arguments import public
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAYERS = {  # layer → its ground, from dark to light, and its hatch
    "parameters": (style.BLUE, ""),
    "business_cycle": ("#9A9A9A", ""),
    "chance": ("white", style.HATCH),
}


@public
@style.as_shipped()
def variance_sources(
    shares: VarianceShare, *, ax: Axes | None = None, words: Words = ENGLISH
) -> Axes:
    """A bar a layer with its 95 % Monte Carlo interval; layers that were not simulated are left
    out."""
    ax = style.axes(ax, height_cm=7.4)
    text = list(shares.known)
    for place, layer in enumerate(text):
        share, (low, high) = shares.known[layer], shares.interval(layer)
        ground, hatch = LAYERS[layer]
        ax.barh(
            -place, share, height=0.4, facecolor=ground, hatch=hatch, edgecolor=style.INK,
            linewidth=0.8, label=f"_{layer}",
        )  # fmt: skip
        ax.hlines(-place, low, high, color=style.INK, linewidth=1.6, label=f"_{layer} error")
        ax.annotate(
            _name(layer, words), (0, -place + 0.38), fontsize=style.TEXT, color=style.INK,
            va="center", parse_math=False,
        )  # fmt: skip
        style.label(ax, high, -place, _said(shares, layer, words), ha="left", offset=(6, 0))
    ax.set_yticks([])
    ax.set_ylim(-len(text) + 0.6, 0.6)
    ax.set_xlim(0, 1.3)
    quarters = [words.percent(q / 4) for q in range(5)]
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], quarters, parse_math=False)
    ax.spines["bottom"].set_bounds(0, 1)
    ax.spines["left"].set_visible(False)
    name = words("share of the variance of the net present value")
    ax.set_xlabel(name, fontsize=style.SMALL, color=style.GREY, loc="left")
    style.title(ax, _title(shares, text, words))
    style.caption(ax, _sentence(shares, text, words), _note(words), below=40.0)
    return ax


def _said(shares: VarianceShare, layer: str, words: Words) -> str:
    share, (low, high) = shares.known[layer], shares.interval(layer)
    if low == high:
        return words.percent(share, 1)
    span = words("{low} to {high}", low=words.percent(low, 1), high=words.percent(high, 1))
    return f"{words.percent(share, 1)} ({span})"


def _name(layer: str, words: Words) -> str:
    return {
        "parameters": words("Figures that are not known exactly"),
        "business_cycle": words("Booms and slumps"),
        "chance": words("Chance in single lives"),
    }[layer]


def _title(shares: VarianceShare, told: list[str], words: Words) -> str:
    first = max(told, key=shares.known.__getitem__)
    share = _said(shares, first, words)
    return {
        "parameters": words(
            "{share} of the uncertainty is about figures that are not known exactly", share=share
        ),
        "business_cycle": words("{share} of the uncertainty is booms and slumps", share=share),
        "chance": words("{share} of the uncertainty is chance in single lives", share=share),
    }[first]


def _sentence(shares: VarianceShare, told: list[str], words: Words) -> str:
    if told != list(LAYERS):
        return words("Chance in single lives was left out of this run.")
    return words(
        "Think of the uncertainty as 20 parts: better evidence could take away {parameters}, the "
        "business cycle is {business_cycle}, and chance, which evens out among many, {chance}.",
        **{layer: _parts(share, words) for layer, share in shares.known.items()},
    )


def _parts(share: float, words: Words) -> str:
    """So many of 20; what is little is not nothing."""
    if share < 0.025:
        return words("less than one")
    return words.number(round(20 * share))


def _note(words: Words) -> str:
    return words(
        "Lines across the bars: the {percent} simulation error.", percent=words.percent(0.95)
    )
