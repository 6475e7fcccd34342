"""The clock of a ladder that restarts after time away within a window, along one life, exactly.

The Danish rule (lov om kommunernes finansiering § 6): the count of weeks on support starts afresh
when a person, after the count's first week, has had 52 whole weeks of self-support in all within
the last three years. Week by week, with the state of each week given:

    a week on support adds 1 to the clock, whichever benefit it is;
    a week of self-support adds nothing, and counts towards a restart;
    any other week (in a subsidised job, say) adds nothing and counts towards nothing.

On a new first week on support (the week before was not on support) the clock restarts at 1 if at
least ``after`` of the ``within`` weeks before it were self-support; else it goes on. Weeks from
before the running count began do not count again: they have had their restart.

Plain Python, slow and readable: what the engines' cells approximate, and what an engine with
exact histories must give.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence


def weeks_on_clock(
    life: Sequence[str],
    on_support: Collection[str],
    self_support: Collection[str],
    *,
    after: int = 52,
    within: int = 156,
    used: int = 0,
) -> list[int]:
    """The clock of each week of a life: 1, 2, … in weeks on support, 0 in all other weeks.

    life : the state of each week
    on_support, self_support : the states that run the clock, and those that count as self-support
    after, within : the self-support that restarts the clock, and the window that holds it, in weeks
    used : weeks on the clock before the life begins

    >>> life = ["benefit"] * 30 + ["job"] * 60 + ["benefit"] * 2
    >>> weeks_on_clock(life, {"benefit"}, {"job"})[-2:]
    [1, 2]
    >>> weeks_on_clock(life, {"benefit"}, {"job"}, after=70)[-2:]
    [31, 32]
    """
    clock, begun, clocks = used, 0, []
    for week, state in enumerate(life):
        if state not in on_support:
            clocks.append(0)
            continue
        first = week == 0 or life[week - 1] not in on_support
        if first:
            window = life[max(week - within, begun) : week]
            if sum(past in self_support for past in window) >= after:
                clock = 0
        if clock == 0:
            begun = week
        clock += 1
        clocks.append(clock)
    return clocks


def share_paid(clock: int, ladder: Sequence[tuple[int, float]]) -> float:
    """What the municipality is left with in a week: 1 less the reimbursement of the clock's rung.

    ladder : (the last week of a rung, the share that the state gives back), in order; beyond the
    last of them nothing more is known and the last share holds

    >>> ladder = [(4, 0.80), (26, 0.40), (52, 0.30), (53, 0.20)]
    >>> [round(share_paid(week, ladder), 2) for week in (1, 4, 5, 26, 27, 52, 53, 500)]
    [0.2, 0.2, 0.6, 0.6, 0.7, 0.7, 0.8, 0.8]
    """
    return 1.0 - next((share for last, share in ladder if clock <= last), ladder[-1][1])
