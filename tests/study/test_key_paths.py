"""Key paths: printed and read in one place, and no two figures share one."""

from __future__ import annotations

import math
import re
from pathlib import Path
from statistics import NormalDist
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simlab
from simlab.batch.items import items, wanted
from simlab.folders.results import draws_table
from simlab.result.plain import plain_answer
from simlab.runs.run import run
from simlab.study import grammar
from simlab.study.errors import StudyError
from simlab.study.grammar import StudyFile
from simlab.study.key_path import as_printed, dotted, keys_of_path, path_and_value
from simlab.study.quantities import quantities
from simlab.study.quantity import Quantity
from simlab.study.study import Study, loads
from simlab.study.values import Varying

NORMAL = NormalDist()

BY_NUMBER = """
title  = "Measures by number"
start  = "2026-01"
years  = 3
draws  = 64
engine = "expected"
states = ["home", "work", "school"]
payers = ["town"]
[citizens.home]
number = 1000
[chance_per_month]
home.work = 0.02
home.school = 0.01
[payments.aid]
amount.home = 1000
[plan.cost]
team = { at_start = 10000 }
[[plan.effect]]
NAME1
moves = ["home -> work"]
hazard_ratio = { p10 = 3.0, p90 = 3.2 }
[[plan.effect]]
NAME2
moves = ["home -> school"]
hazard_ratio = { p10 = 0.2, p90 = 0.22 }
"""


def two_effects(first: str | None, second: str | None) -> Study:
    text = BY_NUMBER
    for mark, name in (("NAME1", first), ("NAME2", second)):
        text = text.replace(mark, f"name = '{name}'" if name is not None else "")
    return loads(text)


def ratios(study: Study) -> list[float]:
    return [one.hazard_ratio.median() for one in study.form.plan.effect if one.hazard_ratio]


def drawn(study: Study) -> list[str]:
    """The columns of draws.parquet."""
    made = run(study)
    return draws_table(made.total).column_names


def test_a_name_of_digits_and_the_next_effect_without_a_name_are_two_figures() -> None:
    study = two_effects("1", None)
    assert list(study.uncertain) == ['plan.effect."1".hazard_ratio', "plan.effect.1.hazard_ratio"]
    summary = plain_answer(run(study).answer)

    def stays(work: float, school: float) -> float:
        """The chance to stay at home for a month: both hazards, one multiplied by each ratio."""
        whole = -math.log(1 - 0.03)
        return math.exp(-whole * (work * 2 / 3 + school / 3))

    def at_home(chance: float) -> float:
        return 1000 * 1000 * sum(chance**t for t in range(1, 37))

    places = [(k + 0.5) / 60 for k in range(60)]

    def lognormal(low: float, high: float) -> list[float]:
        """Sixty equally likely values of a lognormal with these 10 % and 90 % quantiles."""
        middle, width = math.sqrt(low * high), math.log(high / low) / 2 / NORMAL.inv_cdf(0.9)
        return [middle * math.exp(width * NORMAL.inv_cdf(place)) for place in places]

    afterwards = [
        at_home(stays(work, school))
        for work in lognormal(3.0, 3.2)
        for school in lognormal(0.2, 0.22)
    ]
    expected = at_home(stays(1, 1)) - sum(afterwards) / len(afterwards) - 10_000
    of = summary["perspectives"]["town"]
    value, error = of["net_present_value"]["mean"], of["standard_errors"]["net_present_value.mean"]
    assert abs(value - expected) < 4 * error
    assert 8_000_000 < value < 8_150_000


def test_a_figure_is_set_by_the_path_that_was_printed() -> None:
    for first, second in [("1", "2"), ("2", "1"), ("job.v2", "2"), ("a=b", 'c"d'), ("0", "a: b")]:
        study = two_effects(first, second)
        for number, path in enumerate(p for p in study.quantities if "hazard" in p):
            changed = study.replace({path: 7})
            assert changed.form.plan.effect[number].hazard_ratio.mean() == 7, path
            assert ratios(changed)[1 - number] == ratios(study)[1 - number]
            sides = path_and_value(f"{path}=7")
            assert sides == (path, "7")


def test_a_bare_number_is_a_position_and_a_quoted_one_a_name() -> None:
    study = two_effects("first", "7")
    assert ratios(study.replace({"plan.effect.1.hazard_ratio": 5}))[1] == 5
    assert ratios(study.replace({'plan.effect."7".hazard_ratio': 5}))[1] == 5
    with pytest.raises(StudyError, match='"7" is not one of 2 entries'):
        study.replace({"plan.effect.7.hazard_ratio": 5})
    with pytest.raises(StudyError, match="may be the name of an entry or the position of another"):
        two_effects("1", "2").replace({"plan.effect.1.hazard_ratio": 5})


