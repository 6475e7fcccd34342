"""How sure is the answer, and why? Three layers of uncertainty, and the error of the computing."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.key_figures import asked
from simlab.report.parts import Cell, Picture, Section, Table
from simlab.report.pictures import shown
from simlab.report.side_by_side import compared
from simlab.result.answer import Answer
from simlab.result.figures import Figures, VarianceShare
from simlab.words import Words, phrases


def sureness(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section:
    """The variance shares in words, the figures without chance, and the Monte Carlo error."""
    of = answer.opening
    shares = of.variance_share
    picture = shown(drawn, "variance-sources")
    bar = () if picture else tuple(shares.known.items())
    return Section(
        anchor="sureness",
        heading=words("How sure is this, and why?"),
        text=(*_largest(shares, words), _computing(answer, words)),
        shares=bar,
        pictures=picture,
        tables=(
            _shares(shares, words),
            _beside(of, of.without_chance, answer.horizon_years, words),
        ),
    )


def names(words: Words) -> dict[str, str]:
    """What the layers are called."""
    return {
        "parameters": words("Uncertainty in the parameters"),
        "business_cycle": words("The business cycle"),
        "chance": words("Chance in single lives"),
    }


def _largest(shares: VarianceShare, words: Words) -> tuple[str, ...]:
    """What most of the uncertainty is, and so what would make it smaller."""
    first, largest = max(shares.known.items(), key=lambda layer: layer[1])
    share = words.percent(largest)
    said = {
        "parameters": words(
            "{share} of the uncertainty about the net gain is uncertainty in the parameters: how "
            "large the effect is, how many it reaches, what it costs. Neither more {citizens} nor "
            "more computing would make it smaller; better evidence would.",
            share=share,
        ),
        "business_cycle": words(
            "{share} of the uncertainty about the net gain is the business cycle. It meets all "
            "{citizens} at once, so it does not even out in a large group.",
            share=share,
        ),
        "chance": words(
            "{share} of the uncertainty about the net gain is chance: which single {citizens} "
            "happen to find a job. It evens out when a plan reaches more {people}.",
            share=share,
        ),
    }
    if shares.chance is None:
        without = words(
            "Chance in single lives was left out of this run; it makes a small plan less sure."
        )
        return said[first], without
    return (said[first],)


def _computing(answer: Answer, words: Words) -> str:
    draws = words.number(answer.draws)
    payback = answer.opening.payback
    years = next(iter(asked(payback)), None)
    if years is None:
        return words("The horizon is shorter than a year.")
    error = phrases.error_of_chance(None, payback.within[years].standard_error, words)
    if not error:
        return words("{draws} futures are too few to tell the Monte Carlo error.", draws=draws)
    return words(
        "With {draws} futures the Monte Carlo error of the chance within {years} is {error}. "
        "It is the only uncertainty that more computing removes.",
        draws=draws,
        years=words.years(years, digits=True),
        error=error,
    )


def _shares(shares: VarianceShare, words: Words) -> Table:
    errors = shares.standard_error.known
    smaller = {
        "parameters": words("better evidence about effect, numbers and prices"),
        "business_cycle": words("nothing in the plan; it can only be prepared for"),
        "chance": words("a plan that reaches more {people}"),
    }
    rows = [
        (
            Cell(names(words)[layer], key=layer),
            Cell(
                words.percent(share, 1),
                beside=phrases.error_of_chance(share, errors.get(layer), words),
            ),
            smaller[layer],
        )
        for layer, share in shares.known.items()
    ]
    return Table(
        caption=words("Where the uncertainty about the net gain comes from"),
        header=(words("Layer"), words("Share of the variance"), words("What makes it smaller")),
        rows=rows,
        numbers=range(1, 2),
    )


def _beside(of: Figures, lives: Figures, horizon: float, words: Words) -> Table:
    """The same figures with all layers, and without chance in single lives."""
    return Table(
        caption=words("With and without chance in single lives"),
        header=(words("Figure"), words("All uncertainty"), words("Without chance")),
        rows=compared([of, lives], horizon, words),
        width="labels",
    )
