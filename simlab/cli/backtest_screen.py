"""A backtest in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from simlab.backtest.page import findings, headline, why
from simlab.backtest.predict import Prediction
from simlab.cli.terminal import plain
from simlab.observe.published import Claim
from simlab.report import claims
from simlab.words import Words


def screen(predictions: Sequence[Prediction], words: Words) -> str:
    """A block for each programme, then coverage, then what is not believed."""
    lines: list[str] = []
    for prediction in predictions:
        lines += [
            words.text(prediction.title),
            *(_line(claim, words) for claim in prediction.claims),
        ]
        lines += [*(f"  {words.say(effect.message)}" for effect in prediction.unproven), ""]
    lines += [headline(predictions, words) + ".", *findings(predictions, words)]
    for title, sentences in why(predictions, words):
        lines += ["", words("Hardly believed: {programme}", programme=title)]
        lines += [f"  {sentence}" for sentence in sentences]
    return "\n".join(_indented(line) for line in lines)


def _line(claim: Claim, words: Words) -> str:
    return "  " + words(
        "{text} ({kind}): published {value}, predicted {median} ({range}); {percentile}, {verdict}",
        text=words.text(claim.text),
        kind=claims.kind(claim, words),
        value=claims.in_words(claim.value, claim, words),
        median=claims.middle(claim, words),
        range=claims.ranges(claim, words),
        percentile=claims.percentile(claim, words),
        verdict=claims.verdict(claim, words),
    )


def _indented(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + plain(line)
