"""A comparison of plans in the terminal."""

from __future__ import annotations

from simlab.cli.terminal import plain, wrapped
from simlab.report.comparison import title
from simlab.report.comparison.back import beside
from simlab.report.comparison.changed import varied
from simlab.report.comparison.plans import sentences, warnings
from simlab.result.comparison import Comparison
from simlab.words import Words, phrases


def comparison_screen(comparison: Comparison, words: Words) -> str:
    """The answer in the terminal, without a line break at the end."""
    horizon = comparison.study.timeline.years
    lines = [plain(title(comparison, words)), ""]
    for text in sentences(comparison, words):
        lines += wrapped(text)
    lines.append("")
    width = max(len(plain(plan.name)) for plan in comparison.plans)
    for plan in comparison.plans:
        of = comparison.figures(plan, comparison.perspective)
        error = of.standard_errors.net_present_value
        payback, worth_of = of.payback, of.net_present_value
        value = phrases.money(worth_of.mean, worth_of, words)
        plus_minus = phrases.error_of_money(error, words)
        said = (
            phrases.payback_time(payback.median_years, horizon, words),
            words("never {percent}", percent=phrases.chance(payback.never, words)),
            words("net present value {money}", money=value) + beside(plus_minus),
            words("cost {money}", money=words.money(of.plan_cost, 3)),
        )
        lines.append(f"  {plain(plan.name):<{width}}  {plain('; '.join(said))}")
    lines += [f"  ! {plain(text)}" for text in warnings(comparison, words)]
    for plan in comparison.plans:
        for text in varied(plan, words):
            lines += wrapped(text, "  - ", "    ")
    lines.append(
        plain(
            words(
                "{draws} futures in common, seed {seed}, engine {engine}; ± is the Monte Carlo "
                "error.",
                draws=words.number(comparison.draws),
                seed=comparison.study.form.seed,
                engine=comparison.engine,
            )
        )
    )
    return "\n".join(lines)
