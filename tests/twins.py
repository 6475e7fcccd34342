"""Small studies told twice: as the TOML that simlab reads, and as chains of the oracle.

A `Twin` is plain data. `text` and `study` write it down for simlab; `chains` is the same people and
the same intensities as functions for `oracle.lives`, one chain for each segment. Nothing of simlab
is used on the oracle's side, so that where both agree, both are right or wrong independently.

Steps are months, intensities are per month, payments are what a month in a state costs.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from oracle import exact, references
from oracle.enrolment import enrolled
from oracle.lives import BASELINE, PLAN, Chain, Clock, Programme, counts_of, nobody

import simlab
from simlab.study.study import Study

Move = tuple[str, str]


@dataclass(frozen=True)
class By:
    """An intensity by time on a clock: {first month of the band: intensity}.

    The clock is that of the state itself, or with ``away`` the months away from a clock's states.
    """

    bands: dict[int, float]
    away: str | None = None

    def at(self, months: int) -> float:
        return self.bands[max(low for low in self.bands if low <= max(months, 1))]

    def __str__(self) -> str:
        lows = sorted(self.bands)
        keys = [f"{a}-{b - 1}" for a, b in pairwise(lows)] + [f"{lows[-1]}+"]
        pairs = [f'"{key}" = {self.bands[low]!r}' for key, low in zip(keys, lows, strict=True)]
        by = [f'by = "{self.away}.away"'] if self.away else []
        return "{ " + ", ".join(by + pairs) + " }"


@dataclass(frozen=True)
class Since:
    """An intensity that changes: {first step: intensity}, the earliest from the start."""

    values: dict[int, float | By]

    def at(self, step: int) -> float | By:
        return self.values[max(first for first in self.values if first <= step)]

    def __str__(self) -> str:
        pairs = (f'"{month(step)}" = {value!s}' for step, value in sorted(self.values.items()))
        return "{ " + ", ".join(pairs) + " }"


def month(step: int) -> str:
    """The calendar month of a step."""
    return f"{2020 + (step - 1) // 12}-{(step - 1) % 12 + 1:02}"


@dataclass(frozen=True)
class Ticks:
    """A clock of a twin; ``resets`` is None (on every entry), "never", or months away.

    ``adds_up``: the months away add up over several absences, and are never forgotten; or with
    ``within`` those of the latest so many months, which only the engine ``citizens`` can follow.
    ``self_support``: the states outside that count as away; None for all.
    """

    states: tuple[str, ...]
    resets: int | str | None = None
    adds_up: bool = False
    within: int | None = None
    self_support: tuple[str, ...] | None = None

    def __str__(self) -> str:
        lines = [f"states = {list(self.states)}"]
        if self.adds_up:
            window = f"after_months = {self.resets}, within_months = {self.within or 1200}"
            if self.self_support is not None:
                window += f", self_support = {list(self.self_support)}"
            lines.append(f"resets = {{ {window} }}")
            if self.within is None:
                lines.append("forgets = false")
        elif self.resets is not None:
            after = f"{{ after_months = {self.resets} }}"
            lines.append("resets = " + ('"never"' if self.resets == "never" else after))
        return "\n".join(lines)


@dataclass(frozen=True)
class Enrolment:
    """A programme of a twin.

    intake   {first step: people a month}; empty: without limit
    ratio    {(from, to): (hazard ratio while enrolled, hazard ratio from enrolment on)}
    """

    states: tuple[str, ...]
    months: int
    intake: dict[int, float] = field(default_factory=dict)
    places: float = float("inf")
    dropout: float = 0.0
    ends_in: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    reach: str = "all"
    first: int = 1
    last: int = 10**6
    cost: float = 0.0
    ratio: dict[Move, tuple[float, float]] = field(default_factory=dict)

    def intake_in(self, step: int) -> float:
        if not self.first <= step <= self.last:
            return 0.0
        here = [number for first, number in sorted(self.intake.items()) if first <= step]
        return here[-1] if here else 0.0 if self.intake else float("inf")

    def text(self):
        lines = [
            "[plan.enrolment]",
            f"states = {list(self.states)}\nends_in = {list(self.ends_in)}",
            f'months_in_programme = {self.months}\nreach = "{self.reach}"',
            f'segments = {list(self.segments)}\nstart = "{month(self.first)}"',
        ]
        if self.last < 10**6:
            lines.append(f'until = "{month(self.last)}"')
        if self.intake:
            dated = ", ".join(f'"{month(t)}" = {n!r}' for t, n in self.intake.items())
            lines.append(f"intake_per_month = {{ {dated} }}")
        if self.places < float("inf"):
            lines.append(f"places = {self.places!r}")
        if self.dropout:
            lines.append(f"dropout_per_month = {self.dropout!r}")
        if self.cost:
            lines.append(f"cost_per_enrolled_per_month = {self.cost!r}")
        yield "\n".join(lines)
        for (a, b), ratios in self.ratio.items():
            for whom, ratio in zip(("enrolled", "ever_enrolled"), ratios, strict=True):
                if ratio != 1.0:
                    yield f'[[plan.effect]]\nmoves = ["{a} -> {b}"]\nwhile = "{whom}"\n' + (
                        f"hazard_ratio = {ratio!r}"
                    )

    def join(self, chains: list[Chain], names: list[str], steps: int) -> list[Chain]:
        """The chains of some segments with the programme."""
        reached = [not self.segments or name in self.segments for name in names]
        if self.reach != "all":  # the stock and the newcomers are chains of their own
            stocks = [replace(chain, arrivals=nobody) for chain in chains]
            newcomers = [replace(chain, start={}) for chain in chains]
            chains = stocks + newcomers
            stock = self.reach == "stock"
            reached = [r and stock for r in reached] + [r and not stock for r in reached]
        programme = Programme(
            self.states, nobody, self.months, self.dropout, self.ends_in, self.ratio
        )
        return enrolled(chains, programme, steps, self.intake_in, self.places, reached)


@dataclass(frozen=True)
class Twin:
    """A study as plain data.

    rates         {(from, to): intensity a month}
    start         {(state, months on the clock): people}, the same in every segment
    arrivals      {(state, months on the clock): mean number a month}, the same in every segment
    arrivals_ratio  of the plan
    hazard_ratio  {(from, to): the plan's hazard ratio}
    segments      {segment: {(from, to): hazard ratio against the shared rates}}
    closed        {(from, to): (first closed step, where those people go instead or None)}
    reforms       {step: (from, to)}: everybody in a state is moved before that step
    """

    states: tuple[str, ...]
    rates: dict[Move, float | By | Since]
    start: dict[tuple[str, int], int]
    cost: dict[str, float]
    steps: int = 12
    clocks: dict[str, Ticks] = field(default_factory=dict)
    hazard_ratio: dict[Move, float] = field(default_factory=dict)
    arrivals: dict[tuple[str, int], float] = field(default_factory=dict)
    arrivals_ratio: float = 1.0
    segments: dict[str, dict[Move, float]] = field(default_factory=dict)
    closed: dict[Move, tuple[int, str | None]] = field(default_factory=dict)
    reforms: dict[int, Move] = field(default_factory=dict)
    enrolment: Enrolment | None = None
    more: str = ""  # further TOML that leaves the law as it is

    # ---- for simlab

    @property
    def text(self) -> str:
        parts = [
            f'start = "2020-01"\nyears = {self.steps / 12!r}\nstates = {list(self.states)}',
            *self._people(),
            *(f"[clocks.{name}]\n{ticks}" for name, ticks in self.clocks.items()),
            *(f"[rate_per_month.{a}]\n{b} = {rate!s}" for (a, b), rate in self._by_origin()),
            "[payments.cost.amount]\n" + "\n".join(f"{s} = {kr!r}" for s, kr in self.cost.items()),
            *self._segments(),
            *self._closed(),
            *self._reforms(),
            *self._effects(),
            *(self.enrolment.text() if self.enrolment else ()),
            self.more,
        ]
        return "\n\n".join(merged(parts))

    @property
    def study(self) -> Study:
        return simlab.loads(self.text)

    def _by_origin(self):
        return sorted(self.rates.items(), key=lambda item: self.states.index(item[0][0]))

    def _people(self):
        places = sorted({*self.start, *self.arrivals})
        for segment in self.segments or {"everyone": {}}:
            for i, place in enumerate(places):
                state, clock = place
                lines = [
                    f"[citizens.{segment}_{i}]",
                    f'state = "{state}"',
                    f'segment = "{segment}"',
                ]
                if place in self.start:
                    lines.append(f"number = {self.start[place]}")
                if place in self.arrivals:
                    lines.append(f"arrivals_per_month = {self.arrivals[place]!r}")
                if any(state in ticks.states for ticks in self.clocks.values()):
                    lines += [f"months_on_clock = {clock}", f"arrivals_months_on_clock = {clock}"]
                yield "\n".join(lines)

    def _segments(self):
        for segment, ratios in self.segments.items():
            lines = [f'"{a} -> {b}" = {ratio!r}' for (a, b), ratio in ratios.items()]
            yield "\n".join([f"[segments.{segment}.hazard_ratio]", *lines])

    def _closed(self):
        for (a, b), (step, redirect) in self.closed.items():
            if redirect is None:
                yield f'[closed]\n"{a} -> {b}" = "{month(step)}"'
            else:
                moves, since = f'moves = ["{a} -> {b}"]', f'since = "{month(step)}"'
                yield f'[[redirect]]\n{moves}\nto = "{redirect}"\n{since}'

    def _reforms(self):
        for step, (a, b) in self.reforms.items():
            yield f'[[convert]]\nstates = ["{a}"]\nto = "{b}"\nat = "{month(step)}"'

    def _effects(self):
        for (a, b), ratio in self.hazard_ratio.items():
            yield f'[[plan.effect]]\nmoves = ["{a} -> {b}"]\nhazard_ratio = {ratio!r}'
        if self.arrivals_ratio != 1.0:
            groups = [
                f"{segment}_{i}"
                for segment in self.segments or {"everyone": {}}
                for i, place in enumerate(sorted({*self.start, *self.arrivals}))
                if place in self.arrivals
            ]
            yield f"[[plan.effect]]\narrivals = {groups}\narrivals_ratio = {self.arrivals_ratio!r}"

    # ---- for the oracle

    @property
    def chains(self) -> list[Chain]:
        """One chain for each segment; segments are independent of each other."""
        segments = self.segments or {"everyone": {}}
        chains = [self._chain(ratios) for ratios in segments.values()]
        if self.enrolment is None:
            return chains
        return self.enrolment.join(chains, list(segments), self.steps)

    def _chain(self, ratios: dict[Move, float]) -> Chain:
        names = list(self.clocks)
        laws = tuple(
            Clock(
                group=ticks.states,
                largest_edge=max([2, *self._lows(name)]),
                resets_after=_resets_after(ticks),
                accumulate=ticks.adds_up,
                within=ticks.within,
                paused=tuple(
                    s
                    for s in self.states
                    if ticks.self_support is not None
                    and s not in (*ticks.states, *ticks.self_support)
                ),
                largest_away=max([1, *self._lows(name, away=True)]),
            )
            for name, ticks in self.clocks.items()
        )
        outline = Chain(self.states, lambda *cell: {}, laws)

        def read(state, by, clock, away):
            clocks, aways = counts_of(outline, clock), counts_of(outline, away)
            if by.away is None:
                own = next(n for n, ticks in self.clocks.items() if state in ticks.states)
                return by.at(clocks[names.index(own)])
            k = names.index(by.away)
            # Who never was there has been away for ever.
            return by.at(aways[k] if clocks[k] > 0 else 10**9)

        def intensity(state, clock, away, step, future):
            moves = {}
            for (origin, to), rate in self.rates.items():
                if origin == state:
                    rate = rate.at(step) if isinstance(rate, Since) else rate
                    a = read(state, rate, clock, away) if isinstance(rate, By) else rate
                    a *= ratios.get((origin, to), 1.0)
                    moves[to] = a * (self.hazard_ratio.get((origin, to), 1.0) if future == PLAN
                                     else 1.0)  # fmt: skip
            return moves

        def place(state, clock):
            inside = [clock if state in ticks.states else 0 for ticks in self.clocks.values()]
            return (state, inside[0] if len(inside) == 1 else tuple(inside) or 0)

        def arrivals(step, future):
            ratio = self.arrivals_ratio if future == PLAN else 1.0
            return {place(*at): ratio * mean for at, mean in self.arrivals.items()}

        start = {place(*at): number for at, number in self.start.items()}
        reforms = {step: dict([move]) for step, move in self.reforms.items()}
        return Chain(self.states, intensity, laws, start, arrivals, self.closed, reforms)

    def _lows(self, name: str, away: bool = False):
        for origin, rate in self._values():
            if isinstance(rate, By) and (rate.away is not None) == away:
                read = rate.away if away else next(
                    n for n, ticks in self.clocks.items() if origin in ticks.states
                )  # fmt: skip
                if read == name:
                    yield max(rate.bands)

    def _values(self):
        """(from, intensity), one for each that a move ever has."""
        for (origin, _), rate in self.rates.items():
            for value in rate.values.values() if isinstance(rate, Since) else [rate]:
                yield origin, value

    def paid(self):
        """What the oracle pays in a step: the cost of the state at its end."""
        return exact.at_end(lambda cell, step, future: self.cost[cell.state])

    def means_and_variances(self, future: str) -> exact.Moments:
        """Of the people in each state: two arrays (steps + 1, states)."""
        found = [exact.head_counts(chain, self.steps, future) for chain in self.chains]
        return exact.Moments(sum(m.mean for m in found), sum(m.variance for m in found))

    def cumulants(self, future: str) -> exact.Cumulants:
        """The same, and the fourth cumulant."""
        found = [exact.cumulants(chain, self.steps, future) for chain in self.chains]
        return exact.Cumulants(*(sum(kind) for kind in zip(*found, strict=True)))

    def saving(self) -> exact.Moments:
        """Mean and variance of the saving of all steps, the futures coupled."""
        found = [exact.saving(chain, self.steps, self.paid()) for chain in self.chains]
        return exact.Moments(sum(m.mean for m in found), sum(m.variance for m in found))

    def replace(self, **changes) -> "Twin":
        return replace(self, **changes)


def _resets_after(ticks: Ticks) -> int | None:
    if ticks.resets is None:
        return 1
    return None if ticks.resets == "never" else int(ticks.resets)


def merged(parts: list[str]) -> list[str]:
    """Parts under one table header, such as [rate_per_month.job], written as one table."""
    merged: dict[str, str] = {}
    for i, part in enumerate(parts):
        head, _, body = part.partition("\n")
        if head.startswith("[") and not head.startswith("[["):
            merged[head] = f"{merged[head]}\n{body}" if head in merged else part
        elif part:
            merged[f"{i}"] = part
    return list(merged.values())


# ---- the collection -----------------------------------------------------------------------------

BENEFIT = ("benefit", "job", "pension")
COSTS = {"benefit": 12.0, "job": -3.0, "pension": 15.0}
WORK = ("benefit", "activation", "job", "pension")
WORK_COSTS = COSTS | {"activation": 20.0}


def jobs() -> Twin:
    """The reference chain: five states, 1,700 citizens, ten years, hazards times 1.5."""
    chain = references.jobs_chain(citizens=1)
    short = {s: s.replace("-", "_").replace(" ", "_") for s in references.JOBS_STATES}
    return Twin(
        states=tuple(short.values()),
        rates={
            (short[a], short[b]): rate
            for a in references.JOBS_STATES
            for b, rate in chain.intensity(a, 0, 0, 1, BASELINE).items()
        },
        start={("activity_ready", 0): 1700},
        cost={short[s]: float(kr) for s, kr in references.JOBS_COST_PER_MONTH.items()},
        steps=120,
        hazard_ratio={("activity_ready", "job"): 1.5, ("activity_ready", "education"): 1.5},
    )


def by_the_clock(resets: int | str | None, adds_up: bool = False) -> Twin:
    """Two states on one clock, and a job that remembers it."""
    return Twin(
        states=WORK,
        rates={
            ("benefit", "job"): By({1: 0.3, 3: 0.15, 6: 0.05}),
            ("benefit", "activation"): 0.2,
            ("benefit", "pension"): By({1: 0.001, 7: 0.02}),
            ("activation", "benefit"): 0.4,
            ("activation", "job"): By({1: 0.1, 4: 0.25}),
            ("job", "benefit"): 0.25,
        },
        start={("benefit", 1): 40, ("benefit", 5): 25, ("activation", 2): 30, ("job", 0): 20},
        cost=WORK_COSTS,
        steps=18,
        clocks={"support": Ticks(("benefit", "activation"), resets, adds_up)},
        hazard_ratio={("benefit", "job"): 1.6, ("activation", "job"): 0.7},
    )


def looking_back(within: int = 4, self_support: tuple[str, ...] | None = None, **changes) -> Twin:
    """A clock that restarts after three months away of the latest few; citizens alone are exact."""
    twin = Twin(
        states=("benefit", "job", "school", "pension"),
        rates={
            ("benefit", "job"): By({1: 0.9, 2: 0.3, 3: 0.1}),
            ("benefit", "pension"): By({1: 0.01, 4: 0.05}),
            ("job", "benefit"): 0.5,
            ("job", "school"): 0.2,
            ("school", "benefit"): 0.4,
        },
        start={("benefit", 1): 40, ("benefit", 3): 25, ("job", 0): 20},
        cost={"benefit": 12.0, "job": -3.0, "school": 5.0, "pension": 15.0},
        steps=9,
        clocks={"support": Ticks(("benefit",), 3, True, within, self_support)},
        hazard_ratio={("benefit", "job"): 1.6, ("job", "benefit"): 0.6},
    )
    return twin.replace(**changes)


def by_time_away() -> Twin:
    """Jobs break down by months since support ended, and never-supported ones hold longest."""
    twin = by_the_clock(4)
    rates = twin.rates | {("job", "benefit"): By({1: 0.4, 2: 0.2, 5: 0.05}, away="support")}
    return twin.replace(rates=rates)


def two_clocks() -> Twin:
    """Time on support and time in the job, each frozen while the other runs."""
    twin = by_the_clock(3)
    rates = twin.rates | {("job", "benefit"): By({1: 0.5, 2: 0.3, 4: 0.1})}
    clocks = twin.clocks | {"tenure": Ticks(("job",), "never")}
    start = {("benefit", 1): 40, ("activation", 2): 30, ("job", 1): 20, ("job", 2): 10}
    return twin.replace(rates=rates, clocks=clocks, start=start, steps=14)


def plain(**changes) -> Twin:
    """No clock: benefit, job and an absorbing pension."""
    twin = Twin(
        states=BENEFIT,
        rates={
            ("benefit", "job"): 0.15,
            ("benefit", "pension"): 0.02,
            ("job", "benefit"): 0.1,
        },
        start={("benefit", 0): 60, ("job", 0): 15},
        cost=COSTS,
        hazard_ratio={("benefit", "job"): 1.8},
    )
    return twin.replace(**changes)


def impossible_moves() -> Twin:
    """Zero intensities: one move, and a whole row."""
    rates = {("benefit", "job"): 0.2, ("benefit", "pension"): 0.0, ("job", "benefit"): 0.0}
    return plain(rates=rates, hazard_ratio={("benefit", "job"): 2.0, ("job", "benefit"): 3.0})


def near_certain_moves() -> Twin:
    """Rows that leave nearly always."""
    rates = {("benefit", "job"): 5.0, ("benefit", "pension"): 0.05, ("job", "benefit"): 4.0}
    return plain(rates=rates, hazard_ratio={("benefit", "pension"): 5.0, ("job", "benefit"): 0.02})


def certain_moves() -> Twin:
    """Rows that leave all but surely: nothing may be lost to rounding."""
    rates = {("benefit", "job"): 60.0, ("benefit", "pension"): 1e-9, ("job", "pension"): 900.0}
    return plain(rates=rates, hazard_ratio={("benefit", "job"): 7.0})


def endless_intensities() -> Twin:
    """Rows of intensities that stand for infinity: everybody leaves, split by the ratios."""
    rates = {
        ("benefit", "job"): 0.7 * 2.0**500,
        ("benefit", "pension"): 0.3 * 2.0**500,
        ("job", "benefit"): Since({1: 0.1, 4: 2.0**500}),
        ("job", "pension"): 0.2,
    }
    ratios = {("benefit", "job"): 0.25, ("job", "benefit"): 3.0}
    return plain(rates=rates, hazard_ratio=ratios, arrivals={("benefit", 0): 3.0})


def newcomers() -> Twin:
    """People arrive on the clock and off it; the plan sends a fifth of them away."""
    return by_the_clock(4).replace(
        arrivals={("benefit", 3): 4.5, ("job", 0): 2.0, ("activation", 1): 0.25},
        arrivals_ratio=0.8,
        steps=12,
    )


def more_newcomers() -> Twin:
    return plain(arrivals={("benefit", 0): 3.0}, arrivals_ratio=1.5, start={("job", 0): 5})


def dated() -> Twin:
    """Intensities that change, bands among them, and two reforms that move people."""
    twin = by_the_clock(4)
    changed = {
        ("benefit", "job"): Since({1: 0.1, 4: By({1: 0.4, 3: 0.2}), 9: By({1: 0.2, 6: 0.02})}),
        ("job", "benefit"): Since({1: 0.05, 6: 0.4}),
    }
    return twin.replace(
        rates=twin.rates | changed,
        arrivals={("benefit", 2): 1.5},
        reforms={5: ("benefit", "activation"), 10: ("activation", "job")},
    )


def closed() -> Twin:
    return plain(closed={("benefit", "pension"): (5, None), ("job", "benefit"): (9, None)})


def redirected() -> Twin:
    return by_the_clock(4).replace(
        closed={("benefit", "pension"): (5, "activation"), ("activation", "benefit"): (9, "job")},
        hazard_ratio={("benefit", "pension"): 1.5, ("activation", "job"): 0.5},
    )


def segments() -> Twin:
    return by_the_clock(4).replace(
        segments={
            "young": {("benefit", "job"): 1.7, ("job", "benefit"): 1.2},
            "old": {("benefit", "job"): 0.4, ("benefit", "pension"): 3.0},
        },
        arrivals={("benefit", 1): 1.5},
    )


def programme() -> Twin:
    """Three months for a few at a time, while another effect acts on everyone."""
    return by_the_clock(3).replace(
        enrolment=Enrolment(
            ("benefit", "activation"), 3, {1: 6.0, 5: 2.5, 9: 0.0}, first=2,
            ratio={("benefit", "job"): (2.5, 1.0), ("job", "benefit"): (1.2, 0.5)},
        ),
        arrivals={("benefit", 1): 1.5},
        steps=14,
    )  # fmt: skip


def places() -> Twin:
    """Places bind, some drop out, and a job ends it."""
    return plain(
        enrolment=Enrolment(
            ("benefit",), 4, places=12.5, dropout=0.15, ends_in=("job", "pension"),
            ratio={("benefit", "job"): (3.0, 1.2)},
        ),
        arrivals={("benefit", 0): 4.0, ("job", 0): 1.0},
    )  # fmt: skip


def endless_programme() -> Twin:
    """It outlasts the horizon; some drop out; reforms and closed moves go on beside it."""
    return dated().replace(
        enrolment=Enrolment(
            ("benefit",), 40, {1: 3.0}, 60.0, 0.05, ends_in=("pension",),
            ratio={("benefit", "job"): (1.7, 1.0), ("benefit", "pension"): (0.2, 1.0),
                   ("activation", "job"): (0.5, 2.0)},
        ),
        closed={("benefit", "pension"): (7, "activation")},
    )  # fmt: skip


def enrolled_once_and_for_all() -> Twin:
    """Everyone at once, newcomers as they come; nothing asks who is still in the programme."""
    return by_time_away().replace(
        enrolment=Enrolment(
            ("benefit", "job"), 5, ratio={("benefit", "job"): (1.0, 0.4),
                                          ("job", "benefit"): (1.0, 2.0)},
        ),
        arrivals={("activation", 2): 3.0},
        hazard_ratio={},
    )  # fmt: skip


def programme_for_young_newcomers() -> Twin:
    return segments().replace(
        enrolment=Enrolment(
            ("benefit",), 2, {1: 0.8}, 3.0, segments=("young",), reach="newcomers",
            ratio={("benefit", "job"): (4.0, 1.0)},
        ),
    )  # fmt: skip


COLLECTION = {
    "the reference chain": jobs(),
    "no clock": plain(),
    "a clock that restarts on every entry": by_the_clock(None),
    "a clock that restarts after three months away": by_the_clock(3),
    "a clock that adds up absences": by_the_clock(3, adds_up=True),
    "a clock that never restarts": by_the_clock("never"),
    "bands by time away": by_time_away(),
    "two clocks": two_clocks(),
    "impossible moves": impossible_moves(),
    "near-certain moves": near_certain_moves(),
    "certain moves": endless_intensities(),
    "newcomers on the clock, fewer with the plan": newcomers(),
    "newcomers, more with the plan": more_newcomers(),
    "dated changes and reforms": dated(),
    "closed moves": closed(),
    "redirected moves": redirected(),
    "segments with hazard ratios": segments(),
    "a programme for a few": programme(),
    "a programme with places and dropouts": places(),
    "a programme without end": endless_programme(),
    "a programme for everyone": enrolled_once_and_for_all(),
    "a programme for young newcomers": programme_for_young_newcomers(),
}


LOOKING_BACK = {
    "a window": looking_back(),
    "a window in which school counts for nothing": looking_back(6, ("job",)),
    "a window, newcomers and a reform": looking_back(
        4, arrivals={("benefit", 2): 4.0, ("job", 0): 2.0}, arrivals_ratio=0.7,
        reforms={4: ("school", "benefit"), 6: ("benefit", "job")},
    ),
    "a window and a reform between two states away": looking_back(
        4, reforms={3: ("school", "job"), 5: ("job", "school"), 6: ("school", "job")}
    ),
    "a window and a second clock": looking_back(
        4,
        rates=looking_back().rates | {("job", "benefit"): By({1: 0.6, 3: 0.2})},
        clocks=looking_back().clocks | {"tenure": Ticks(("job",), "never")},
        start={("benefit", 1): 40, ("job", 1): 20},
    ),
}  # fmt: skip


def histories(twin: Twin, draws: int, engine: str) -> dict[str, np.ndarray]:
    """{future: (draws, steps + 1, states)} head counts by simlab."""
    found = simlab.simulate(twin.study, draws, engine=engine)
    return {future: found.people(future) for future in (BASELINE, PLAN)}