def test_an_effect_without_a_name_is_set_by_the_position_that_is_printed(tmp_path: Path) -> None:
    """Though the one before it is called by that number."""
    study = two_effects("1", None)
    printed = [path for path in study.quantities if "hazard" in path]
    assert printed[1] == "plan.effect.1.hazard_ratio"
    assert ratios(study.replace({printed[1]: 5})) == [ratios(study)[0], 5]
    assert ratios(study.replace({printed[0]: 5})) == [5, ratios(study)[1]]
    path = tmp_path / "study.toml"
    path.write_text(study.resolved_toml(), encoding="utf-8")
    assert ratios(simlab.load(path, {printed[1]: 5})) == [ratios(study)[0], 5]
    laid = [one.settings for one in items(wanted([path], {}, [f"{printed[1]}=5,6"]))]
    assert [ratios(simlab.load(path, one))[1] for one in laid] == [5, 6]


def test_mistakes_are_told_by_the_same_path_as_figures() -> None:
    with pytest.raises(StudyError) as caught:
        two_effects("job.v2", "2").replace(
            {'plan.effect."job.v2".hazard_ratio': {"p10": 3, "p9O": 4}}
        )
    assert [p.path for p in caught.value.problems] == ['plan.effect."job.v2".hazard_ratio.p9O']
    with pytest.raises(StudyError) as caught:
        two_effects("job.v2", "2").replace({'plan.effect."2".moves': ["home -> werk"]})
    assert [p.path for p in caught.value.problems] == ['plan.effect."2".moves.0']


def test_two_effects_of_one_name_are_refused() -> None:
    with pytest.raises(StudyError, match='two effects are named "same"'):
        two_effects("same", "same")


@pytest.mark.parametrize("name", ['"job.v2"', "'job.v2'", '"job\\u002ev2"'])
def test_correlations_name_figures_by_any_spelling_of_the_printed_path(name: str) -> None:
    text = BY_NUMBER.replace("NAME1", 'name = "job.v2"').replace("NAME2", 'name = "2"')
    one, two = f"'''plan.effect.{name}.hazard_ratio'''", "'plan.effect.\"2\".hazard_ratio'"
    study = loads(text + f"[[correlation]]\nbetween = [{one}, {two}]\nvalue = 0.5\n")
    assert study.form.correlation[0].between[0] == 'plan.effect."job.v2".hazard_ratio'
    assert 'plan.effect."job.v2".hazard_ratio' in drawn(study)


def test_a_budget_line_holds_what_it_names_though_the_name_has_a_dot() -> None:
    text = BY_NUMBER.replace("NAME1", "").replace("NAME2", "").replace("team =", '"team.v2" =')
    study = loads(text + "[budget.lines.staff]\nof = ['plan.cost.\"team.v2\"']\n")
    assert study.form.budget is not None
    assert study.form.budget.lines["staff"].of == ['plan.cost."team.v2"']


NAMED = """
title = "k"
start = "2026-01"
years = 2
draws = 16
states = ["a", "b"]
payers = ["p"]
[groups]
"g.1" = ["a"]
[clocks.c]
states = ["a", "b"]
[segments."s.1".hazard_ratio]
"g.1 -> b" = { p10 = 0.9, p90 = 1.1 }
[citizens."x.number"]
state = "a"
segment = "s.1"
number = { p10 = 90, p90 = 110 }
arrivals_per_month = { p10 = 9, p90 = 11 }
arrivals_trend_per_year = { mean = 0, sd = 0.01 }
[trend_per_year]
"g.1 -> b" = { mean = 0, sd = 0.01 }
[business_cycle]
sd = 0.1
half_life_months = 12
loading = { "g.1 -> b" = { p10 = 0.5, p90 = 1.5 } }
[chance_per_month.a]
b = { "1-3" = { p10 = 0.01, p90 = 0.03 }, "4+" = 0.02 }
[hours_per_month]
a = { p10 = 90, p90 = 110 }
[payments."x.y"]
per = "hour"
taxed = true
share = { p10 = 0.4, p90 = 0.6 }
reimbursement = "r.1"
amount."g.1" = { p10 = 90, p90 = 110 }
[reimbursement."r.1"]
share = { p10 = 0.1, p90 = 0.2 }
paid_by = "p"
[taxes."t.1"]
rate = { p10 = 0.1, p90 = 0.2 }
paid_by = "p"
received_by = "p"
rest_to = "p"
average_rate = 0.2
equalisation = "e.1"
equalised = { "e.1" = { p10 = 0.1, p90 = 0.2 } }
[one_off."o.1"]
moves = ["g.1 -> b"]
amount = { p10 = 90, p90 = 110 }
[outcomes."q.1"]
amount."g.1" = { p10 = 0.5, p90 = 0.6 }
moves."g.1 -> b" = { p10 = 0.5, p90 = 0.6 }
[perspectives."me.too"]
weights = { p = 1 }
[plan.cost]
"c.1".2026 = { p10 = 9, p90 = 11 }
"c.1".at_start = { p10 = 9, p90 = 11 }
"c.1".per_year = { p10 = 9, p90 = 11 }
[plan.cost_per_citizen."c.2"]
states = ["a"]
amount = { p10 = 9, p90 = 11 }
[[plan.effect]]
name = "e.1"
moves = ["g.1 -> b"]
hazard_ratio = { p10 = 0.9, p90 = 1.1 }
coverage = { p10 = 0.4, p90 = 0.6 }
ramp_months = { p10 = 4, p90 = 6 }
cost_per_treated_per_month = { p10 = 4, p90 = 6 }
[[plan.amount]]
name = "m.1"
change = { p10 = -6, p90 = -4 }
"""


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_figures_of_parts_with_dots_in_their_names_are_read_as_uncertain(engine: str) -> None:
    """A path that two places spell in two ways would read the mean, in silence."""
    study = loads(NAMED, engine=engine)
    paths = list(study.uncertain)
    assert len(paths) == NAMED.count("p10 =") + NAMED.count("mean =")
    assert all(as_printed(path) == path for path in paths)
    for path in paths:
        middle = study.replace({path: study.uncertain[path].median()})
        assert not middle.quantities[path].is_uncertain
    columns = drawn(study)
    assert set(paths) <= set(columns)
    assert '"me.too".net_present_value' in columns


