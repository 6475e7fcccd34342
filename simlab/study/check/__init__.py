"""What the parts of a study mean together: every name, date and unit, before anything runs.

A chapter of the study is a file, as in `simlab.study.grammar`. Each check collects problems
instead of stopping, so that a person sees all mistakes at once.
"""

from simlab.study.check.problems import problems_of
