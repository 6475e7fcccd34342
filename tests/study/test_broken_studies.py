"""Each kind of mistake in a study, with the message that a person gets: where, what, what is right.

A sound study is broken in one place at a time. No mistake may end in anything but a StudyError.
"""

from __future__ import annotations

import re

import pytest

from simlab.model.compiled import compile_study
from simlab.study import typed
from simlab.study.errors import StudyError
from simlab.study.study import load, loads

SOUND = """
title = "A sound study"
start = "2020-01"
years = 5
states = ["benefit", "job", "pension"]
payers = ["municipality", "state"]
perspective = "municipality"

[groups]
support = ["benefit", "pension"]

[clocks.support]
states = ["support"]
resets = { after_months = 12 }

[citizens.benefit]
number = { p10 = 80, p90 = 120 }
months_on_clock = 6
arrivals_per_month = 2

[chance_per_month.benefit]
job = { "1-12" = 0.04, "13+" = 0.02 }
pension = 0.001

[chance_per_month.job]
benefit = { by = "support.away", "1-3" = 0.09, "4+" = 0.03 }

[payments.benefit]
reimbursement = "ladder"
[payments.benefit.amount]
benefit = { "2020-01" = 11_000, "2022-01" = 11_500 }

[reimbursement.ladder]
share = { "1-6" = 0.4, "7+" = 0.2 }

[perspectives.municipality]
weights = { municipality = 1 }

[[correlation]]
between = ["citizens.benefit.number", "plan.effect.talks.hazard_ratio"]
value = 0.3

[plan.cost]
unit = 1_000
talks = { 2020 = 500, 2021 = 500 }

[[plan.effect]]
name = "talks"
moves = ["benefit -> job"]
hazard_ratio = { p10 = 0.9, p90 = 1.5 }
until = "2021-12"

[plan.enrolment]
states = ["benefit"]
ends_in = ["pension"]
months_in_programme = 6
places = 20

[[plan.amount]]
name = "services"
change = -100
while = "enrolled"
"""
PROGRAMME = """[plan.enrolment]
states = ["benefit"]
ends_in = ["pension"]
months_in_programme = 6
places = 20
"""

