"""A small study in which everything is that can enter the money: for who computes it again."""

ALL_MONEY = """
title  = "All that enters the money"
start  = "2020-03"
years  = 4
draws  = 64
states = ["benefit", "job", "dead"]
payers = ["municipality", "state", "citizen", "others"]
perspective = "municipality"
counting    = "mean"
price_level = 2020
prices      = "current"

[index.rates]
2020 = 100
2022 = 104
2024 = 111

[clocks.spell]
states = ["benefit"]
resets = { after_months = 6 }

[business_cycle]
sd = 0.1
half_life_months = 18
loading = { "benefit -> job" = 1.0 }

[citizens.benefit]
number = { p10 = 400, p90 = 600, tag = "assumption" }
arrivals_per_month = 5

[chance_per_month]
benefit.job  = { p10 = 0.01, p90 = 0.03 }
benefit.dead = 0.001
job.benefit  = 0.02

[reimbursement.ladder.share]
"2011-01" = 0.3
[reimbursement.ladder.share."2021-07"]
"1"   = 0.8
"2-6" = 0.4
"7+"  = 0.2

[payments.benefit]
label         = { en = "=Benefit", da = "=Ydelse" }
received_by   = "citizen"
taxed         = true
reimbursement = "ladder"
indexed       = "rates"
share         = { dist = "uniform", min = 0.8, max = 1.0 }
amount.benefit = { "2020-01" = 11_000, "2022-06" = 11_700 }

[payments.effort]
amount.benefit = { p10 = 500, p90 = 1_500 }

[hours_per_month]
job = 120

[payments.wage]
per     = "hour"
paid_by = "citizen"
taxed   = true
amount.job = -150

[taxes.contribution]
of          = ["wage"]
deducted    = true
rate        = 0.08
received_by = "state"
paid_by     = "citizen"

[taxes.municipal]
rate         = { "2020-01" = 0.25, "2023-01" = 0.26 }
paid_by      = "citizen"
received_by  = "municipality"
rest_to      = "others"
equalisation = "equalised"
equalised.equalised = { "2011-01" = 0.61, "2021-01" = 0.75 }
average_rate = 0.25
equalised_after_years = 1.5

[taxes.state]
rate        = 0.1
paid_by     = "citizen"
received_by = "state"
retained    = 0.9
rest_to     = "others"

[one_off.start]
moves       = ["benefit -> job"]
amount      = { "2020-01" = 5_000, "2023-01" = 6_000 }
received_by = "citizen"

[plan]
scale        = 0.75
cost.unit    = 1_000_000
cost.overrun = { min = 0.9, mode = 1.0, max = 1.3 }
cost.indexed = "rates"
cost.team    = { at_start = 0.5, budget = { 2020 = 2.0, 2021 = 3.0 } }
cost.office  = { per_year = 0.2, reimbursed = { "2020-01" = 0.5, "2022-01" = 0.25 } }

[plan.cost_per_citizen.talks]
states = ["benefit"]
amount = { "1-3" = 300, "4+" = 100 }
until  = "2022-12"
reimbursed = 0.5

[[plan.effect]]
moves        = ["benefit -> job"]
hazard_ratio = { ci95 = [1.1, 2.05], estimate = 1.5 }
until        = "2022-12"
coverage     = 0.8
coverage_is  = "thinning"
cost_per_treated_per_month = 200

[[plan.amount]]
states      = ["job"]
change      = 250
received_by = "citizen"
start       = "2021-02"

[plan.displacement]
share  = { dist = "uniform", min = 0.1, max = 0.3 }
local_share = 0.5
states = ["job"]
to     = "benefit"
elsewhere = "others"

[perspectives.municipality]
weights = { municipality = 1 }

[perspectives.society]
weights = { municipality = 1, state = 1, citizen = 1, others = 1 }
discount_per_year = { "1-3" = 0.035, "4+" = 0.02 }
"""
