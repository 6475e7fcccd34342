"""The budget: what stands in which line, and what is taken for granted."""

from __future__ import annotations

from simlab.reading_back.lines import below, sourced
from simlab.study.budget_lines import BudgetLine, budget_lines
from simlab.study.study import Study
from simlab.words import Words


def budget(study: Study, words: Words) -> list[str]:
    """The lines of the first payer's budget; nothing for a study without one."""
    form = study.form.budget
    if form is None:
        return []
    lines = [text for line in budget_lines(study.form) for text in _line(study, line, words)]
    if form.index is None:
        lines.append(words("in the prices of the study alone: no index is named for others"))
    else:
        lines.append(words("in fixed and running prices, by the index {name}", name=form.index))
    if support := study.names.with_role("support"):
        lines.append(words("by quarter: {states}", states=", ".join(support)))
    lines += [
        words("to be saved in {year}: {n} kr.", year=year, n=words.number(amount.mean()))
        for year, amount in form.saving.items()
    ]
    heading = words("Budget of the first payer, {payer}", payer=study.payers[0])
    return below(heading, lines)


def _line(study: Study, line: BudgetLine, words: Words) -> list[str]:
    """Where a line goes and what it holds, then its posts."""
    account, form = line.account, study.form.budget
    parts = []
    if account is not None and account.function:
        parts.append(words("function {number}", number=account.function))
    inside = line.ceiling == "inside"
    parts.append(
        words("inside the service ceiling") if inside else words("outside the service ceiling")
    )
    if not line.stated:
        parts.append(words("by default"))
    if line.committee and form is not None:
        parts.append(words.say(form.committees[line.committee]))
    where, sources = ", ".join(parts), ", ".join(line.sources)
    lines = [words("{line}: {said}; holds {sources}", line=line.name, said=where, sources=sources)]
    if account is not None and account.staff:
        posts = ", ".join(f"{year} {words.plain(n.mean())}" for year, n in account.staff.items())
        lines.append("  " + words("full-time posts: {posts}", posts=posts))
    if account is not None and account.cost_per_post is not None:
        kr = words.number(account.cost_per_post.mean())
        lines.append("  " + words("full-time posts: one for each {n} kr. a year", n=kr))
    if account is not None:
        lines[-1] = sourced(lines[-1], account.source, words)
    return lines
