"""Mutants: the program with one careless change, each of which a certificate should catch.

A mutant is a place in the package, what stands there, and what stands there by mistake. The
function is made anew from its own text with the mistake in it, and put wherever the old one was.
"""

import __future__

import inspect
import sys
import textwrap
from importlib import import_module
from typing import NamedTuple

STUDY = """
start = "2026-03"
years = 3.5
draws = 64
seed = 3
counting = "mean"
states = ["benefit", "activation", "job", "pension"]
payers = ["municipality", "state", "region", "citizen", "others"]
price_level = 2026
prices = "current"

[index.wages]
2024 = 96.0
2026 = 100.0
2028 = 107.8
grows_per_year = { dist = "uniform", min = 0.01, max = 0.07 }

[clocks.support]
states = ["benefit", "activation"]
resets = { after_months = 3 }

[citizens.benefit]
number = { p10 = 90, p90 = 120 }
months_on_clock = { "1" = 0.3, "4" = 0.3, "9" = 0.4 }
arrivals_per_month = { "2026-01" = { p10 = 8, p90 = 10 }, "2027-06" = 5 }
arrivals_trend_per_year = 0.08
arrivals_months_on_clock = { "1" = 0.7, "5" = 0.3 }
[citizens.activation]
number = 40
segment = "far"
months_on_clock = 6

[segments.far]
hazard_ratio = { "* -> job" = 0.7 }

[rate_per_month.benefit]
activation = 0.1
[chance_per_month.benefit]
job = { "2026-01" = { "1-6" = { p10 = 0.04, p90 = 0.06 }, "7+" = 0.03 }, "2028-01" = 0.05 }
[share_within.benefit]
pension = { share = 0.1, years = 3 }
[rate_per_month.activation]
benefit = 0.2
job = 0.06
[rate_per_month.job]
benefit = { by = "support.away", "1-3" = 0.1, "4+" = 0.04 }

[trend_per_year]
"benefit -> job" = -0.03
[business_cycle]
sd = 0.3
half_life_months = 18
loading = { "* -> job" = 1.0 }

[[shares]]
name = "steady"
definition = "a job of any hours"
of = ["activation"]
states = ["job"]
at_months = 15
moves = ["activation -> job"]
with_plan = { p10 = 0.30, p90 = 0.40 }
risk_ratio = { p10 = 1.1, p90 = 1.4 }

[payments.benefit]
reimbursement = "ladder"
indexed = "wages"
taxed = true
received_by = "citizen"
amount = { benefit = 12_000, activation = { "2026-01" = 13_000, "2028-01" = 12_500 } }
[payments.wage]
taxed = true
amount.job = -24_000
paid_by = "citizen"
[payments.housing]
per = "year"
share = 0.3
amount.benefit = 20_000
[payments.pension]
amount.pension = 19_000
[reimbursement.ladder.share]
"2026-01" = { "1-2" = 0.8, "3-6" = 0.4, "7+" = 0.2 }
"2027-07" = { "1-4" = 0.5, "5+" = 0.2 }
[taxes.labour]
deducted = true
of = ["wage"]
rate = 0.08
received_by = "state"
[taxes.local]
rate = 0.25
retained = { "2026-01" = 0.4, "2028-01" = 0.3 }
rest_to = "others"
equalised_after_years = 1
[one_off.fee]
moves = ["benefit -> job"]
amount = { "2026-01" = 9_000, "2028-01" = 7_000 }
indexed = "wages"
[one_off.start]
moves = ["benefit -> activation"]
amount = 4_000
paid_by = "state"
received_by = "municipality"
[outcomes.months_in_job]
per = "month"
amount.job = 1
discount_per_year = 0.02

[perspectives.municipality]
weights = { municipality = 1 }
discount_per_year = { "1-2" = 0.03, "3+" = 0.02 }
[perspectives.public]
weights = { municipality = 1, state = 1, region = 1, others = 1 }
discount_per_year = 0.035

[plan.cost]
unit = 1_000
overrun = { p10 = 1.0, p90 = 1.3 }
indexed = "wages"
[plan.cost.talks]
2026 = 2_200
2027 = 2_400
2028 = 1_500
2029 = 300
reimbursed = { "2026-01" = 0.2, "2028-01" = 0.1 }
[plan.cost.rooms]
at_start = 150
per_year = { "2026-06" = 90 }
"2027-05" = 40
paid_by = "region"
[plan.cost_per_citizen.mentors]
states = ["activation"]
amount = { "1-6" = 300, "7+" = 500 }
since = "2026-06"
until = "2029-01"
indexed = "wages"

[plan.enrolment]
states = ["benefit"]
intake_per_month = { "2026-05" = 6 }
places = 20
months_in_programme = 5
dropout_per_month = 0.05
until = "2028-12"
cost_per_enrolled_per_month = 700
[plan.caseload]
states = ["benefit", "activation"]
workers = 3
extra_workers = { "2026-04" = 1.0, "2028-06" = 0.5 }
vacancy_months = { min = 1, mode = 2, max = 4 }
cost_per_worker_per_year = { "2026-01" = 90_000, "2028-01" = 95_000 }

[[plan.effect]]
name = "talks"
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.6, p90 = 2.4 }
start = "2026-05"
delay_months = { min = 0.5, mode = 1.5, max = 3 }
ramp_months = 5
until = "2027-12"
fades = { half_life_months = 6 }
coverage = 0.6
cost_per_treated_per_month = 250
[[plan.effect]]
name = "places"
moves = ["activation -> job"]
hazard_ratio = 1.5
coverage = 0.9
places = 15
cost_per_treated_per_month = { "2026-01" = 100, "2028-01" = 200 }
[[plan.effect]]
name = "steady"
moves = ["activation -> job"]
share = "steady"
ramp_months = 9
[[plan.effect]]
name = "mentor"
while = "enrolled"
moves = ["benefit -> job"]
risk_ratio = { p10 = 1.1, p90 = 1.5 }
at_months = 6
[[plan.effect]]
name = "caseload"
moves = ["activation -> benefit"]
hazard_ratio_per_halving = 1.3
[[plan.effect]]
name = "fewer"
arrivals = ["benefit"]
arrivals_ratio = 0.9
ramp_months = 12
[[plan.amount]]
name = "travel"
states = ["benefit", "activation"]
change = { "2026-01" = -100, "2028-01" = -150 }
indexed = "wages"
until = "2028-12"
[plan.displacement]
share = 0.25
local_share = 0.6
states = ["job"]
to = "benefit"
elsewhere = "others"

[budget]
[[published]]
text = "half of them at work"
kind = "expectation"
measure = "share"
of = ["benefit"]
states = ["job"]
at_months = 24
value = 0.5
"""


