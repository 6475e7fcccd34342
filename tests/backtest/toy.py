"""A small programme: talks for 400 people, of an effect that nobody has measured."""

TALKS = """
title = { en = "Toy talks", da = "Legetøj" }
start = "2020-01"
years = 3
states = ["benefit", "job"]
payers = ["municipality"]
[citizens.benefit]
number = 400
[chance_per_month]
benefit.job = { p10 = 0.02, p90 = 0.04 }
[payments.benefit.amount]
benefit = 10_000
[plan.cost.talks]
at_start = 400_000
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { dist = "lognormal", median = 1.2, sigma = 0.2, tag = "A" }
evidence = "unproven"
"""
