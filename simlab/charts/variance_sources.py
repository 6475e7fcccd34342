"""Where the uncertainty comes from: what is not known, the business cycle, and chance.

Shares of the variance of the net present value (`risk.figures.variance_shares`), which sum to one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simlab.charts import style
from simlab.risk.estimate import T_975
from simlab.words.frequency import of_twenty
from simlab.words.words import ENGLISH, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LAYERS = {  # layer → its ground, from dark to light, and its hatch
    "parameters": (style.BLUE, ""),
    "business_cycle": ("#9A9A9A", ""),
    "chance": ("white", style.HATCH),
}


def variance_sources(
    shares: Mapping[str, Any], *, ax: Axes | None = None, words: Words = ENGLISH
) -> Axes:
    """A bar a layer with its 95 % Monte Carlo interval; layers that were not simulated are left
    out."""
    ax = style.axes(ax, height_cm=6.2)
    told = [layer for layer in LAYERS if shares.get(layer) is not None]
    errors = shares.get("standard_error") or {}
    for place, layer in enumerate(told):
        share, half = float(shares[layer]), T_975 * float(errors.get(layer) or 0.0)
        ground, hatch = LAYERS[layer]
        ax.barh(
            -place, share, height=0.62, facecolor=ground, hatch=hatch, edgecolor=style.INK,
            linewidth=0.8, label=f"_{layer}",
        )  # fmt: skip
        low, high = max(share - half, 0.0), min(share + half, 1.0)
        ax.plot(
            [low, high], [-place, -place], color=style.INK, linewidth=1.4, marker="|",
            markersize=6, label=f"_{layer} error",
        )  # fmt: skip
        text = words.percent(share) if half == 0.0 else _ranged(share, low, high, words)
        style.label(ax, high, -place, text, ha="left", offset=(6, 0), fontweight="bold")
    ax.set_yticks([-p for p in range(len(told))], [_name(layer, words) for layer in told])
    ax.tick_params(axis="y", length=0, labelsize=style.TEXT)
    ax.set_ylim(-len(told) + 0.4, 0.6)
    ax.set_xlim(0, 1.25)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], [words.percent(q / 4) for q in range(5)])
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
    ax.spines["bottom"].set_bounds(0, 1)
    ax.spines["left"].set_visible(False)
    name = words("share of the variance of the net present value")
    ax.set_xlabel(name, fontsize=style.SMALL, color=style.GREY)
    style.title(ax, _title(shares, told, words))
    style.caption(ax, _sentence(shares, told, words), _note(told, words), below=36.0)
    return ax


def _name(layer: str, words: Words) -> str:
    return {
        "parameters": words("figures that are\nnot known exactly"),
        "business_cycle": words("booms and slumps"),
        "chance": words("chance in\nsingle lives"),
    }[layer]


def _ranged(share: float, low: float, high: float, words: Words) -> str:
    span = words("{low} to {high}", low=words.percent(low), high=words.percent(high))
    return f"{words.percent(share)} ({span})"


def _title(shares: Mapping[str, Any], told: list[str], words: Words) -> str:
    first = max(told, key=lambda layer: float(shares[layer]))
    error = (shares.get("standard_error") or {}).get(first)
    share = float(shares[first])
    half = T_975 * float(error or 0.0)
    low, high = max(share - half, 0.0), min(share + half, 1.0)
    message = {
        "parameters": "{share} of the uncertainty is about figures that are not known exactly",
        "business_cycle": "{share} of the uncertainty is booms and slumps",
        "chance": "{share} of the uncertainty is chance in single lives",
    }[first]
    return words(
        message, share=words.percent(share) if half == 0.0 else _ranged(share, low, high, words)
    )


def _sentence(shares: Mapping[str, Any], told: list[str], words: Words) -> str:
    if told != list(LAYERS):
        return words("Chance in single lives was left out of this run.")
    n = {layer: words.number(_parts(float(shares[layer]))) for layer in told}
    return words(
        "Of 20 parts of the uncertainty about the net present value, {parameters} could be "
        "removed by better evidence, {business_cycle} are the business cycle, and {chance} would "
        "even out in a larger group.",
        **n,
    )


def _parts(share: float) -> int:
    return of_twenty(share)


def _note(told: list[str], words: Words) -> str:
    return words("Lines: the {percent} simulation error.", percent=words.percent(0.95))