# (what is wrong, from, to, key path, words of the message)
MISTAKES = [
    ("an unknown key", "years = 5", "years = 5\nyeers = 6", "yeers", 'did you mean "years"'),
    ("a missing start", 'start = "2020-01"', "", "start", "missing"),
    ("a date that is none", '"2020-01"\nyears', '"2020-13"\nyears', "start", "is not a date"),
    ("a horizon below zero", "years = 5", "years = -5", "years", "greater than 0"),
    ("no steps at all", "years = 5", "years = 0.01", "years", "0 steps"),
    ("a step that is none", "years = 5", 'years = 5\nstep = "day"', "step", "allowed: 'week'"),
    ("a state named twice", '"pension"]\npayers', '"job"]\npayers', "states", "twice"),
    ("a state with an arrow", '"pension"]\npayers', '"a -> b", "pension"]\npayers', "states.a -> b",
     "holds no"),
    ("a move to a state that is none", "pension = 0.001", "penson = 0.001",
     "chance_per_month.benefit.penson", 'did you mean "pension"'),
    ("a move from a state that is none", "[chance_per_month.job]", "[chance_per_month.jobb]",
     "chance_per_month.jobb", 'did you mean "job"'),
    ("staying that is typed", "pension = 0.001", "benefit = 0.9",
     "chance_per_month.benefit.benefit", "never typed"),
    ("an index that is none", "[payments.benefit]\n", '[payments.benefit]\nindexed = "rates"\n',
     "payments.benefit.indexed", 'unknown index "rates"'),
    ("an index without a price level", "[payments.benefit]\n", "[index]\nrates = { 2020 = 100 }\n"
     '[payments.benefit]\nindexed = "rates"\n', "price_level", "is missing"),
    ("an index by month", "[payments.benefit]\n", '[index]\nrates = { "2020-01" = 100 }\n'
     "[payments.benefit]\n", "index.rates.2020-01", "is not a year"),
    ("kr. of a year after the last of the index", "years = 5", "years = 5\nprice_level = 2026\n"
     "index.rates = { 2020 = 100, 2024 = 110 }\nbudget.index = 'rates'", "price_level",
     "kr. of 2026 are not known: the index \"rates\" ends in 2024"),
    ("kr. of a year before the first of the index", "years = 5", "years = 5\nprice_level = 2019\n"
     "index.rates = { 2020 = 100, 2024 = 110 }\nbudget.index = 'rates'", "price_level",
     "kr. of 2019 are not known: the index \"rates\" begins in 2020"),
    ("a programme that is given an end", "[plan.enrolment]\n", '[plan.enrolment]\nend = "2022"\n',
     "plan.enrolment.end", 'did you mean "until"'),
    ("posts that end before they begin", "[[plan.effect]]", "[plan.caseload]\nuntil = 2019\n"
     'states = ["benefit"]\nworkers = 1\nextra_workers = 2\n[[plan.effect]]',
     "plan.caseload.until", "before the study starts"),
    ("a value that is given an end", "[[plan.effect]]", "[plan.caseload]\nstates = ['benefit']\n"
     "workers = 1\nextra_workers = { value = 2, until = 2021 }\n[[plan.effect]]",
     "plan.caseload.extra_workers.until", "write until beside it"),
    ("an uncertain index", "[payments.benefit]\n", "[index]\nrates = { 2020 = { p10 = 99, "
     "p90 = 101 } }\n[payments.benefit]\n", "index.rates.2020", "certain levels"),
    ("an empty index", "[payments.benefit]\n", '[index]\nrates = { source = "x" }\n'
     "[payments.benefit]\n", "index.rates", "is empty"),
    ("an index of the enrolled that is none", "[plan.enrolment]\n",
     '[plan.enrolment]\nindexed = "wages"\n', "plan.enrolment.indexed", 'unknown index "wages"'),
    ("an index of an amount that is none", "[[plan.effect]]",
     '[[plan.amount]]\nchange = -1\nindexed = "wages"\n[[plan.effect]]',
     "plan.amount.0.indexed", 'unknown index "wages"'),
    ("a reimbursement by nobody", "[plan.enrolment]\n", '[plan.enrolment]\nreimbursed = 0.5\n'
     'reimbursed_by = "stat"\n', "plan.enrolment.reimbursed_by", 'did you mean "state"'),
    ("a reimbursement by bands", "[plan.enrolment]\n",
     '[plan.enrolment]\nreimbursed = { "1-6" = 0.5, "7+" = 0.2 }\n',
     "plan.enrolment.reimbursed", "by date alone"),
    ("no caseworkers", "[[plan.effect]]", "[plan.caseload]\n"
     'states = ["benefit"]\nworkers = 0\nextra_workers = 2\n[[plan.effect]]',
     "plan.caseload.workers", "above 0"),
    ("no caseworkers from a date on", "[[plan.effect]]", "[plan.caseload]\n"
     'states = ["benefit"]\nworkers = { "2020-01" = 5, "2021-01" = 0 }\nextra_workers = 2\n'
     "[[plan.effect]]", "plan.caseload.workers.2021-01", "above 0"),
    ("caseworkers who may be none", "[[plan.effect]]", "[plan.caseload]\n"
     'states = ["benefit"]\nworkers = { min = 0, mode = 5, max = 9 }\nextra_workers = 2\n'
     "[[plan.effect]]", "plan.caseload.workers.min", "above 0"),
    ("half a year in it in yearly steps", "years = 5", 'years = 5\nstep = "year"',
     "plan.enrolment.months_in_programme", "allowed: 12, 24, 36"),
    ("current prices of nothing", "years = 5", 'years = 5\nprices = "current"', "prices",
     "need amounts with an index"),
    ("pay per hour without hours", "[payments.benefit]\n", '[payments.benefit]\nper = "hour"\n',
     "payments.benefit.amount.benefit", "[hours_per_month]"),
    ("hours of a state that is none", "[payments.benefit]\n", "[hours_per_month]\njobb = 30\n"
     "[payments.benefit]\n", "hours_per_month.jobb", 'did you mean "job"'),
    ("a tax on a payment that is none", "[perspectives.m", "[taxes.wages]\nrate = 0.08\n"
     'paid_by = "state"\nof = ["wages"]\n[perspectives.m', "taxes.wages.of.0", "unknown payment"),
    ("a tax on what is not taxed", "[perspectives.m", "[taxes.wages]\nrate = 0.08\n"
     'paid_by = "state"\nof = ["benefit"]\n[perspectives.m', "taxes.wages.of.0", "not taxed"),
    ("an equalisation that is none", "[perspectives.m", "[taxes.local]\nrate = 0.25\n"
     'paid_by = "state"\nrest_to = "state"\naverage_rate = 0.25\nequalisation = "pore"\n'
     "equalised = { poor = 0.95, gross = 0 }\n[perspectives.m", "taxes.local.equalisation",
     'did you mean "poor"'),
    ("a label of an equalisation that is none", "[perspectives.m", "[taxes.local]\nrate = 0.25\n"
     'paid_by = "state"\nrest_to = "state"\naverage_rate = 0.25\nequalisation = "poor"\n'
     'equalised = { poor = 0.95 }\nequalised_label.pore = "towns of little"\n[perspectives.m',
     "taxes.local.equalised_label.pore", 'did you mean "poor"'),
    ("an equalisation that nobody chose", "[perspectives.m", "[taxes.local]\nrate = 0.25\n"
     'paid_by = "state"\nrest_to = "state"\naverage_rate = 0.25\n'
     "equalised = { poor = 0.95, gross = 0 }\n[perspectives.m", "taxes.local.equalisation",
     "which of poor, gross?"),
    ("equalisation without the average rate", "[perspectives.m", "[taxes.local]\nrate = 0.25\n"
     'paid_by = "state"\nrest_to = "state"\nequalisation = "poor"\nequalised = { poor = 0.9 }\n'
     "[perspectives.m", "taxes.local.average_rate", "is missing"),
    ("equalisation said twice", "[perspectives.m", "[taxes.local]\nrate = 0.25\nretained = 0.4\n"
     'paid_by = "state"\nrest_to = "state"\naverage_rate = 0.25\nequalisation = "poor"\n'
     "equalised = { poor = 0.9 }\n[perspectives.m", "taxes.local.retained", "twice"),
    ("displacement elsewhere without a payer", "[[plan.effect]]", "[plan.displacement]\n"
     'states = ["job"]\nshare = 0.2\nlocal_share = 0.5\nto = "benefit"\n[[plan.effect]]',
     "plan.displacement.elsewhere", "is missing"),
    ("displacement to a state that is none", "[[plan.effect]]", "[plan.displacement]\n"
     'states = ["job"]\nshare = 0.2\nlocal_share = 1\nto = "job_ready"\n[[plan.effect]]',
     "plan.displacement.to",
     'unknown state "job_ready"'),
    ("displacement from a job to a job", "[[plan.effect]]", "[plan.displacement]\n"
     'states = ["job"]\nshare = 0.2\nlocal_share = 1\nto = "job"\n[[plan.effect]]',
     "plan.displacement.to",
     "nobody is displaced"),
    ("a chance above 1", "pension = 0.001", "pension = 1.5", "chance_per_month.benefit.pension",
     "between 0 and 1"),
    ("chances that sum above 1", "pension = 0.001", "pension = 0.99\n[rate_per_month.pension]\n"
     "job = 0.1\n[chance_per_month.pension]\nbenefit = 0.6\njob = 0.6",
     "rate_per_month.pension.job", "too"),
    ("chances of a row above 1", "[payments.benefit]\n", "[chance_per_month.pension]\n"
     "benefit = 0.6\njob = 0.6\n[payments.benefit]\n", "chance_per_month.pension", "sum to 1.2"),
    ("two units of chances in a row", "[payments.benefit]\n", "[chance_per_year.benefit]\n"
     "job = 0.1\n[payments.benefit]\n", "chance_per_year.benefit.job", "stands in"),
    ("low and high", "{ p10 = 80, p90 = 120 }", "{ low = 80, high = 120 }",
     "citizens.benefit.number", "neither 90 % nor min/max"),
    ("quantiles the wrong way round", "{ p10 = 80, p90 = 120 }", "{ p10 = 120, p90 = 80 }",
     "citizens.benefit.number.p90", "above p10"),
    ("a text for a number", "{ p10 = 80, p90 = 120 }", '"many"', "citizens.benefit.number", "many"),
    ("truth for a number", "{ p10 = 80, p90 = 120 }", "true", "citizens.benefit.number", "true"),
    ("a number below zero", "{ p10 = 80, p90 = 120 }", "-3", "citizens.benefit.number", "-3"),
    ("nan", "pension = 0.001", "pension = nan", "chance_per_month.benefit.pension", "number"),
    ("bands with a gap", '"1-12" = 0.04, "13+"', '"1-12" = 0.04, "14+"',
     "chance_per_month.benefit.job.14+", "without gap"),
    ("bands without an end", '"13+" = 0.02', '"13-20" = 0.02',
     "chance_per_month.benefit.job.13-20", "must be open"),
    ("bands on a state without a clock", 'benefit = { by = "support.away", "1-3" = 0.09',
     'benefit = { "1-3" = 0.09', "chance_per_month.job.benefit", "has no clock"),
    ("a clock that is none", 'by = "support.away"', 'by = "suport.away"',
     "chance_per_month.job.benefit.by", 'did you mean "support"'),
    ("two clocks on a state", "[citizens.benefit]", '[clocks.other]\nstates = ["pension"]\n'
     "[citizens.benefit]", "clocks.other.states.0", "a state has one at most"),
    ("two times in a reset", "after_months = 12", "after_months = 12, after_weeks = 52",
     "clocks.support.resets", "one time away"),
    ("self-support in a state that is none", "after_months = 12",
     'after_months = 12, self_support = ["jobb"]',
     "clocks.support.resets.self_support.0", 'did you mean "job"'),
    ("self-support on the clock itself", "after_months = 12",
     'after_months = 12, self_support = ["pension"]',
     "clocks.support.resets.self_support.0", "runs this clock"),
    ("a group named like a state", "support = [", "job = [", "groups.job", "is a state already"),
    ("citizens in a state that is none", "[citizens.benefit]", "[citizens.benefits]",
     "citizens.benefits", 'did you mean "benefit"'),
    ("citizens who are nobody", "number = { p10 = 80, p90 = 120 }\nmonths_on_clock = 6\n"
     "arrivals_per_month = 2", "", "citizens.benefit", "holds nobody"),
    ("a segment that is none", "months_on_clock = 6", 'months_on_clock = 6\nsegment = "hard"',
     "citizens.benefit.segment", "unknown segment"),
    ("a payer that is none", "weights = { municipality = 1 }", "weights = { municpality = 1 }",
     "perspectives.municipality.weights.municpality", 'did you mean "municipality"'),
    ("a perspective that is none", 'perspective = "municipality"', 'perspective = "mayor"',
     "perspective", 'unknown perspective "mayor"'),
    ("a reimbursement that is none", 'reimbursement = "ladder"', 'reimbursement = "lader"',
     "payments.benefit.reimbursement", 'did you mean "ladder"'),
    ("a budget before the start", "2020 = 500", "2019 = 500", "plan.cost.talks.2019",
     "before the start"),
    ("a budget after the horizon", "2021 = 500", "2031 = 500", "plan.cost.talks.2031",
     "after the horizon, which ends 2024-12"),
    ("an effect on a move that is none", '["benefit -> job"]', '["pension -> job"]',
     "plan.effect.talks.moves.0", "no move"),
    ("a move without an arrow", '["benefit -> job"]', '["benefit to job"]',
     "plan.effect.talks.moves.0", 'write "from -> to"'),
    ("an effect of two kinds", 'name = "talks"', 'name = "talks"\nchance_ratio = 1.2',
     "plan.effect.talks", "needs one kind"),
    ("a trial without a time", "hazard_ratio = { p10 = 0.9, p90 = 1.5 }", "risk_ratio = 1.2",
     "plan.effect.talks", "at_months"),
    ("an effect that ends before it starts", 'until = "2021-12"',
     'until = "2021-12"\nstart = "2023-01"', "plan.effect.talks.until", "before the effect starts"),
    ("a fade without an end", 'until = "2021-12"', "fades = { half_life_months = 12 }",
     "plan.effect.talks.fades", "needs until"),
    ("a caseload effect without caseworkers", "hazard_ratio = { p10 = 0.9, p90 = 1.5 }",
     "hazard_ratio_per_halving = 1.2", "plan.effect.talks.hazard_ratio_per_halving",
     "plan.caseload"),
    ("a correlation with nothing", '"citizens.benefit.number", ', '"citizens.benefit.numbr", ',
     "correlation.0.between", 'did you mean "citizens.benefit.number"'),
    ("a correlation beyond 1", "value = 0.3", "value = 1.3", "correlation.0.value", "less than"),
    ("counts that are no counts", "[payments.benefit]\n", '[count_per_month.pension]\njob = "x"\n'
     "[payments.benefit]\n", "count_per_month.pension.job", "a count is a number"),
    ("a programme begun in a state that is none", 'states = ["benefit"]\nends_in',
     'states = ["benfit"]\nends_in', "plan.enrolment.states.0", 'did you mean "benefit"'),
    ("a programme begun and ended in one state", 'ends_in = ["pension"]', 'ends_in = ["benefit"]',
     "plan.enrolment.ends_in", "cannot begin and end it"),
    ("a programme begun where it ends by default", 'states = ["benefit"]\nends_in = ["pension"]',
     'states = ["pension"]', "plan.enrolment.states", "nobody ever leaves"),
    ("a programme of no months", "programme = 6", "programme = 0",
     "plan.enrolment.months_in_programme", "above 0"),
    ("a programme of half months", "programme = 6", "programme = 6.5",
     "plan.enrolment.months_in_programme", "whole months"),
    ("a programme of unsaid length", "months_in_programme = 6", "",
     "plan.enrolment.months_in_programme", "missing"),
    ("places by time on a clock", "places = 20", 'places = { "1-3" = 20, "4+" = 10 }',
     "plan.enrolment.places", "by date alone"),
    ("a programme for a segment that is none", "places = 20", 'segments = ["yung"]',
     "plan.enrolment.segments.0", "unknown segment"),
    ("a programme that ends before it starts", "places = 20",
     'start = "2022-01"\nuntil = "2021-06"', "plan.enrolment.until", "before the programme"),
    ("the enrolled of no programme", PROGRAMME, "", "plan.amount.services.while",
     "needs [plan.enrolment]"),
    ("people who are neither enrolled nor everyone", 'while = "enrolled"', 'while = "enroled"',
     "plan.amount.services.while", "allowed: 'everyone'"),
    ("a while that is misspelt", 'while = "enrolled"', 'whle = "enrolled"',
     "plan.amount.services.whle", 'did you mean "while"'),
    ("an amount for a payer that is none", "change = -100", 'change = -100\npayer = "sate"',
     "plan.amount.services.payer", 'did you mean "state"'),
    ("an amount by a clock that not all run", "change = -100",
     'change = { "1-3" = -100, "4+" = 0 }', "plan.amount.services.change", "has no clock"),
    ("places of an effect on the enrolled", 'name = "talks"',
     'name = "talks"\nwhile = "enrolled"\nplaces = 3', "plan.effect.talks.places",
     "under [plan.enrolment]"),
    ("a list for a table", "[plan.cost]", "[[plan.cost]]", "plan.cost", "dictionary"),
]  # fmt: skip


