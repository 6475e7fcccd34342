"""From tallies to the answer: the content of ``summary.json`` and the arrays behind the charts."""

from __future__ import annotations

from typing import Any

import numpy as np

from simlab.finance.discounting import factors
from simlab.model.clocks import windows_of
from simlab.risk.budget import budget
from simlab.risk.explained import explained
from simlab.risk.figures import figures, spread, variance_shares
from simlab.risk.labels import labels
from simlab.risk.lives import Hundred
from simlab.risk.needed import needed
from simlab.risk.payback import quantiles
from simlab.risk.published import rows
from simlab.risk.result import Assumption, People, Result
from simlab.risk.tally import Balances, Tally, calendar_years
from simlab.risk.used import parameters, unused
from simlab.risk.warnings import study_warnings
from simlab.study.study import Study
from simlab.study.told import Number, Told, share_of

FEW = 32  # draws, of which the tenth is too little to speak of


def summarise(
    total: Tally,
    without_chance: Balances,
    fresh: dict[str, np.ndarray],
    engine: str,
    stopped: dict[str, Any] | None = None,
    clock_bounds: dict[str, Any] | None = None,
    lives: Hundred | None = None,
) -> Result:
    """The result of a run.

    total : all layers of uncertainty    without_chance : the same draws, expected numbers
    fresh : perspective → (first draws,) net present value with a fresh business cycle
    stopped : what was found if a permanent plan is stopped after some years
    clock_bounds : what was found at both bounds of clocks with a window
    lives : single citizens in both futures
    """
    study = total.study
    found, expected = total.paybacks, without_chance.paybacks
    drivers = explained(
        {path: total.parameters[path] for path in parameters(study)},
        found,
        {name: total.net_present_value(name) for name in study.perspectives},
        [pair.between for pair in study.form.correlation],
    )
    perspectives = {}
    for name in study.perspectives:
        label = study.perspectives[name].label
        perspectives[name] = {
            "label": label.by_language() if label else None,
            **figures(found[name], study.timeline.dates),
            "variance_share": variance_shares(
                total.net_present_value(name)[: len(fresh[name])],
                without_chance.net_present_value(name)[: len(fresh[name])],
                fresh[name],
            ),
            "total": dict(
                zip(
                    ("baseline", "plan", "plan_cost"),
                    total.totals[name].mean(axis=0).tolist(),
                    strict=True,
                )
            ),
            "without_chance": figures(expected[name], study.timeline.dates),
            **drivers[name],
        }
        if engine == "expected":
            perspectives[name]["variance_share"]["chance"] = None
            perspectives[name]["variance_share"]["standard_error"]["chance"] = None
    summary: dict[str, Any] = {
        "title": study.form.title.en,
        "draws": total.draws,
        "seed": study.form.seed,
        "engine": engine,
        "horizon_years": study.timeline.years,
        "start": f"{study.timeline.start:%Y-%m}",
        "step": study.form.step,
        "perspective": study.perspective,
        "prices": study.form.prices,
        "price_level": study.form.price_level,
        "perspectives": perspectives,
        "years": _years(total),
        "people": _person_time(total),
        "outcomes": _outcomes(total),
        "published": published(total),
    }
    set_out = budget(total)
    if set_out is not None:
        summary["budget"] = set_out
    if stopped:
        summary["if_stopped"] = stopped
    if clock_bounds:
        summary["clock_bounds"] = clock_bounds
    warnings = study_warnings(study)
    summary["warnings"] = [warning.plain() for warning in warnings]
    notes = _notes(total, summary)
    summary["notes"] = [str(note) for note in notes]
    return Result(
        title=study.title,
        perspective=study.perspective,
        summary=summary,
        dates=study.timeline.dates,
        payback=found,
        without_chance=expected,
        people=_people(total),
        assumptions=assumptions(study),
        notes=tuple(notes),
        warnings=warnings,
        unit=_unit(study),
        discount={
            name: factors(of.discount_per_year, study.timeline)
            for name, of in study.perspectives.items()
        },
        labels=labels(study),
        lives=lives,
    )


def _unit(study: Study) -> tuple[dict[str, str], dict[str, str]] | None:
    unit = study.form.unit
    return None if unit is None else (unit.one.by_language(), unit.many.by_language())


def _years(tally: Tally) -> list[dict[str, Any]]:
    """A row per budget year and payer: undiscounted, the balance at the end of the year."""
    rows = []
    balance = np.cumsum(tally.year_saving - tally.year_cost, axis=1)
    for y, year in enumerate(calendar_years(tally.study)):
        for k, payer in enumerate(tally.study.form.payers):
            row: dict[str, Any] = {"year": year, "payer": payer}
            for name, table in (
                ("cost", tally.year_cost),
                ("saving", tally.year_saving),
                ("balance", balance),
            ):
                figures_ = spread(table[:, y, k])
                row[name] = figures_["mean"]
                row[f"{name}_p10"], row[f"{name}_p90"] = figures_["p10"], figures_["p90"]
            rows.append(row)
    return rows


def _person_time(tally: Tally) -> dict[str, Any]:
    """Person-months in each state and group, in both futures."""
    study, names = tally.study, tally.study.names
    found = {}
    for name in (*names.states, *names.groups):
        columns = [names.states.index(s) for s in names.expand(name)]
        baseline = tally.months_baseline[:, columns].sum(axis=1)
        plan = tally.months_plan[:, columns].sum(axis=1)
        found[name] = {
            "label": study.label(name),
            "baseline": spread(baseline),
            "plan": spread(plan),
            "difference": spread(plan - baseline),
        }
    return found


