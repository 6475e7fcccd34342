"""Checks of a study, run on the study itself: a certificate of the result.

Each check compares two figures that must agree: what the engines, the money or the evidence gave,
and the same thing found in another way, or known beforehand. See `certificate` for the whole,
`check` for what one is, and a file for each family: people, chances, plan, money, clocks, evidence,
engines, steps.
"""
