"""Figures of a study in words."""

from __future__ import annotations

from pathlib import Path

import pytest

import simlab
from simlab.study.labels import labels
from simlab.words import Words
from simlab.words.quantity_name import quantities_name, quantity_name

STUDIES = sorted((Path(__file__).parents[2] / "configs" / "programmes").glob("*.toml"))
NAMED = {
    "states.benefit": {"en": "Cash benefit", "da": "Kontanthjælp"},
    "states.job": {"en": "Ordinary job", "da": "Ordinært job"},
    "groups.support": {"en": "Public support", "da": "Offentlig forsørgelse"},
    "citizens.parents": {"en": "Parents", "da": "Forældre"},
    "plan.effect.talks": {"en": "Talks", "da": "Samtaler"},
    "payments.effort": {"en": "Activation", "da": "Aktivering"},
    "plan.cost.team": {"en": "The team", "da": "Teamet"},
}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("plan.effect.talks.hazard_ratio", "how strong the effect is: Talks"),
        ("plan.effect.2.risk_ratio", "how strong the effect is: effect no. 3"),
        ("plan.effect.talks.fades.half_life_months", "how long the effect lasts afterwards: Talks"),
        ("chance_per_month.benefit.job", "chance per month: Cash benefit → Ordinary job"),
        ("chance_per_month.job.benefit.13+",
         "chance per month: Ordinary job → Cash benefit (from month 13 there)"),
        ("plan.chance_per_month.benefit.job",
         "with the plan, chance per month: Cash benefit → Ordinary job"),
        ("citizens.parents.number", "number at the start: Parents"),
        ("citizens.job.arrivals_per_month.2020-01", "arrivals: Ordinary job"),
        ("payments.effort.amount.benefit.2015-01", "amount: Activation (Cash benefit)"),
        ("plan.cost.overrun", "how much dearer the plan becomes than budgeted"),
        ("plan.cost.team.2021", "cost of the plan: The team, 2021"),
        ("segments.hard_to_move.hazard_ratio.job -> support",
         "hard to move compared with others: Ordinary job → public support"),
        ("business_cycle.loading.* -> job",
         "what the business cycle does to: any state → Ordinary job"),
        ("index.rates.2016", "index: rates, 2016"),
        ("budget.saving.2016", "saving in the budget, 2016"),
        ("budget.lines.team.cost_per_post", "cost of a full-time post: The team"),
        ("taxes.municipal.average_rate", "average rate of all municipalities: municipal"),
        ("something.quite_else", "something quite else"),
    ],
)  # fmt: skip
def test_a_figure_is_called(path, name):
    assert quantity_name(path, NAMED, Words("en")) == name


def test_figures_that_vary_together_are_named_together():
    paths = ["citizens.parents.number", "plan.cost.overrun"]
    assert (
        quantities_name(paths, NAMED, Words("en"))
        == "number at the start: Parents (and 1 that follows it)"
    )
    assert quantities_name(paths[:1], NAMED, Words("da")) == "antal ved starten: Forældre"


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize("file", STUDIES, ids=lambda file: file.stem)
def test_no_figure_of_a_shipped_study_is_called_by_its_path(file, lang):
    study = simlab.load(file)
    known, words = labels(study), Words(lang)
    for path in study.uncertain:
        name = quantity_name(path, known, words)
        assert "_" not in name and path not in name and "{" not in name, (path, name)


def test_in_danish_no_name_of_a_shipped_study_is_the_english_one():
    study = simlab.load(STUDIES[0].with_name("hjoerring.toml"))
    known = labels(study)
    for path in study.uncertain:
        danish, english = (quantity_name(path, known, Words(lang)) for lang in ("da", "en"))
        assert danish != english, path
