"""A comparison of plans in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from simlab.cli.terminal import aligned, plain, wrapped
from simlab.report.comparison import title
from simlab.report.comparison.back import beside
from simlab.report.comparison.changed import varied
from simlab.report.comparison.plans import sentences, warnings
from simlab.result.comparison import Comparison, Contender
from simlab.words import Words, phrases


def comparison_screen(comparison: Comparison, words: Words) -> str:
    """The answer in the terminal, without a line break at the end."""
    lines = [plain(title(comparison, words)), ""]
    for text in sentences(comparison, words):
        lines += wrapped(text)
    lines += [
        "",
        *aligned((plan.name, _plan(comparison, plan, words)) for plan in comparison.plans),
    ]
    lines += [f"  ! {plain(text)}" for text in warnings(comparison, words)]
    for plan in comparison.plans:
        for text in varied(comparison, plan, words):
            lines += wrapped(text, "  - ", "    ")
    lines.append(
        plain(
            words(
                "{draws} futures in common, seed {seed}, engine {engine}; ± is the Monte Carlo "
                "error.",
                draws=words.number(comparison.draws),
                seed=comparison.study.seed,
                engine=comparison.engine,
            )
        )
    )
    return "\n".join(lines)


def _plan(comparison: Comparison, plan: Contender, words: Words) -> Iterator[str]:
    """The main figures of a plan."""
    account = comparison.figures(plan, comparison.perspective)
    payback, worth = account.payback, account.net_present_value
    error = phrases.error_of_money(account.standard_errors.net_present_value, words)
    yield phrases.payback_time(payback.median_years, comparison.study.timeline.years, words)
    yield words("never {percent}", percent=phrases.chance(payback.never, words))
    value = phrases.money(worth.mean, worth, words)
    yield words("net gain {money}", money=value) + beside(error)
    yield words("cost {money}", money=words.money(account.plan_cost, 3))