class Mutant(NamedTuple):
    """A careless change: ``where`` is module:name or module:class.name, ``named`` who sees it."""

    called: str
    where: str
    right: str
    wrong: str
    named: str | None

    @property
    def module(self) -> str:
        return "simlab." + self.where.partition(":")[0]


def put(mutant: Mutant, monkeypatch) -> None:
    """Change the program as the mutant does."""
    module = import_module(mutant.module)
    owner, _, name = mutant.where.partition(":")[2].rpartition(".")
    holder = getattr(module, owner) if owner else module
    found = vars(holder)[name]
    if not callable(found):
        if isinstance(found, int | float | dict):
            wrong = eval(mutant.wrong, vars(module))
            assert wrong != found
            replace_everywhere(name, found, wrong, monkeypatch)
            return
        found = found.func if hasattr(found, "func") else found.fget
    source = textwrap.dedent(inspect.getsource(found))
    assert source.count(mutant.right) == 1, f"{mutant.called}: {mutant.right!r} is not there, once"
    made: dict[str, object] = {}
    wrong = source.replace(mutant.right, mutant.wrong)
    code = compile(wrong, str(module.__file__), "exec", __future__.annotations.compiler_flag)
    exec(code, vars(module) | {"__name__": module.__name__}, made)
    if owner:
        monkeypatch.setattr(holder, name, made[name])
        if hasattr(made[name], "__set_name__"):
            made[name].__set_name__(holder, name)
    else:
        replace_everywhere(name, found, made[name], monkeypatch)