def test_figures_that_nothing_could_tell_apart_have_paths_of_their_own() -> None:
    study = loads(NAMED)
    found = [quantity.path for quantity in quantities(study.form)]
    assert len(set(found)) == len(found)


@given(st.lists(st.text(min_size=0, max_size=8) | st.integers(0, 99), min_size=1, max_size=5))
def test_a_printed_path_is_read_as_it_was(keys: list[str | int]) -> None:
    for where in ((), ("plan", "effect")):
        read = keys_of_path(dotted(*where, *keys))
        assert tuple(map(str, read)) == (*where, *map(str, keys))
        if where:  # in a list, a name and a position are never taken for each other
            assert type(read[2]) is type(keys[0])


@given(st.text(max_size=30))
def test_no_text_is_read_as_a_path_that_prints_otherwise(text: str) -> None:
    try:
        printed = as_printed(text)
    except ValueError:
        return
    assert as_printed(printed) == printed
    assert keys_of_path(printed) == keys_of_path(text)


def test_a_study_cannot_be_made_to_extend_by_a_setting_that_nothing_reads(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="extends"):
        two_effects(None, None).replace({"extends": ["other.toml"]})
    with pytest.raises(StudyError, match="extends"):
        loads('extends = ["other.toml"]\n' + BY_NUMBER.replace("NAME1", "").replace("NAME2", ""))


LISTS = ("published", "stated_trend", "correlation", "extends")  # whose entries have no names
TABLES = "|".join(name for name in StudyFile.model_fields if name not in LISTS)


def test_the_code_spells_no_key_path_of_a_users_name_by_hand() -> None:
    """What is not printed by `dotted` is spelt otherwise as soon as a name has a dot."""
    assert lines_with(rf'f"({TABLES})(\.[a-z_]+)*\.{{', ".") == []


def test_the_rooms_that_reckon_spell_no_key_path_of_a_figure_again() -> None:
    """A figure knows its own: ``quantity.path``, and ``varying.path`` of one by date and band."""
    own = "|".join(sorted(fields_of_figures()))
    begun = rf"(?:{TABLES}|\{{[^}}]*(?:own|path|key)[^}}]*\}})"
    for room in ("model", "engine", "finance", "risk", "replay"):
        assert lines_with(rf'"{begun}(?:\.[^"\s]+)*\.(?:{own})["{{]', room) == []
        assert lines_with(rf'dotted\(.*"(?:{own})"\)', room) == []


def fields_of_figures() -> set[str]:
    """The names under which the grammar has figures."""
    forms = [one for one in vars(grammar).values() if isinstance(one, type)]
    forms = [one for one in forms if issubclass(one, grammar.Form)]
    fields = [pair for form in forms for pair in form.model_fields.items()]
    return {name for name, field in fields if is_figure(field.annotation)}


def is_figure(kind: Any) -> bool:
    if kind in (Quantity, Varying):
        return True
    return get_origin(kind) not in (dict, list) and any(map(is_figure, get_args(kind)))


def lines_with(pattern: str, room: str) -> list[str]:
    """The lines of a room's code in which a pattern is found."""
    package = Path(simlab.__file__).parent
    return [
        f"{file.relative_to(package)}: {line.strip()}"
        for file in sorted((package / room).rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line)
    ]
