"""Random small studies for hypothesis: everything that the engines must get right, at once.

Up to eight states, clocks with resume and bands, absorbing states, intensities of nothing, near 0
and near certainty, one citizen or thousands, dated changes, reforms, closed moves, newcomers that
the plan keeps away or brings, programmes that citizens are enrolled in.
"""

import math

from hypothesis import strategies as st
from twins import By, Enrolment, Since, Ticks, Twin

NAMES = ("benefit", "activation", "course", "job", "education", "home", "abroad", "pension")
ALL_BUT_CERTAIN = -math.log(1e-9)  # leaves with chance 1 − 1e-9

intensity = st.sampled_from([0.0, 1e-9, 1e-4, 0.01, 0.05, 0.2, 0.8, 3.0, ALL_BUT_CERTAIN])
common = st.sampled_from([0.01, 0.03, 0.1, 0.3])
ratio = st.sampled_from([1e-6, 0.5, 0.9, 1.1, 1.5, 4.0, 1e3])


@st.composite
def bands(draw, away=None):
    """By time on a clock, or away from it."""
    edges = draw(st.sampled_from([(1, 2), (1, 3), (1, 2, 5), (1, 7)]))
    return By({low: draw(st.one_of(intensity, common)) for low in edges}, away)


@st.composite
def enrolments(draw, states, moves, steps):
    """A programme, short or without end, for few or for all; the last state ends it, or not."""
    eligible = draw(st.lists(st.sampled_from(states[:-1]), min_size=1, max_size=2, unique=True))
    others = [s for s in states if s not in eligible]
    first = draw(st.sampled_from([1, 1, min(2, steps)]))
    return Enrolment(
        states=tuple(eligible),
        months=draw(st.sampled_from([1, 2, 4, 40])),
        intake=draw(st.sampled_from([{}, {1: 0.4}, {1: 7.0, 4: 0.0}, {3: 30.0}])),
        places=draw(st.sampled_from([math.inf, 0.9, 11.0])),
        dropout=draw(st.sampled_from([0.2, 0.0])),
        ends_in=tuple(draw(st.lists(st.sampled_from(others), max_size=2, unique=True))),
        first=first,
        last=draw(st.sampled_from([10**6, first + 2])),
        ratio=draw(
            st.dictionaries(st.sampled_from(moves), st.tuples(ratio, st.just(1.0)), max_size=2)
        )
        | draw(st.dictionaries(st.sampled_from(moves), st.tuples(ratio, ratio), max_size=1)),
    )  # fmt: skip


@st.composite
def random_twins(draw, citizens=(1, 2, 50, 3000)):
    """The first states run on a clock, the last is absorbing."""
    number = draw(st.sampled_from([2, 3, 4, 5, 6, 8]))
    states = (*NAMES[: number - 1], NAMES[-1])
    clocked = states[: draw(st.integers(0, min(3, number - 1)))]
    resets = draw(st.sampled_from([None, 2, 4, "never"]))
    adds_up = draw(st.booleans()) if isinstance(resets, int) else False
    clocks = {"support": Ticks(clocked, resets, adds_up)} if clocked else {}
    may_read_away = bool(clocked) and not adds_up

    def value(origin):
        kinds = [intensity, common]
        if origin in clocked:
            kinds.append(bands())
        elif may_read_away:
            kinds.append(bands("support"))
        return draw(st.one_of(kinds))

    possible = [(a, b) for a in states[:-1] for b in states if a != b]
    moves = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=12, unique=True))
    steps = draw(st.sampled_from([1, 5, 12]))
    rates = {}
    for move in moves:
        rates[move] = value(move[0])
        if steps > 3 and draw(st.integers(0, 3)) == 0:
            rates[move] = Since({1: rates[move], draw(st.integers(2, steps)): value(move[0])})
    places = st.builds(
        lambda state, clock: (state, clock if state in clocked else 0),
        st.sampled_from(states[:-1]),
        st.integers(1, 4),
    )
    arrivals = draw(st.dictionaries(places, st.sampled_from([0.01, 0.5, 12.0]), max_size=2))
    reforms, closed = {}, {}
    if steps > 3 and draw(st.booleans()):
        reforms = draw(
            st.dictionaries(st.integers(1, steps), st.sampled_from(possible), max_size=2)
        )
    if draw(st.integers(0, 2)) == 0:
        (a, b), first = draw(st.sampled_from(moves)), draw(st.integers(1, steps))
        others = [None, *(s for s in states if (a, s) in moves and s != b)]
        closed = {(a, b): (first, draw(st.sampled_from(others)))}
    return Twin(
        states=states,
        rates=rates,
        start=draw(
            st.dictionaries(places, st.sampled_from(citizens), min_size=1, max_size=3)
        ),
        cost={s: float(draw(st.integers(-20, 30))) for s in states},
        steps=steps,
        clocks=clocks,
        hazard_ratio=draw(st.dictionaries(st.sampled_from(moves), ratio, max_size=3)),
        arrivals=arrivals,
        arrivals_ratio=draw(st.sampled_from([1.0, 0.3, 2.0])) if arrivals else 1.0,
        closed=closed,
        reforms=reforms,
        enrolment=draw(enrolments(states, moves, steps)) if draw(st.integers(0, 2)) else None,
    )  # fmt: skip
