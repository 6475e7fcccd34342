"""One small study through every kernel: printed as digests, so that two interpreters compare.

`test_plain_python` runs this file without compilation, and compares.
"""

import hashlib
import json
import sys
import threading
from dataclasses import fields, is_dataclass

import numpy as np

STUDY = """
start = "2020-01"
years = 0.75
seed = 3
states = ["benefit", "activation", "job", "pension"]
payers = ["municipality", "state"]
[clocks.support]
states = ["benefit", "activation"]
resets = { after_months = 3, within_months = 6 }
[citizens.benefit]
number = { p10 = 20, p90 = 40 }
months_on_clock = { "1" = 0.5, "4" = 0.5 }
arrivals_per_month = 1.5
[citizens.crowd]
state = "job"
segment = "crowd"
number = 400
arrivals_per_month = 14
[citizens.few]
state = "activation"
number = 3
[segments.crowd]
hazard_ratio = { "job -> benefit" = 2.5 }
[rate_per_month.benefit]
activation = { p10 = 0.1, p90 = 0.2 }
job = { "1-3" = 0.1, "4+" = 0.02 }
pension = 0.0
[rate_per_month.activation]
benefit = 0.4
job = { "2020-01" = 0.2, "2020-05" = 20.0 }
[rate_per_month.job]
benefit = { by = "support.away", "1-2" = 0.1, "3+" = 0.04 }
pension = 1e-9
[business_cycle]
sd = 0.2
half_life_months = 6
loading = { "* -> job" = 1.0 }
[closed]
"activation -> benefit" = "2020-07"
[[convert]]
states = ["activation"]
to = "benefit"
at = "2020-06"
[[shares]]
name = "at_work"
definition = "any job"
of = ["benefit"]
states = ["job"]
at_months = 4
moves = ["benefit -> job"]
without_plan = { p10 = 0.2, p90 = 0.3 }
[payments.benefit]
amount.benefit = { p10 = 10_000, p90 = 12_000 }
reimbursement = "ladder"
[reimbursement.ladder]
share = { "1-3" = 0.4, "4+" = 0.2 }
paid_by = "state"
[one_off.start]
moves = ["* -> job"]
amount = 500
[plan.cost]
talks = { at_start = 20_000, per_year = 50_000 }
[budget]
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.1, p90 = 3.0 }
places = 30
[[plan.effect]]
moves = ["job -> *"]
chance_ratio = 0.6
[[plan.effect]]
arrivals = ["crowd"]
arrivals_ratio = 0.7
[plan.enrolment]
states = ["benefit"]
months_in_programme = 2
intake_per_month = 4
dropout_per_month = 0.1
cost_per_enrolled_per_month = { p10 = 800, p90 = 900 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 2.0
while = "enrolled"
[[plan.amount]]
change = -300
while = "ever_enrolled"
"""
# Nobody is enrolled: the law is charted in all draws at once.
WITHOUT_PROGRAMME = """
start = "2020-01"
years = 2
states = ["benefit", "activation", "job", "pension"]
[clocks.support]
states = ["benefit", "activation"]
resets = { after_months = 3 }
[citizens.benefit]
number = 40
arrivals_per_month = { p10 = 1.0, p90 = 2.0 }
[rate_per_month.benefit]
activation = { p10 = 0.1, p90 = 0.2 }
job = { "1-3" = 0.1, "4+" = 0.02 }
pension = 0.001
[rate_per_month.activation]
benefit = { p10 = 0.2, p90 = 0.9 }
job = { "2020-01" = 0.2, "2020-09" = 20.0 }
[rate_per_month.job]
benefit = { by = "support.away", "1-2" = 0.1, "3+" = 0.04 }
[business_cycle]
sd = 0.2
half_life_months = 6
loading = { "* -> job" = 1.0 }
[closed]
"activation -> benefit" = "2020-07"
[[redirect]]
moves = ["benefit -> activation"]
to = "job"
since = "2021-03"
[[convert]]
states = ["activation"]
to = "benefit"
at = "2020-06"
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.1, p90 = 3.0 }
ramp_months = 5
"""


def digest(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def arrays(value, name: str = "", depth: int = 4):
    """(name, array) of all that a result holds."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        yield name, value
    elif is_dataclass(value) and depth:
        for field in fields(value):
            yield from arrays(getattr(value, field.name), f"{name}.{field.name}", depth - 1)
    elif isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from arrays(item, f"{name}[{key}]", depth - 1)


ROOMS = ("kernel", "model", "engine", "finance", "risk", "observe")


def kernels() -> list[str]:
    """The compiled functions of those rooms that are loaded: none, where nothing is compiled."""
    found = {
        f"{value.py_func.__module__}.{value.py_func.__name__}"
        for name, module in list(sys.modules.items())
        if name.startswith("simlab.") and name.split(".")[1] in ROOMS
        for value in vars(module).values()
        if hasattr(value, "py_func")
    }
    return sorted(found)


CALLED: set[str] = set()


def note(frame, event, argument) -> None:
    """Write down which function of simlab is called; numba's own code runs unseen when compiled."""
    if event == "call":
        module = frame.f_globals.get("__name__", "")
        if module.startswith("simlab"):
            CALLED.add(f"{module}.{frame.f_code.co_name}")


def digests() -> dict[str, str]:
    """{what: digest} of all that the study gives."""
    import simlab
    from simlab.engine.simulate import simulate_block
    from simlab.model.compiled import compile_study
    from simlab.runs.run import run

    without = simlab.simulate(simlab.loads(WITHOUT_PROGRAMME), 3, engine="expected")
    found = {f"without{name}": digest(array) for name, array in arrays(without.out._asdict())}
    study = simlab.loads(STUDY)
    for engine in ("expected", "counts", "citizens"):
        histories = simlab.simulate(study, 3, engine=engine)
        parts = {
            "heads_baseline": histories.heads("baseline"),
            "heads_plan": histories.heads("plan"),
            "flows_baseline": histories.flows("baseline"),
            "flows_plan": histories.flows("plan"),
            "cash": simlab.cash_flow(histories),
            "payback": simlab.payback(simlab.cash_flow(histories)),
        }
        found |= {f"{engine}{name}": digest(array) for name, array in arrays(parts)}
    compiled = compile_study(study)
    shared = simulate_block(compiled, compiled.block(0, 2), "citizens", threads=2)
    found["threads"] = digest(shared.heads("plan"))
    forecast = run(study, draws=3, engine="counts")
    found |= {f"run{name}": digest(array) for name, array in arrays(forecast, depth=5)}
    return found


def main() -> None:
    threading.setprofile(note)
    sys.setprofile(note)
    found = digests()
    sys.setprofile(None)
    json.dump({"kernels": kernels(), "called": sorted(CALLED), "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
