"""The three readings on docs/evidence.md are what the studies give.

`python tests/test_evidence_page.py` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import simlab
from simlab.engine.simulate import Histories
from simlab.observe.subcohort import Selection, follow
from simlab.study.reading import shipped_configs

PAGE = Path(__file__).parents[1] / "docs" / "evidence.md"
BEGIN, END = "<!-- the three readings -->\n", "<!-- end of the three readings -->\n"
DRAWS, STEP = 1_024, 48
READINGS = {
    "1.5 as a hazard ratio": "readings/hjoerring-hazard-ratio",
    "the ratio alone": "readings/hjoerring-ratio-alone",
    "**ratio and level**": "programmes/hjoerring-activity-ready",
}
HEAD = """| reading | stable work | any ordinary job | ratio | points | P(payback within 10 years) |
| --- | --- | --- | --- | --- | --- |
"""


def shares(histories: Histories, states: tuple[str, ...]) -> tuple[float, float]:
    """The mean share of the activity-ready of the start in some states, without and with."""
    who = Selection(of=("activity_ready",), stock=True)
    followed = follow(histories, who, STEP)
    inside = [histories.study.names.states.index(state) for state in states]
    both = (
        followed[future].people[:, STEP, inside].sum(axis=1) / followed[future].members
        for future in ("baseline", "plan")
    )
    without, with_plan = (float(np.mean(share)) for share in both)
    return without, with_plan


def row(name: str, study: str) -> str:
    read = simlab.load(shipped_configs() / f"{study}.toml")
    histories = simlab.simulate(read, draws=DRAWS, engine="counts")
    chance = simlab.payback(simlab.cash_flow(histories)).chance_within(years=10).value
    stable, anyhow = shares(histories, ("stable_job",)), shares(histories, ("job", "stable_job"))
    level = stable if "level" in name else anyhow
    cells = [f"{100 * a:.1f} → {100 * b:.1f} %" for a, b in (stable, anyhow)]
    cells += [f"{level[1] / level[0]:.2f}", f"{100 * (level[1] - level[0]):+.1f}"]
    return f"| {name} | {' | '.join(cells)} | {100 * chance:.0f} % |\n"


def table() -> str:
    return HEAD + "".join(row(*reading) for reading in READINGS.items())


@pytest.mark.long
def test_the_three_readings_are_as_printed():
    printed = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert printed == table()


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + table() + END + after, encoding="utf-8")