def test_the_sound_study_is_sound():
    study = loads(SOUND)
    assert len(study.names.states) == 3
    assert set(study.uncertain) == {"citizens.benefit.number", "plan.effect.talks.hazard_ratio"}


@pytest.mark.parametrize(
    ("old", "new", "path", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_told_where_it_stands(old, new, path, words):
    assert old in SOUND
    with pytest.raises(StudyError) as caught:
        loads(SOUND.replace(old, new, 1))
    text = {p.path: p.message for p in caught.value.problems}
    assert path in text, text
    assert words in text[path]


def test_all_mistakes_are_told_at_once():
    text = SOUND.replace("pension = 0.001", "penson = 0.001").replace("2021 = 500", "2031 = 500")
    text = text.replace("years = 5", "years = 5\nyeers = 1")
    with pytest.raises(StudyError) as caught:
        loads(text)
    assert {p.path for p in caught.value.problems} == {
        "yeers",
        "chance_per_month.benefit.penson",
        "plan.cost.talks.2031",
    }


def test_a_mistake_is_told_with_the_file_that_holds_it(tmp_path):
    (tmp_path / "base.toml").write_text(SOUND.replace("0.001", "7"), encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        'extends = ["base.toml"]\n[plan.cost]\nother = { 2031 = 1 }\n', encoding="utf-8"
    )
    with pytest.raises(StudyError) as caught:
        load(tmp_path / "plan.toml")
    files = {p.path: p.file.rsplit("/")[-1] for p in caught.value.problems}
    assert files == {
        "chance_per_month.benefit.pension": "base.toml",
        "plan.cost.other.2031": "plan.toml",
    }
    assert re.search(
        r"base\.toml\n  chance_per_month\.benefit\.pension +found 7", str(caught.value)
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"start = ", "not valid TOML"),
        (b"a = " + b"[" * 3000 + b"]" * 3000, "cannot be read as TOML"),
        (b"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a1.b1 = 1", "levels"),
        (b"# " + b"x" * 2_100_000, "larger than 2 MB"),
        (b'extends = ["x.toml"]', 'no such file "x.toml"'),
        (b'extends = ["study.toml"]', "in a circle"),
        (b'extends = ["/etc/hosts"]', "absolute path"),
        (b'extends = ["../../outside.toml"]', "leaves the folder"),
        (b"extends = 3", "write a list of files"),
        (b'extends = ["\\u0000"]', "nothing can show (U+0000)"),
        (b'extends = ["' + b"a" * 2_000 + b'"]', "is not the name of a file"),
        (b'extends = ["' + b"a" * 500 + b'"]', "cannot be read"),
        (b'title = "\\u001b[2J"', "nothing can show (U+001B)"),
        (b'"a\\uffff" = 1', "nothing can show (U+FFFF)"),
        (b"years = 0x" + b"f" * 5_000, "a whole number of over 64 bits"),
        (b"a" + b".a" * 900_000 + b" = 1", "a key of over 48 parts"),
        (b"'a'" + b' . "b"' * 60 + b" = 1", "a key of over 48 parts"),
        (b"a = [" + b"1," * 30_000 + b"]", "20,000 keys"),
    ],
    ids=range(19),
)
def test_a_file_that_is_no_study_is_refused(tmp_path, content, words):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "outside.toml").write_text("years = 1", encoding="utf-8")
    (inner / "study.toml").write_bytes(content)
    with pytest.raises(StudyError, match=re.escape(words)):
        load(inner / "study.toml")