def _outcomes(tally: Tally) -> dict[str, Any]:
    """Amounts that are not money; the cost of one more is in the study's own perspective."""
    study, found = tally.study, {}
    baseline, plan, cost = (tally.totals[study.perspective].mean(axis=0)[k] for k in range(3))
    for name, totals in tally.outcomes.items():
        label = study.form.outcomes[name].label
        more = float((totals[:, 1] - totals[:, 0]).mean())
        found[name] = {
            "label": label.by_language() if label else {"en": name.replace("_", " ")},
            "baseline": spread(totals[:, 0]),
            "plan": spread(totals[:, 1]),
            "difference": spread(totals[:, 1] - totals[:, 0]),
            "cost_per_extra": float((plan + cost - baseline) / more) if more > 0 else None,
        }
    return found


def published(tally: Tally) -> list[dict[str, Any]]:
    """Each published figure beside what is found, and what it would take to reach it."""
    found = rows(tally.study, tally.published, tally.unaided)
    wanted = needed(tally.study, found)
    return [row | {"needed": more} for row, more in zip(found, wanted, strict=True)]


def _people(tally: Tally) -> People:
    study = tally.study

    def bands(people: np.ndarray) -> np.ndarray:
        mean, states = people.mean(axis=0, dtype=np.float64), range(people.shape[2])
        low, high = np.stack([quantiles(people[:, :, s], (0.1, 0.9)) for s in states], axis=2)
        return np.stack([low, mean, high])

    return People(
        states=study.names.states,
        labels=tuple(study.label(s) for s in study.names.states),
        baseline=bands(tally.people_baseline),
        plan=bands(tally.people_plan),
    )


def assumptions(study: Study) -> tuple[Assumption, ...]:
    """Every figure of the study, with its source and how sure it is."""
    idle = set(unused(study))
    return tuple(
        Assumption(path, q.told(), q.source, q.tag, q.is_uncertain, q.note, path not in idle)
        for path, q in study.quantities.items()
    )


def _notes(tally: Tally, summary: dict[str, Any]) -> list[Told]:
    """What a reader should know before believing the result."""
    study, notes = tally.study, []
    main = summary["perspectives"][study.perspective]
    if tally.draws < FEW:
        notes.append(Told("The draws are too few for quantiles; run at least 1,000."))
    elif tally.draws < 1_000:
        tail = max(round(0.1 * tally.draws), 1)
        notes.append(
            Told(
                "The 10 % and 90 % quantiles rest on {tail} draws on each side; run at least "
                "1,000.",
                tail=tail,
            )
        )
    if main["payback"]["losing_at_horizon"] and main["payback"]["median_years"] is not None:
        notes.append(
            Told(
                "Paid back, but losing at the horizon: in its last year the plan costs more than "
                "it saves."
            )
        )
    notes += _numerical(tally)
    if summary.get("clock_bounds"):
        notes.append(_clock(study, summary))
    elif windows_of(study):
        notes.append(
            Told(
                "{keeps} What the bounds give was not computed: one of them has too many cells.",
                keeps=_kept_of_windows(study, summary),
            )
        )
    return notes


def _numerical(tally: Tally) -> list[Told]:
    """Where chances or effects asked for more than there is."""
    notes = []
    if tally.scaled.any():
        notes.append(
            Told(
                "In {share} of the draws the chances of leaving a state summed to more than 1 "
                "and were scaled to 1; give these chances narrower ranges.",
                share=share_of(float(tally.scaled.mean()), 2),
            )
        )
    if tally.scaled_rows:
        notes.append(
            Told(
                "{n} times, over all draws and steps, a multiplier took the chances of leaving a "
                "state beyond certainty; they were scaled to 1.",
                n=Number(f"{tally.scaled_rows:,}"),
            )
        )
    if tally.capped.any():
        notes.append(
            Told(
                "In {share} of the draws no hazard ratio reaches the share that a trial's effect "
                "asks for; the largest attainable one was used.",
                share=share_of(float(tally.capped.mean()), 2),
            )
        )
    return notes


def _clock(study: Study, summary: dict[str, Any]) -> Told:
    """What the rule of a clock's window can mean for the answer at most."""
    bounds = summary["clock_bounds"]
    forgotten, kept = bounds["forgotten"], bounds["never_forgotten"]
    return Told(
        "{keeps} If earlier absences are forgotten on every return, the median is {first} and the "
        "chance of never {first_never}; if they never are, {last} and {last_never} ({draws} draws, "
        "without chance).",
        keeps=_kept_of_windows(study, summary),
        first=_median(forgotten), first_never=share_of(forgotten["never"]),
        last=_median(kept), last_never=share_of(kept["never"]),
        draws=bounds["draws"],
    )  # fmt: skip


def _kept_of_windows(study: Study, summary: dict[str, Any]) -> Told:
    """What the run keeps of the absences that a window counts."""
    exact = summary["engine"] == "citizens" and any(
        clock.forgets is None for clock in study.form.clocks.values()
    )
    return (
        Told("A clock restarts after time away within a window. This run keeps each citizen's own "
             "history; its figures without chance keep a bound.")
        if exact
        else Told("A clock restarts after time away within a window, of which this run keeps a "
                  "bound; the engine citizens keeps each citizen's own history.")
    )  # fmt: skip


def _median(payback: dict[str, Any]) -> Told:
    years = payback["median_years"]
    return Told("never") if years is None else Told("{n} years", n=Number(f"{years:.1f}"))
