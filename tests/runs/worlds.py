"""A small study, quick to run and with every kind of column."""

STUDY = """
title = "A small plan"
start = "2020-01"
years = 3
seed = 7
draws = 256
engine = "counts"
states = ["benefit", "job", "pension"]
payers = ["municipality", "state"]
[groups]
support = ["benefit", "pension"]
[clocks.support]
states = ["support"]
resets = { after_months = 6 }
[citizens.benefit]
number = { p10 = 80, p90 = 120 }
arrivals_per_month = 2
[chance_per_month.benefit]
job = { p10 = 0.02, p90 = 0.06 }
pension = 0.002
[chance_per_month.job]
benefit = { by = "support.away", "1-3" = 0.09, "4+" = 0.03 }
[business_cycle]
sd = 0.1
half_life_months = 18
loading = { "benefit -> job" = 1.0 }
[payments.benefit.amount]
support = { p10 = 10_000, p90 = 12_000 }
[plan.cost]
talks = { 2020 = 500_000, 2021 = 200_000 }
more = { per_year = 10_000 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 0.9, p90 = 2.0 }
places = 60
[[published]]
text = "half a million saved in 2021"
kind = "expectation"
measure = "saving"
value = 500_000
since = "2021"
until = "2021"
"""