def replace_everywhere(name: str, right: object, wrong: object, monkeypatch) -> None:
    """In the module, and in all that have imported it by name."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("simlab") and vars(module).get(name) is right:
            monkeypatch.setattr(module, name, wrong)


E, M, F, R = "model.effects", "model", "finance", "risk"
MUTANTS = [
    # how an effect goes in time, and whom it covers
    Mutant(
        "a ramp halved",
        "model.effects:strength",
        "effect.ramp_months] * month",
        "effect.ramp_months] * month * 0.5",
        "chances.effects",
    ),
    Mutant(
        "a delay ignored",
        "model.effects:strength",
        "effect.delay_months] * month",
        "effect.delay_months] * 0.0",
        "chances.effects",
    ),
    Mutant(
        "a fade by e",
        "model.effects:strength",
        "rate = np.log(2.0) /",
        "rate = 1.0 /",
        "chances.effects",
    ),
    Mutant(
        "a fade that begins a step late",
        "model.effects:strength",
        "since = np.maximum(t - end, 0.0)",
        "since = np.maximum(t - end - 1.0, 0.0)",
        "chances.effects",
    ),
    Mutant(
        "an end a step early", "model.effects:last_step", "[1] - 1", "[1] - 2", "chances.effects"
    ),
    Mutant(
        "coverage as a power",
        "model.effects:Component.value",
        "1.0 + coverage * (self.power(t, self.strength[:, t]) - 1.0)",
        "self.power(t, self.strength[:, t] * coverage)",
        "chances.effects",
    ),
    Mutant(
        "places without end",
        "model.caseload:resolve",
        "np.minimum(coverage[number][:, t], share)",
        "coverage[number][:, t]",
        "chances.effects",
    ),
    Mutant("halvings by e", "model.caseload:resolve", "np.log2(", "np.log(", "chances.effects"),
    Mutant(
        "vacancies ignored",
        "model.caseload:posts",
        "return workers, np.minimum(extra,",
        "return workers, np.maximum(extra,",
        "money.plan_cost",
    ),
    Mutant(
        "a programme that is never full",
        "model.enrolment:chance_of_enrolment",
        "most - going_on",
        "most",
        "chances.intake",
    ),
    Mutant(
        "a trial a step short",
        "model.hazards:HazardBuilder._trial_steps",
        "return length.whole_steps(self.drawn.study.form.step)",
        "return max(length.whole_steps(self.drawn.study.form.step) - 1, 1)",
        "chances.trials",
    ),
    Mutant(
        "a share at a date a step short",
        "model.shares:_Search._share",
        "last = share.last_step(self.compiled.study.timeline)",
        "last = share.last_step(self.compiled.study.timeline) - 1",
        "chances.shares",
    ),
    # the evidence
    Mutant(
        "dated evidence a step late",
        "model.transition_tables:_epochs",
        "*(timeline.first_step_from(c) for c",
        "*(timeline.first_step_from(c) + 1 for c",
        "chances.evidence",
    ),
    Mutant(
        "bands of chances a step late",
        "model.transition_tables:transition_tables",
        "axis.weights[space.reading(cell, axis.clock, axis.away)]",
        "axis.weights[max(space.reading(cell, axis.clock, axis.away) - 1, 0)]",
        "chances.evidence",
    ),
    Mutant(
        "a segment's ratio twice",
        "model.hazards:HazardBuilder._of_segment",
        "base * self.ratio[:, None, :]",
        "base * self.ratio[:, None, :] ** 2",
        "chances.shared",
    ),
    # the cycle and trends
    Mutant(
        "a cycle that is not mean-one",
        "model.cycle:multiplier",
        "(0.5 * loading**2 * sd**2)",
        "(0.0 * loading**2 * sd**2)",
        "chances.shared",
    ),
    Mutant(
        "a cycle whose half-life is of e",
        "model.cycle:path",
        "rho = 2.0 **",
        "rho = np.exp(1.0) **",
        "chances.shared",
    ),
    Mutant(
        "a cycle that begins at rest",
        "model.cycle:path",
        "x[:, 0] = z[:, 0]",
        "x[:, 0] = 0.0",
        "chances.shared",
    ),
    Mutant(
        "a trend by whole years",
        "model.hazards:DrawnFactors._trends",
        "np.arange(self.steps) /",
        "np.arange(self.steps) //",
        "chances.shared",
    ),
    # who is there
    Mutant(
        "arrivals by whole years",
        "model.cohorts:arrivals",
        "np.arange(timeline.steps) /",
        "np.arange(timeline.steps) //",
        "people.newcomers",
    ),
    Mutant(
        "arrivals a step late",
        "model.cohorts:arrivals",
        "mean = by_date(study, values, varying)",
        "mean = np.roll(by_date(study, values, varying), 1, axis=1)",
        "people.newcomers",
    ),
    Mutant(
        "newcomers who have never been there",
        "model.cohorts:arrival_clock",
        "if group.arrivals_months_on_clock is not None:",
        "if False:",
        "people.arrivals",
    ),
    Mutant(
        "a clock at the start + 1",
        "model.cohorts:_in_steps",
        "k = Duration(",
        "k = 1 + Duration(",
        "people.clocks",
    ),
    Mutant(
        "a clock that is kept a step too long",
        "model.clocks:ClockRule._outside",
        "away >= self.after",
        "away > self.after",
        "clocks.ladder",
    ),
    Mutant(
        "bands a unit late",
        "model.clocks:overlap",
        "0.0 if j == 0 else band.low - 1.0",
        "0.0 if j == 0 else float(band.low)",
        "money.payments",
    ),
    # prices
    Mutant(
        "an index inverted",
        "finance.prices:ratio",
        "level(index, to) / level(index, written)",
        "level(index, written) / level(index, to)",
        "money.payments",
    ),
    Mutant(
        "an index that grows a year late",
        "finance.prices:ratio",
        "max(to - index.last, 0)",
        "max(to - 1 - index.last, 0)",
        "money.payments",
    ),
    Mutant(
        "an index of the wrong year",
        "finance.prices:of_version",
        "study.timeline.year_of(t))",
        "study.timeline.year_of(t) - 1)",
        "money.payments",
    ),
    Mutant(
        "an index between two years on a line",
        "finance.prices:level",
        "known[before] * (known[after] / known[before]) ** part",
        "known[before] + (known[after] - known[before]) * part",
        "money.payments",
    ),
    # what the plan costs
    Mutant(
        "the last budget year in full",
        "finance.plan_cost:year_weights",
        "1.0 / (count + _left_out(timeline, year))",
        "1.0 / count",
        "money.plan_cost",
    ),
    Mutant(
        "the first budget year in part",
        "finance.plan_cost:year_weights",
        "1.0 / (count + _left_out(timeline, year))",
        "1.0 / timeline.steps_per_year",
        "money.plan_cost",
    ),
    Mutant(
        "overruns ignored",
        "finance.plan_cost:_overrun",
        "values[overrun]",
        "np.ones(values.draws)",
        "money.plan_cost",
    ),
    Mutant(
        "a month's budget a step late",
        "finance.plan_cost:_budget",
        "max(timeline.step_holding(paid), 1)",
        "max(timeline.step_holding(paid) + 1, 1)",
        "money.plan_cost",
    ),
    Mutant(
        "a share given back a step late",
        "finance.plan_cost:reimbursed",
        "[share[:1], share]",
        "[share[:1], share[:1], share[:-1]]",
        "money.plan_cost",
    ),
    Mutant(
        "the treated at the end of the step",
        "engine.simulate:simulate_block",
        "own = as_steps_begin(compiled, out.heads[-1] - before)",
        "own = (out.heads[-1] - before)[1:]",
        "money.plan_cost",
    ),
    # what people cost
    Mutant(
        "reimbursement of the first date for ever",
        "finance.unit_amounts:_lines",
        "share = ladder.share.version(day) if ladder else 0",
        "share = 0",
        "money.payments",
    ),
    Mutant(
        "equalisation after so many steps",
        "finance.taxes:_line",
        "round(tax.equalised_after_years * study.timeline.steps_per_year)",
        "round(tax.equalised_after_years)",
        "money.payments",
    ),
    Mutant(
        "a deduction forgotten",
        "finance.unit_amounts:_Ledger.tax",
        "if tax.deducted:",
        "if False:",
        "money.payments",
    ),
    Mutant(
        "displacement with the wrong sign",
        "finance.displacement:Displacing.units",
        "unit[:, -1:] - unit[:, self.jobs]",
        "unit[:, self.jobs] - unit[:, -1:]",
        "money.payments",
    ),
    Mutant(
        "the local share forgotten",
        "finance.displacement:Displacing.units",
        "local * each + (1.0 - local) * moved",
        "each",
        "money.payments",
    ),
    Mutant(
        "one-off amounts a step late",
        "finance.one_off:one_off_due",
        "flows[1:, written.columns]",
        "flows[:-1, written.columns]",
        "money.payments",
    ),
    Mutant(
        "a change for ever",
        "finance.changed_amounts:_lasting",
        "study.effect_span(changed.start, changed.until)",
        "study.effect_span(changed.start, None)",
        "money.payments",
    ),
    Mutant(
        "futures swapped in one account",
        "finance.cash_flow:_cash_flow",
        "people_paid_for(histories.compiled, heads)",
        "np.concatenate([people_paid_for(histories.compiled, histories.out.heads[1 - f])[:, :1], "
        "people_paid_for(histories.compiled, heads)[:, 1:]], axis=1)",
        "money.payments",
    ),
    Mutant(
        "the plan's moves in the baseline",
        "finance.cash_flow:_cash_flow",
        "histories.out.heads[f], histories.out.flows[f]",
        "histories.out.heads[f], histories.out.flows[1]",
        "money.payments",
    ),
    Mutant(
        "people counted at the end",
        "finance.people_paid_for:AT_START",
        "",
        "AT_START | {'mean': 0.0}",
        "money.payments",
    ),
    Mutant(
        "an outcome undiscounted",
        "finance.cash_flow:_outcomes",
        "* outcome.discount[:, None]",
        "* 1.0",
        "money.outcomes",
    ),
    Mutant(
        "equalisation in the budget of its own year",
        "finance.budget_years:_runs",
        "steps + lag, side",
        "steps, side",
        "money.accounts",
    ),
    # what later money is worth
    Mutant(
        "discounting a step late",
        "finance.discounting:factors",
        "rates(curve, timeline)[1:]",
        "rates(curve, timeline)[:-1]",
        "money.discount",
    ),
    Mutant(
        "discounting by half steps",
        "finance.discounting:factors",
        "** -length",
        "** (-0.5 * length)",
        "money.discount",
    ),
    Mutant(
        "a rate's year that ends a step early",
        "finance.discounting:rates",
        "math.ceil(t / timeline.steps_per_year - 1e-9)",
        "math.floor(t / timeline.steps_per_year) + 1",
        "money.discount",
    ),
    Mutant(
        "a cost that is not discounted",
        "finance.cash_flow:CashFlow.seen_by",
        "worth(self, self.spent, perspective)",
        "worth(self, self.spent, perspective) / self.discount(perspective)[:, None]",
        "money.weights",
    ),
    # what is told
    Mutant(
        "payback a step early",
        "risk.payback:last_break_even",
        "last_negative + 1.0",
        "last_negative + 0.0",
        "money.payback",
    ),
    Mutant(
        "first break-even a step late",
        "risk.payback:first_break_even",
        "np.where(back, step, np.inf)",
        "np.where(back, step + 1.0, np.inf)",
        "risk.draws",
    ),
    Mutant(
        "a relapse of all who are back",
        "risk.payback:from_balance",
        "(first < last)",
        "(first <= last)",
        "risk.draws",
    ),
    Mutant(
        "the exposure at the horizon",
        "risk.payback:peak_exposure",
        "balance.min(axis=1)",
        "balance[:, -1]",
        "risk.draws",
    ),
    Mutant(
        "a quantile one off",
        "risk.estimate:place",
        "1e-9)), 1) - 1",
        "1e-9)), 2) - 2",
        "risk.money",
    ),
    Mutant("CVaR of a tenth", "result.figures:WORST", "", "0.10", "risk.money"),
    Mutant(
        "CVaR of the wrong tail",
        "risk.estimate:estimate_shortfall",
        "worst = np.partition(values, tail - 1)[:tail]",
        "worst = np.sort(values)[-tail:]",
        "risk.money",
    ),
    Mutant(
        "errors with the wrong divisor",
        "risk.estimate:_error_of_mean",
        "ddof=1",
        "ddof=0",
        "risk.errors",
    ),
    Mutant(
        "errors over the root of the draws",
        "risk.estimate:_error_of_mean",
        "np.sqrt(REPLICATES)) if",
        "np.sqrt(len(values))) if",
        "risk.errors",
    ),
    Mutant(
        "a mean of ratios",
        "result.figures:figures",
        "float(saved.mean() / spent.mean())",
        "float((saved / spent).mean())",
        "risk.chances",
    ),
    Mutant(
        "a last year of eleven months",
        "result.figures:_yearly_flow",
        "- 1 - last_year",
        "- last_year",
        "risk.money",
    ),
    Mutant(
        "years that begin a step early",
        "finance.budget_years:_years",
        "study.timeline.year_of(t)",
        "study.timeline.year_of(t + 1)",
        "money.years",
    ),
    Mutant(
        "months of those at the end",
        "result.draws:person_months",
        "there = people_paid_for(compiled, heads)",
        "there = heads",
        "people.months",
    ),
    Mutant(
        "the cycle's part twice",
        "result.figures:variance_shares",
        "0.5 * np.mean",
        "1.0 * np.mean",
        "risk.layers",
    ),
    # what a certificate cannot see
    Mutant(
        "one cycle for all draws",
        "model.cycle:uniforms_at",
        "np.arange(draws.start, draws.stop, dtype=np.uint64)",
        "np.zeros(len(draws), dtype=np.uint64)",
        None,
    ),
    Mutant("a longer month", "study.time:PER_YEAR", "", "PER_YEAR | {'month': 12.02}", None),
    Mutant(
        "a published share read a step early",
        "observe.observables:span",
        "observable.last_step(study.timeline)",
        "observable.last_step(study.timeline) - 1",
        None,
    ),
]
