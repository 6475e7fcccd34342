"""Mutants: the program with one careless change, each of which a certificate should catch.

A mutant is a place in the package, what stands there, and what stands there by mistake. The
function is made anew from its own text with the mistake in it, and put wherever the old one was.
"""

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
2027 = 103.5
2029 = 112.0

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
2026 = 600
2027 = 500
2028 = 100
2029 = 200
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
places = 30
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
    exec(compile(source.replace(mutant.right, mutant.wrong), module.__file__, "exec"),
         vars(module) | {"__name__": module.__name__}, made)  # fmt: skip
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
