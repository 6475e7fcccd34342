"""A study's budget in plain words: what stands in which line, and what is taken for granted."""

from __future__ import annotations

from simlab.study.budget import BudgetLine, budget_lines
from simlab.study.study import Study


def budget_in_words(study: Study) -> list[str]:
    """The lines of the first payer's budget; nothing for a study without one."""
    budget = study.form.budget
    if budget is None:
        return []
    lines = [f"Budget of the {study.form.payers[0]}"]
    lines += [f"  {told}" for line in budget_lines(study.form) for told in _line(study, line)]
    if budget.index is None:
        lines.append("  in the prices of the study alone: no index is named for others")
    else:
        lines.append(f"  in fixed and running prices, by the index {budget.index}")
    if budget.support:
        lines.append(f"  people by quarter in: {', '.join(budget.support)}")
    lines += [
        f"  to be saved in {year}: {amount.mean():,.0f} kr."
        for year, amount in budget.saving.items()
    ]
    return [*lines, ""]


def _line(study: Study, line: BudgetLine) -> list[str]:
    account, budget = line.account, study.form.budget
    where = f"{line.ceiling} the service ceiling"
    if not line.stated:
        where += " by default"
    said = [where]
    if account is not None and account.function:
        said.insert(0, f"function {account.function}")
    if line.committee and budget is not None:
        said.append(budget.committees[line.committee].en)
    told = [f"{line.name}: {', '.join(said)}; holds {', '.join(line.sources)}"]
    if account is not None and account.staff:
        posts = ", ".join(f"{year} {one.mean():g}" for year, one in account.staff.items())
        told.append(f"  full-time posts: {posts}")
    if account is not None and account.cost_per_post is not None:
        told.append(
            f"  full-time posts: one for each {account.cost_per_post.mean():,.0f} kr. a year"
        )
    return told
