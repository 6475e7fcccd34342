"""The backtest as the page of the docs and the chart tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simlab.backtest.predict import Prediction, coverage, disbelieved
from simlab.charts.predictions import Outcome
from simlab.observe.published import Claim
from simlab.report import claims
from simlab.words import Words


def headline(predictions: Sequence[Prediction], words: Words) -> str:
    """How many published figures lie in their 80 % range, effects apart from what was said."""
    counted = coverage(predictions)
    inside, total = counted.pop("all")
    parts = ", ".join(
        words("{n} of {of} {kind}", n=n, of=of, kind=_called(kind, of, words))
        for kind, (n, of) in counted.items()
    )
    return words(
        "{n} of {of} published figures lie in the 80% range of the prediction: {parts}",
        n=inside,
        of=total,
        parts=parts,
    )


def _called(kind: str, number: int, words: Words) -> str:
    return {
        "effect": words.plural("effect", "effects", number),
        "account": words.plural("account", "accounts", number),
        "expectation": words.plural("expectation", "expectations", number),
    }[kind]


def outcomes(predictions: Sequence[Prediction], words: Words) -> list[Outcome]:
    """The rows of the chart."""
    return [
        Outcome(
            programme=words.text(prediction.title),
            text=words.text(claim.text),
            kind=claim.kind,
            published=claims.in_words(claim.value, claim, words),
            predicted=claims.range_of(claim, words),
            value=claim.value,
            interval=claim.ci95,
            low=claim.found.p10,
            median=claim.found.median,
            high=claim.found.p90,
            inside=claim.verdict == "within",
        )
        for prediction in predictions
        for claim in prediction.claims
    ]


def why(predictions: Sequence[Prediction], words: Words) -> Iterator[tuple[str, list[str]]]:
    """(programme, sentences) on what the simulator does not believe, and what would have to be."""
    for prediction in predictions:
        lines = [
            claims.would_have_to_be_true(claim, words) + " " + claims.reached(claim, words)
            for claim in disbelieved(prediction)
        ]
        if lines:
            yield words.text(prediction.title), lines


# ── as a page ──


def page(predictions: Sequence[Prediction], picture: str, made: str, words: Words) -> str:
    """The page of the docs; ``made`` tells the day and the command."""
    parts = [
        f"# {words('Backtest')}",
        made,
        words(
            "Each programme is simulated from what could be known before it began: where its "
            "effect was measured in the programme itself, a sceptical prior stands in its place. "
            "The prediction of a figure that was measured on a sample has the chance of so small "
            "a sample in it. A percentile is where the published figure lies in the prediction. "
            "How people move without a plan is taken from figures of the country or of other "
            "municipalities, some of which were published later; each study names them."
        ),
        f"**{headline(predictions, words)}.**",
        f"![{headline(predictions, words)}]({picture})",
        _coverage(predictions, words),
        f"## {words('Every outcome')}",
        _table(predictions, words),
        f"## {words('What the simulator does not believe, and why')}",
        _reasons(predictions, words),
    ]
    return "\n\n".join(parts) + "\n"


def _coverage(predictions: Sequence[Prediction], words: Words) -> str:
    intro = words(
        "Four in five should lie in the range if the predictions are right and the figures true. "
        "Effects test the simulator. Accounts hold the trend, and expectations are hopes: where "
        "they lie outside, the claim is tested rather than the simulator."
    )
    head = (words("kind"), words("in the 80% range"), words("of"))
    rows = [
        (_called(kind, 2, words) if kind != "all" else words("in all"), str(n), str(of))
        for kind, (n, of) in coverage(predictions).items()
    ]
    return f"{intro}\n\n" + _markdown(head, rows)


def _table(predictions: Sequence[Prediction], words: Words) -> str:
    head = (
        words("programme"),
        words("outcome"),
        words("kind"),
        words("published"),
        words("predicted median"),
        words("80% range"),
        words("percentile"),
        words("verdict"),
        words("source"),
    )
    rows = [
        (
            words.text(prediction.title),
            words.text(claim.text),
            claims.kind(claim, words),
            _measured(claim, words),
            claims.found(claim.found.median, claim, words),
            claims.range_of(claim, words),
            words.number(100 * claim.percentile),
            claims.verdict(claim, words),
            words.say(claim.source or "") or words("no source"),
        )
        for prediction in predictions
        for claim in prediction.claims
    ]
    return _markdown(head, rows)


def _measured(claim: Claim, words: Words) -> str:
    """The published figure, and on how many it was measured."""
    parts = (claims.in_words(claim.value, claim, words), claims.measured(claim, words))
    return "; ".join(filter(None, parts))


def _reasons(predictions: Sequence[Prediction], words: Words) -> str:
    lines = [
        f"**{title}**\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
        for title, sentences in why(predictions, words)
    ]
    intro = words(
        "Accounts and expectations that fewer than 15 futures of 100 reach, and what would have to "
        "be true for them."
    )
    return (
        "\n\n".join([intro, *lines])
        if lines
        else words("Every account and expectation is reached in at least 15 futures of 100.")
    )


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, rows)])
