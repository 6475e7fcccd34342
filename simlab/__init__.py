"""When is the money back, and how sure is that? A Monte Carlo simulator of social investments.

    study     = simlab.load("configs/programmes/hjoerring.toml")
    histories = simlab.simulate(study)                # both futures of every draw
    cash      = simlab.cash_flow(histories)           # by draw, step, payer
    payback   = simlab.payback(cash)                  # years per draw; inf = not within the horizon
    payback.chance_within(years=5)

Functions, not a fluent object: each line is a place to stop and look, and each is one room of the
package. Rooms are imported when they are first used, so ``import simlab`` is quick.
"""

TYPE_CHECKING = False  # what `typing` has, without the time that it takes to import
if TYPE_CHECKING:
    from typing import Any

    from simlab import charts as charts
    from simlab.engine.simulate import simulate as simulate
    from simlab.finance.cash_flow import cash_flow as cash_flow
    from simlab.observe.payback import payback as payback
    from simlab.runs.compare import compare as compare
    from simlab.study.dated_rules import rules as rules
    from simlab.study.errors import StudyError as StudyError
    from simlab.study.study import load as load
    from simlab.study.study import loads as loads

__version__ = "0.1.0"

_ROOMS = {
    "load": "simlab.study.study",
    "loads": "simlab.study.study",
    "StudyError": "simlab.study.errors",
    "simulate": "simlab.engine.simulate",
    "cash_flow": "simlab.finance.cash_flow",
    "payback": "simlab.observe.payback",
    "compare": "simlab.runs.compare",
    "rules": "simlab.study.dated_rules",
    "charts": "simlab",
}

__all__ = [
    "StudyError",
    "cash_flow",
    "charts",
    "compare",
    "load",
    "loads",
    "payback",
    "rules",
    "simulate",
]


def __getattr__(name: str) -> "Any":
    from importlib import import_module

    if name == "charts":
        return import_module("simlab.charts")
    if name in _ROOMS:
        return getattr(import_module(_ROOMS[name]), name)
    raise AttributeError(f"module 'simlab' has no attribute {name!r}")
