"""Where the uncertainty comes from: what is not known, the business cycle, and chance.

Shares of the variance of the net present value (`simlab.result.figures`), which sum to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simlab.charts import scales, style
from simlab.result.figures import VarianceShare
from simlab.study.arguments import public
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAYERS: dict[str, style.Looks] = {  # from dark to light
    "parameters": {"facecolor": style.BLUE},
    "business_cycle": {"facecolor": "#9A9A9A"},
    "chance": {"facecolor": "white", "hatch": style.HATCH},
}


@public
@style.as_shipped()
def variance_sources(
    shares: VarianceShare, *, ax: Axes | None = None, words: Words = ENGLISH
) -> Axes:
    """A bar a layer with its 95 % Monte Carlo interval; layers that were not simulated are left
    out."""
    ax = style.axes(ax, height_cm=7.4)
    layers = list(shares.known)
    for place, layer in enumerate(layers):
        share, (low, high) = shares.known[layer], shares.interval(layer)
        edge: style.Looks = {"edgecolor": style.INK, "linewidth": 0.8, "label": f"_{layer}"}
        ax.barh(-place, share, height=0.4, **LAYERS[layer], **edge)
        ax.hlines(-place, low, high, color=style.INK, linewidth=1.6, label=f"_{layer} error")
        named: style.Looks = {"fontsize": style.TEXT, "va": "center", "ha": "left", "bbox": None}
        style.label(ax, 0, -place + 0.38, _name(layer, words), **named)
        style.label(ax, high, -place, _said(shares, layer, words), ha="left", offset=(6, 0))
    ax.set_yticks([])
    ax.set_ylim(-len(layers) + 0.6, 0.6)
    ax.set_xlim(0, 1.3)
    ax.set_xticks(scales.QUARTERS, scales.quarters(words), parse_math=False)
    ax.spines["bottom"].set_bounds(0, 1)
    ax.spines["left"].set_visible(False)
    style.axis_names(ax, x=words("share of the variance of the net gain"), loc="left")
    style.title(ax, _title(shares, layers, words))
    style.caption(ax, _sentence(shares, layers, words), _note(words), below=28.0)
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


def _title(shares: VarianceShare, layers: list[str], words: Words) -> str:
    first = max(layers, key=shares.known.__getitem__)
    share = _said(shares, first, words)
    return {
        "parameters": words(
            "{share} of the uncertainty is about figures that are not known exactly", share=share
        ),
        "business_cycle": words("{share} of the uncertainty is booms and slumps", share=share),
        "chance": words("{share} of the uncertainty is chance in single lives", share=share),
    }[first]


def _sentence(shares: VarianceShare, layers: list[str], words: Words) -> str:
    if layers != list(LAYERS):
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
