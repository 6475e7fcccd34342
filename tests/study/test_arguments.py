"""Every public function, given what belongs somewhere else: one sentence, and nothing is computed.

The walk goes over ``simlab.__all__``, ``simlab.charts`` and the methods of all that these return.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from runs.worlds import STUDY

import simlab
import simlab.charts
from simlab.result.comparison import Against
from simlab.risk.estimate import Estimate
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.study.reading import shipped_configs

WRONG = (
    None, True, 3, -1, 2.5, float("nan"), float("inf"), "no such thing", "", b"x", (), [], [3], {},
    {"a": 3}, {3: "a"}, {"a": None}, object(), np.zeros(3), Path("no such file"), simlab.loads,
)  # fmt: skip
TEXTS = ("no such thing", "")
SURE = {  # what of it an argument may be, by the argument's name or the function's and its own
    "draws": (None, 3), "simulate.first": (3,), "lives": (3,), "time_limit": (3, 2.5, np.inf),
    "settings": (None, {}, {"a": None}), "perspective": (None,), "start": (None,),
    "until": (None,), "ax": (None,), "without_chance": (None,),
    "if_nothing": (None,), "sentence": (None, *TEXTS),
    "progress": (None, simlab.loads), "any_baseline": (True,), "years": (3, 2.5),
    "Payback.curve.years": (None, 3, 2.5),
    "horizon": (3, 2.5), "steps_per_year": (3, 2.5), "labels": ({},), "most": (3,), "life": (3,),
    "count": (3, 2.5), "values": ({}, {"a": None}), "figures": ({},), "problems": ("", (), [], {}),
    "rules.study": (None,),
    "without": ((), []), "folder": (Path("no such file"),), "name": TEXTS,
    "charts.cost_and_saving_figure.first": (None, *TEXTS),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound():
    """What each function takes, by the name of the argument, and the results with methods."""
    study = simlab.loads(STUDY).replace({"draws": 64})
    histories = simlab.simulate(study, 48, engine="citizens", lives=5)
    cash = simlab.cash_flow(histories)
    payback = simlab.payback(cash)
    compared = simlab.compare({"one": study, "two": study.replace({"plan.scale": 0.5})}, 32)
    found = run(study, RunOptions(lives=True), draws=256)
    opening = found.answer.perspectives["municipality"]
    axes = Figure().add_subplot()
    changed = simlab.load(shipped_configs() / "programmes" / "ips.toml").form.plan.amount
    return {
        "problems": StudyError([]).problems, "histories": histories,
        "path": shipped_configs() / "template.toml",
        "text": STUDY, "study": study, "cash": cash, "plans": {"one": study, "two": study},
        "payback": payback, "comparison": compared, "answer": found.answer, "hundred":
        found.answer.lives, "future": "plan", "labels": {}, "steps_per_year": 12.0, "rows":
        found.answer.years, "payer": "municipality", "people": found.answer.people,
        "state": "job", "shares": opening.variance_share, "drivers": opening.drivers,
        "horizon": 3.0, "count": 2, "share": 0.8,
        "figures": {}, "folder": Path("no"), "figure": axes.figure, "years": 2.0, "q": 0.5,
        "other": "two", "start": study.timeline.start, "until": None,
        "perspective": "municipality", "life": 0, "values": {}, "name": "one",
        "plan": compared.first, "changed": changed[0] if changed else None,
        "results": (
            study, histories, cash, payback, compared, compared.against("two"), compared.first,
            histories.lives, payback.never(),
        ),
    }  # fmt: skip


def public_functions():
    for name in simlab.__all__:
        if name != "charts":
            yield name, getattr(simlab, name)
    for name in simlab.charts.__all__:
        yield f"charts.{name}", getattr(simlab.charts, name)


def methods(result):
    for name, _ in inspect.getmembers(type(result), callable):
        if not name.startswith("_") and name not in ("from_balance",):
            yield f"{type(result).__name__}.{name}", getattr(result, name)


def walked(sound):
    """(name, function, argument, what else it needs) of every argument of the public Python."""
    named = [*public_functions(), *(m for one in sound["results"] for m in methods(one))]
    for name, function in named:
        parameters = inspect.signature(function).parameters.values()
        needed = {
            p.name: sound[p.name] for p in parameters
            if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
        }  # fmt: skip
        for p in parameters:
            if p.kind is not p.VAR_KEYWORD:
                yield name, function, p.name, needed


def right(name, argument, value):
    """Whether a value of WRONG is what an argument may be."""
    sure = SURE.get(f"{name}.{argument}", SURE.get(argument, ()))
    return any(
        value is one or (type(value) is type(one) and repr(value) == repr(one)) for one in sure
    )


def test_the_walk_sees_every_public_function_and_result(sound):
    seen = {name for name, *_ in walked(sound)}
    assert {"simulate", "compare", "payback", "cash_flow", "load", "loads", "StudyError"} <= seen
    assert {f"charts.{name}" for name in simlab.charts.__all__} <= seen
    assert {"Study.replace", "Payback.chance_within", "Payback.quantile", "Lives.spells"} <= seen
    assert {"CashFlow.seen_by", "Histories.people", "Comparison.against"} <= seen
    assert isinstance(sound["results"][-1], Estimate) and isinstance(sound["results"][5], Against)


def test_every_public_function_refuses_another_kind_of_argument_in_one_sentence(
    sound, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    lines, calls = [], 0
    for name, function, argument, needed in walked(sound):
        for value in WRONG:
            if right(name, argument, value):
                continue
            calls += 1
            try:
                function(**{**needed, argument: value})
            except (TypeError, ValueError) as refusal:
                ours = isinstance(refusal, StudyError)
                if not ours and (argument not in str(refusal) or "\n" in str(refusal)):
                    lines.append(f"{name}({argument}={value!r}): {refusal!r}")
            except Exception as error:
                lines.append(f"{name}({argument}={value!r}): {error!r}")
            else:
                lines.append(f"{name}({argument}={value!r}) was answered")
    assert calls > 1_000
    assert not lines, "\n".join(lines)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda s: simlab.simulate(s["study"], engine="expectd"), 'did you mean "expected"'),
        (lambda s: simlab.simulate(s["study"], engine=""), "auto, citizens, counts, expected"),
        (lambda s: simlab.simulate(s["study"], lives=-1), "lives is -1; allowed: 0 to"),
        (lambda s: simlab.simulate(s["study"], first=-1), "first is -1; allowed: 0 to"),
        (lambda s: simlab.simulate("path"), "it must be a Study, as simlab.load"),
        (lambda s: simlab.payback(s["histories"]), "as simlab.cash_flow.histories. gives it"),
        (lambda s: simlab.cash_flow(s["study"]), "as simlab.simulate.study. gives it"),
        (lambda s: simlab.compare([s["study"]] * 2), "plans is of the kind list; it must be a map"),
        (lambda s: simlab.compare({"a": s["study"], "b": "path"}), "it must be a Study"),
        (lambda s: s["payback"].chance_within(50), "years is 50; allowed: 0 to 3, the horizon"),
        (lambda s: s["payback"].chance_within(float("nan")), "years is nan"),
        (lambda s: s["payback"].curve(50), "years is 50; allowed: 0 to 3, the horizon"),
        (lambda s: s["payback"].quantile(-1), "q is -1; allowed: 0 to 1"),
        (lambda s: s["payback"].quantile(50), "q is 50; allowed: 0 to 1"),
        (lambda s: s["study"].replace({1: 2}), "values is of the kind dict"),
        (lambda s: s["cash"].seen_by("muncipality"), 'did you mean "municipality"'),
        (lambda s: simlab.charts.payback_curve(s["payback"], words="da"), "simlab.words.Words"),
        (lambda s: simlab.charts.cost_and_saving([{"payer": "municipality"}], "municipality"),
         "rows is of the kind list; it must be a sequence of which each is a YearOfPayer"),
        (lambda s: simlab.charts.what_matters(s["people"], horizon=3, labels={}),
         "drivers is of the kind People; it must be a Drivers, as answer.opening.drivers"),
        (lambda s: simlab.charts.variance_sources({"parameters": 1.0}),
         "shares is of the kind dict; it must be a VarianceShare, as answer.opening"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_refused_and_runs_nothing_else(sound, call, told):
    with pytest.raises((TypeError, ValueError), match=told):
        call(sound)


def test_numbers_of_numpy_are_numbers(sound):
    found = simlab.simulate(sound["study"], np.int64(2), engine="expected", first=np.int32(1))
    assert found.draws == 2
    assert sound["payback"].chance_within(np.float32(2)).value <= 1.0
