"""How much the ladder by the month errs against the ladder by the week, and against the law.

    python -m benchmarks.monthly_ladder            # a minute or two; prints a table for the docs

The same people, behaviour and rules, once in steps of a month and once in steps of a week: what a
citizen of 2016 costs the municipality in benefits over ten years, net of reimbursement, for a new
one and for one who has been on benefit for years. The law itself is what the engine ``citizens``
gives by the week, where each life keeps its own weeks; both bounds of cells stand beside it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

import simlab
from simlab.study.reading import shipped_configs
from simlab.study.study import Study

LIVES = 32  # draws of the law, each of 2,000 citizens
DRAWS = 64  # of the programme, without chance
PEOPLE_EACH = 2_000  # in a study
BENEFITS = ("cash_benefit", "provider_supplement", "resource_course", "resource_course_provider",
            "flex_job", "early_pension", "early_pension_single")  # fmt: skip
PEOPLE = {"a new citizen": 1, "a citizen long on benefit": 200}  # weeks on the clock at the start


def study(weeks: int, by_week: bool, folder: Path) -> Study:
    """Activity-ready people from Monday 4 January 2016, at the medians of every figure."""
    files = ["systems/denmark.toml", "behaviour/activity-ready.toml"]
    text = f"""
        extends = {files + ["systems/denmark-by-week.toml"] * by_week}
        title = "The ladder"
        start = "{"2016-01-04" if by_week else "2016-01"}"
        years = 10
        counting = "start"
        [citizens.near]
        state = "activity_ready"
        segment = "nearer"
        number = 1000
        weeks_on_clock = {weeks}
        [citizens.far]
        state = "activity_ready"
        segment = "hard_to_move"
        number = 1000
        weeks_on_clock = {weeks}
        """
    path = folder / "ladder.toml"
    path.write_text(text, encoding="utf-8")
    found = simlab.load(path)
    medians = {path: float(q.median()) for path, q in found.uncertain.items()}
    medians |= {path: 0.0 for path in medians if path.startswith("business_cycle.loading")}
    return found.replace(medians)


def benefits_alone(one: Study) -> Study:
    """The study without effort, wages and tax."""
    zero: dict[str, object] = {
        f"payments.{name}.amount.{state}": 0
        for name, payment in one.form.payments.items()
        for state in payment.amount
        if name not in BENEFITS
    }
    return one.replace({**zero, "taxes.municipal.rate": 0, "taxes.municipal.equalisation": "gross"})


def cost(one: Study, **more: object) -> float:
    """Kr. a citizen that the municipality pays for benefits over the horizon, exactly."""
    histories = simlab.simulate(one.replace(more), 1, engine="expected")
    return float(simlab.cash_flow(histories).paid_in("baseline")[0, :, 0].sum()) / PEOPLE_EACH


def law_above_bound(one: Study) -> tuple[float, float]:
    """What the law costs more than the bound that forgets, kr. a citizen, and its standard error.

    The same citizens with the same random numbers, so that only the clock differs.
    """
    paid = [
        simlab.cash_flow(simlab.simulate(variant, LIVES, engine="citizens")).paid_in("baseline")
        for variant in (one, one.replace({"clocks.support.forgets": True}))
    ]
    more = (paid[0] - paid[1])[:, :, 0].sum(axis=1) / PEOPLE_EACH
    return float(more.mean()), float(more.std(ddof=1) / np.sqrt(LIVES))


def programme(folder: Path) -> None:
    """What Hjørring's plan saves the municipality in ten years, in months and in weeks."""
    path = folder / "weeks.toml"
    files = ["programmes/hjoerring.toml", "systems/denmark-by-week.toml"]
    path.write_text(f'extends = {files}\nstart = "2014-12-29"\n', encoding="utf-8")
    for file in (path, shipped_configs() / files[0]):
        one = simlab.load(file)
        cash = simlab.cash_flow(simlab.simulate(one, DRAWS, engine="expected"))
        baseline, plan, _ = cash.totals("municipality").mean(axis=0) / 1e6
        print(f"Hjørring by the {one.form.step}: {baseline:,.1f} million kr. without the plan, "
              f"saved {baseline - plan:,.1f}")  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        programme(Path(folder))
        for name, weeks in PEOPLE.items():
            month, week = (
                benefits_alone(study(weeks, by_week, Path(folder))) for by_week in (False, True)
            )
            by_month, by_week = cost(month), cost(week)
            never = cost(week, **{"clocks.support.forgets": False})
            never_by_month = cost(month, **{"clocks.support.forgets": False})
            more, error = law_above_bound(week)
            law = by_week + more
            print(f"{name}: the law, by the week {law:,.0f} kr. (+/- {error:,.0f})")
            for text, found in (
                ("by the week, absences forgotten", by_week),
                ("by the week, never forgotten", never),
                ("by the month, absences forgotten", by_month),
                ("by the month, never forgotten", never_by_month),
            ):
                print(f"  {text:<34} {found:,.0f} kr.  {found / law - 1:+.2%}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