def test_files_that_extend_two_others_again_and_again_are_counted(tmp_path):
    for k in range(40):
        text = f'extends = ["{k + 1}.toml", "{k + 1}.toml"]' if k < 39 else SOUND
        (tmp_path / f"{k}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match="over 64 files"):
        load(tmp_path / "0.toml")


def test_a_thousand_mistakes_are_told_in_a_page_or_two():
    wrong = ", ".join(f'"{"bnefit" * 9}{k}"' for k in range(3_000))
    with pytest.raises(StudyError) as refusal:
        loads(SOUND.replace('support = ["benefit", "pension"]', f"support = [{wrong}]"))
    assert len(str(refusal.value)) < 100_000
    assert str(refusal.value).endswith("and more")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (".".join(["plan"] * 30), "deeper than 24 levels"),
        ("plan.effect.\u00b2.hazard_ratio", "not one of 1 entries"),
        ("plan.effect." + "9" * 5_000 + ".hazard_ratio", "999…"),
    ],
)
def test_a_setting_of_no_place_is_refused(path, words):
    with pytest.raises(StudyError, match=words):
        loads(SOUND).replace({path: 1.8})


def test_a_setting_of_thousands_of_digits_is_refused():
    with pytest.raises(typed.NumberError, match="5,000 characters"):
        typed.value("9" * 5_000)


