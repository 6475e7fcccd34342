"""The backtest as the page of the docs and the chart tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simlab.backtest.predict import Prediction, disbelieved
from simlab.backtest.scores import Score
from simlab.backtest.summary import (
    Coverage,
    Misses,
    Rival,
    Row,
    Skill,
    coverage,
    misses,
    row_skill,
    rows,
    sharpness,
    skill,
    unscored,
)
from simlab.charts.predictions import Outcome
from simlab.observe.published import Claim
from simlab.report import claims
from simlab.words import Words


def headline(predictions: Sequence[Prediction], words: Words) -> str:
    """How many outcomes lie in their 80 % range, with an interval over programmes."""
    scored = rows(predictions)
    if not scored:
        return words("No outcome was published that could be predicted")
    found = coverage(scored)
    return words(
        "{n} of {outcomes} from {programmes} lie in the 80% range of the prediction (95% interval: "
        "{interval})",
        n=found.inside,
        outcomes=words.plural("{n} outcome", "{n} outcomes", found.rows),
        programmes=words.plural("{n} programme", "{n} programmes", found.programmes),
        interval=_interval(found, words),
    )


def _interval(found: Coverage, words: Words) -> str:
    return words(
        "{low} to {high}",
        low=_percent(found.interval[0], words),
        high=_percent(found.interval[1], words),
    )


def _percent(x: float, words: Words) -> str:
    """A share, or a skill, which can be below nothing."""
    return f"−{words.percent(-x, 0)}" if round(100 * x) < 0 else words.percent(abs(x), 0)


def findings(predictions: Sequence[Prediction], words: Words) -> list[str]:
    """What the rows say of the simulator: scores, sharpness, direction of the misses, what is not
    scored, what leaned on later knowledge."""
    scored = rows(predictions)
    said = [
        *(_skill(scored, rival, words) for rival in ("nothing", "promise")),
        _sharpness(scored, words),
        _misses(scored, words),
        _unscored(predictions, words),
        _leaning(scored, words),
    ]
    return [sentence for sentence in said if sentence]


def _skill(scored: Sequence[Row], rival: Rival, words: Words) -> str:
    found, other = skill(scored, rival, "crps"), skill(scored, rival, "interval")
    if found is None or other is None:
        return ""
    gaps = {
        "better": _better(found, words),
        "other": _better(other, words),
        "outcomes": words.plural("{n} outcome", "{n} outcomes", found.rows),
        "programmes": words.plural("{n} programme", "{n} programmes", found.programmes),
    }
    if rival == "nothing":
        return words(
            'Against "no effect", the trend alone, the prediction\'s CRPS is {better} and its '
            "interval score {other} ({outcomes} from {programmes}).",
            **gaps,
        )
    return words(
        "Against the promise itself the prediction's CRPS is {better} and its interval score "
        "{other} ({outcomes} from {programmes}).",
        **gaps,
    )


def _better(found: Skill, words: Words) -> str:
    size = words.percent(abs(found.value), 0)
    told = (
        words("{percent} better", percent=size)
        if found.value >= 0
        else words("{percent} worse", percent=size)
    )
    if found.interval is None:
        return words("{told} (too few programmes for an interval)", told=told)
    low, high = (_percent(end, words) for end in found.interval)
    return words("{told} (95% interval: {low} to {high})", told=told, low=low, high=high)


def _sharpness(scored: Sequence[Row], words: Words) -> str:
    found = sharpness(scored)
    if found is None:
        return ""
    return words(
        "In the middle row the 80% range is {width} times as wide as the published figure is "
        "large, and in {n} of {of} rows wider than the figure: to lie in such a range says little.",
        width=words.number(found.median, 1),
        n=found.wider,
        of=found.rows,
    )


def _misses(scored: Sequence[Row], words: Words) -> str:
    found = misses(scored)
    if not found.all:
        return words("No outcome lies outside its range.")
    counted = words(
        "Outside the range: {n}, of which {beyond} on the claim's side, {short} short of it, and "
        "{unclaimed} that claim nothing of the plan.",
        n=found.all,
        beyond=found.beyond,
        short=found.short,
        unclaimed=found.unclaimed,
    )
    return " ".join(filter(None, [counted, _meant(found, scored, words)]))


def _meant(found: Misses, scored: Sequence[Row], words: Words) -> str:
    """What the direction of the misses can mean."""
    if found.beyond <= found.short:
        return words(
            "They do not lean to the claim's side: nothing here says that the predictions are "
            "biased against what was claimed, nor, with so few, that they are not."
        )
    meant = words(
        "Ranges that were merely too narrow would be missed on both sides alike. Misses on the "
        "claim's side mean that the predictions lie too low, or that what was published lies too "
        "high: counted before and after, gross, of selected participants, or published because it "
        "was large. The rows cannot tell these apart."
    )
    effects = [row for row in scored if row.claim.kind == "effect"]
    beyond = misses(effects).beyond
    if not beyond:
        return meant
    measured = words(
        "But {n} of them are among the {of} effects that were measured against others, of which "
        "a fifth should lie outside, and for which counting gross or before and after is no "
        "excuse: where there are more, the sceptical prior was too sceptical, or what is published "
        "is what was large.",
        n=beyond,
        of=len(effects),
    )
    return f"{meant} {measured}"


def _unscored(predictions: Sequence[Prediction], words: Words) -> str:
    left = unscored(predictions)
    hopes = [claim for claim in left if claim.kind == "expectation"]
    calibrated = [claim for claim in left if claim.calibrated]
    return words(
        "{n} published figures are shown and not scored: {hopes} are hopes, of which {reached} lie "
        "in the range; {calibrated} were known when the study was made to agree with them; and of "
        "{unknown} nobody knows how they were counted.",
        n=len(left),
        hopes=len(hopes),
        reached=sum(claim.verdict == "within" for claim in hopes),
        calibrated=len(calibrated),
        unknown=len(left) - len(hopes) - len(calibrated),
    )


def _leaning(scored: Sequence[Row], words: Words) -> str:
    leaning = [row for row in scored if row.claim.leakage]
    return words(
        "The predictions of {n} of {of} outcomes lean on something that was published after the "
        "programme began; the table says on what.",
        n=len(leaning),
        of=len(scored),
    )


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
            inside=claim.verdict in ("within", None),
            scored=score is not None,
        )
        for prediction in predictions
        for claim, score in zip(prediction.claims, prediction.scores, strict=True)
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
            "municipalities, some of which were published later; each row names those it leans on. "
            "Every study was written by somebody who could know how it went."
        ),
        f"**{headline(predictions, words)}.**",
        "\n".join(f"- {sentence}" for sentence in findings(predictions, words)),
        f"![{headline(predictions, words)}]({picture})",
        f"## {words('How good the predictions are')}",
        _how_good(predictions, words),
        f"## {words('Study by study')}",
        _by_study(predictions, words),
        f"## {words('Every outcome')}",
        _table(predictions, words),
        f"## {words('What the simulator does not believe, and why')}",
        _reasons(predictions, words),
    ]
    return "\n\n".join(parts) + "\n"


def _how_good(predictions: Sequence[Prediction], words: Words) -> str:
    intro = words(
        "Four in five should lie in the range if the predictions are right and the figures true. "
        "Effects were measured against others and test the simulator; accounts are counts and hold "
        "the trend. Outcomes of one programme are alike, so the interval is over programmes (Korn "
        "and Graubard), and there are few of them. The CRPS and the interval score are proper: "
        "they reward a range that is narrow and right. Each is set against a rival's score of the "
        "same row, which takes the unit away: one less the geometric mean of the ratios, each "
        'programme counting once. 0% is as good as the rival, below 0% worse. "No effect" '
        'predicts what is found without the plan, its trend included; "the promise" predicts '
        "what was said beforehand. A rival that is a point, as the promise is, and as no effect is "
        "of a difference whose error and sample were not published, loses to any range about as "
        "far off: the accounts, whose rival has a range of its own, say more. A payback that never "
        "comes is scored as the horizon, and a ratio r as r / (1 + r)."
    )
    head = (
        words("kind"),
        words("in the 80% range"),
        words("of"),
        words("programmes"),
        words("95% interval"),
        words("CRPS against no effect"),
        words("interval score against no effect"),
        words("CRPS against the promise"),
        words("width over the figure"),
    )
    named = {
        "effect": words.plural("effect", "effects", 2),
        "account": words.plural("account", "accounts", 2),
        None: words("in all"),
    }
    lines = [
        (name, *_summary(found, words))
        for kind, name in named.items()
        if (found := rows(predictions, kind))
    ]
    return f"{intro}\n\n{_markdown(head, lines)}"


def _summary(found: Sequence[Row], words: Words) -> tuple[str, ...]:
    covered, wide = coverage(found), sharpness(found)
    against = (
        skill(found, "nothing", "crps"),
        skill(found, "nothing", "interval"),
        skill(found, "promise", "crps"),
    )
    return (
        words.number(covered.inside),
        words.number(covered.rows),
        words.number(covered.programmes),
        _interval(covered, words),
        *("–" if one is None else _percent(one.value, words) for one in against),
        "–" if wide is None else words.number(wide.median, 1),
    )


def _by_study(predictions: Sequence[Prediction], words: Words) -> str:
    head = (
        words("study"),
        words("in the 80% range"),
        words("of"),
        words("outside on the claim's side"),
        words("CRPS against no effect"),
        words("CRPS against the promise"),
        words("width over the figure"),
        words("not scored"),
    )
    return _markdown(head, [_of_one(one, words) for one in predictions])


def _of_one(prediction: Prediction, words: Words) -> tuple[str, ...]:
    found = rows([prediction])
    wide = sharpness(found)
    against = [skill(found, rival, "crps") for rival in ("nothing", "promise")]
    return (
        words.text(prediction.title),
        words.number(sum(row.inside for row in found)),
        words.number(len(found)),
        words.number(misses(found).beyond),
        *("–" if one is None else _percent(one.value, words) for one in against),
        "–" if wide is None else words.number(wide.median, 1),
        words.number(len(unscored([prediction]))),
    )


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
        words("width over the figure"),
        words("CRPS against no effect"),
        words("CRPS against the promise"),
        words("leans on, published later"),
        words("source"),
    )
    lines = [
        (
            words.text(prediction.title),
            words.text(claim.text),
            claims.kind(claim, words),
            _measured(claim, words),
            claims.middle(claim, words),
            claims.ranges(claim, words),
            "–" if claim.percentile is None else words.number(100 * claim.percentile),
            claims.verdict(claim, words),
            *_scores(score, words),
            words.say(claim.leakage or "") or "–",
            words.say(claim.source or "") or words("no source"),
        )
        for prediction in predictions
        for claim, score in zip(prediction.claims, prediction.scores, strict=True)
    ]
    return _markdown(head, lines)


def _scores(score: Score | None, words: Words) -> tuple[str, str, str]:
    """Width and skill of a row; what is not scored says so."""
    if score is None:
        return words("not scored"), "–", "–"
    against = [row_skill(score, rival) for rival in ("nothing", "promise")]
    first, second = ("–" if one is None else _percent(one, words) for one in against)
    return "–" if score.width is None else words.number(score.width, 1), first, second


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
