"""Pictures of what a run found. Each chart takes ``ax`` and returns it; matplotlib is imported
when the first one is drawn."""

from simlab.charts.balance_fan import balance_fan
from simlab.charts.files import all_charts, save, save_charts, svg
from simlab.charts.lives import lives, lives_figure
from simlab.charts.money_by_year import cost_and_saving, cost_and_saving_figure
from simlab.charts.payback_curve import payback_curve
from simlab.charts.payback_dots import payback_dots
from simlab.charts.people_by_state import people_by_state, people_figure
from simlab.charts.plan_difference import plan_difference
from simlab.charts.plans import plans
from simlab.charts.variance_sources import variance_sources
from simlab.charts.what_matters import what_matters

__all__ = [
    "all_charts",
    "balance_fan",
    "cost_and_saving",
    "cost_and_saving_figure",
    "lives",
    "lives_figure",
    "payback_curve",
    "payback_dots",
    "people_by_state",
    "people_figure",
    "plan_difference",
    "plans",
    "save",
    "save_charts",
    "svg",
    "variance_sources",
    "what_matters",
]
