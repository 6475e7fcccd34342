"""Checks of a study, run on the study itself: a certificate of the result.

Each check compares two figures that must agree: what the engines, the money or the evidence gave,
and the same thing found in another way, or known beforehand. See `certificate` for the whole
and for the files of each family, and `check` for what one is.
"""