def test_clocks_that_multiply_are_refused_before_they_take_memory():
    names = [f"s{k}" for k in range(12)]
    moves = "\n".join(
        f'{a}.{b} = {{ "1-30" = 0.1, "31+" = 0.2 }}'
        for a, b in zip(names, names[1:] + names[:1], strict=True)
    )
    clocks = "\n".join(
        f'[clocks.{name}]\nstates = ["{name}"]\nresets = {{ after_months = 1200 }}'
        for name in names
    )
    study = loads(
        f'title = "x"\nstart = "2020"\nyears = 90\nstates = {names}\n[citizens.s0]\nnumber = 1\n'
        f"[chance_per_month]\n{moves}\n{clocks}"
    )
    with pytest.raises(StudyError, match="over 200,000 cells"):
        compile_study(study)


def test_a_missing_file_names_the_nearest_one(tmp_path):
    (tmp_path / "hjoerring.toml").write_text(SOUND, encoding="utf-8")
    with pytest.raises(StudyError, match=r'did you mean "hjoerring\.toml"'):
        load(tmp_path / "hjorring.toml")


def test_a_table_of_names_is_merged_and_a_value_is_replaced(tmp_path):
    (tmp_path / "base.toml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        'extends = ["base.toml"]\n[citizens.benefit]\nnumber = { mean = 50, sd = 5 }\n',
        encoding="utf-8",
    )
    study = load(tmp_path / "plan.toml")
    assert study.quantities["citizens.benefit.number"].mean() == pytest.approx(50)
    below = loads(SOUND).quantities["citizens.benefit.number"].mean()
    arrivals = study.quantities["citizens.benefit.arrivals_per_month"].mean()
    assert arrivals == pytest.approx(2 * 50 / below), "inherited, and multiplied as the number is"


def test_a_setting_replaces_a_value_and_its_mistake_is_told():
    study = loads(SOUND)
    bolder = study.replace({"plan.effect.talks.hazard_ratio": 1.8, "plan.effect.0.until": "2022"})
    assert bolder.form.plan.effect[0].hazard_ratio.mean() == 1.8
    assert study.form.plan.effect[0].hazard_ratio.is_uncertain
    with pytest.raises(StudyError, match=r"plan\.effect\.talks\.hazard_ratioo"):
        study.replace({"plan.effect.0.hazard_ratioo": 1.8})
    with pytest.raises(StudyError, match="not one of 1 entries"):
        study.replace({"plan.effect.7.hazard_ratio": 1.8})


def test_the_resolved_study_reads_back_the_same():

    study = loads(SOUND)
    again = loads(study.resolved_toml())
    assert again.form == study.form


def test_a_wrong_state_is_told_beside_a_wrong_group_and_a_wrong_key() -> None:
    """All mistakes at once: none waits until two others are mended."""
    text = SOUND.replace('support = ["benefit", "pension"]', 'support = ["benefit", "pensoin"]')
    text = text.replace("pension = 0.001", "pensjon = 0.001").replace("years = 5", "yeers = 5")
    with pytest.raises(StudyError) as caught:
        loads(text.replace("[citizens.benefit]", "[citizens.benefitt]").replace("yeers", "years"))
    paths = [problem.path for problem in caught.value.problems]
    assert {"groups.support.1", "chance_per_month.benefit.pensjon", "citizens.benefitt"} <= set(
        paths
    )
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    ("line", "now", "path"),
    [
        ("years = 5", "years = -5", "years"),
        ("years = 5", "years = nan", "years"),
        ("years = 5", "", "years"),
        ('start = "2020-01"', 'start = "soon"', "start"),
        ('start = "2020-01"', "", "start"),
        ("[citizens.benefit]", "[citizenz.benefit]", "citizens"),
    ],
)
def test_what_a_study_needs_is_told_beside_all_other_mistakes(line, now, path):
    """And nothing is told of dates, which may well be right beside the right start and years."""
    assert SOUND.count(line) == 1
    text = SOUND.replace("pension = 0.001", "pensjon = 0.001")
    with pytest.raises(StudyError) as caught:
        loads(text)
    others = {problem.path for problem in caught.value.problems}
    assert "chance_per_month.benefit.pensjon" in others
    with pytest.raises(StudyError) as caught:
        loads(text.replace(line, now))
    found = {problem.path for problem in caught.value.problems} - {"citizenz"}
    assert found == others | {path}, str(caught.value)


def test_a_wrong_value_alone_is_told_and_not_what_is_left_without_it():
    with pytest.raises(StudyError) as caught:
        loads(SOUND + "\n[perspectives.me]\nweights = { municipality = inf }\n")
    assert [p.path for p in caught.value.problems] == ["perspectives.me.weights.municipality"]


@pytest.mark.parametrize("value", [float("nan"), -1, "much", {"p10": 0.1, "p9O": 0.2}])
def test_a_move_whose_chance_is_wrong_is_a_move(value):
    with pytest.raises(StudyError) as caught:
        loads(SOUND).replace({"chance_per_month.benefit.job": value})
    for problem in caught.value.problems:
        assert problem.path.startswith("chance_per_month.benefit.job"), str(caught.value)
