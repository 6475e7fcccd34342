"""The worst studies that can be thought of: small files that ask for endless work or memory.

Each is a text of at most 2 MB, made from a size; every one must be refused, or answered, at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

HEAD = """
title = "x"
start = "2020-01"
years = {years}
step = "{step}"
states = ["benefit", "job"]
[citizens.benefit]
number = 100
[chance_per_month]
benefit.job = 0.02
job.benefit = 0.02
"""


def head(years: float = 5, step: str = "month") -> str:
    return HEAD.format(years=years, step=step)


def lines(written: Iterable[str]) -> str:
    return "\n".join(written) + "\n"


def many_keys(n: int) -> str:
    return lines(f"a{i} = {i}" for i in range(n)) + head()


def many_wrong_names(n: int) -> str:
    states = ", ".join(f'"state{i}"' for i in range(n))
    wrong = ", ".join(f'"stat{i}x"' for i in range(n))
    return (
        f'title = "x"\nstart = "2020"\nyears = 5\nstates = [{states}]\n[groups]\ng = [{wrong}]\n'
        "[citizens.state1]\nnumber = 1\n"
    )


def long_names(n: int) -> str:
    return (
        head()
        + f'[groups]\ng = ["{"a" * n}", "{"b" * n}"]\n[chance_per_year]\n"{"ab" * n}".x = 0.1\n'
    )


def long_dotted_key(n: int) -> str:
    return head() + ".".join(["a"] * n) + " = 1\n"


def many_dotted_keys(n: int) -> str:
    return lines(f"k{i}.{'.'.join(['a'] * 1_000)} = 1" for i in range(n // 2_000))


def spaced_key(n: int) -> str:
    return head() + '"a"' + " " * n + "." + " . ".join(['"a"'] * 40) + " = 1\n"


def deep_arrays(n: int) -> str:
    return head() + "x = " + "[" * n + "]" * n + "\n"


def arrays_of_tables(n: int) -> str:
    return head() + "[[plan.effect]]\n" * n


def huge_integer(n: int) -> str:
    return head().replace("number = 100", f"number = 0x{'F' * n}")


def huge_integers(n: int) -> str:
    return head() + f"draws = 0x{'F' * n}\nseed = 0x{'F' * n}\n"


def long_number(n: int) -> str:
    return head().replace("number = 100", f"number = {'9' * n}")


def exact_number(n: int) -> str:
    return head().replace("number = 100", f"number = 1.{'9' * n}")


def many_states(n: int) -> str:
    states = ", ".join(f'"s{i}"' for i in range(n))
    moves = lines(f"s{i}.s{i + 1} = 0.1" for i in range(n - 1))
    return (
        f'title = "x"\nstart = "2020"\nyears = 5\nstates = [{states}]\n'
        f"[citizens.s0]\nnumber = 1\n[chance_per_month]\n{moves}"
    )


def all_moves_from_each(n: int) -> str:
    states = ", ".join(f'"s{i}"' for i in range(n))
    moves = lines(f"s{i}.s{k} = 0.0001" for i in range(n) for k in range(n) if i != k)
    return (
        f'title = "x"\nstart = "2020"\nyears = 100\nstep = "week"\nstates = [{states}]\n'
        f"[citizens.s0]\nnumber = 1\n[chance_per_month]\n{moves}"
    )


def many_segments(n: int) -> str:
    found = lines(
        f'[segments.g{i}.hazard_ratio]\n"benefit -> job" = 1.1\n'
        f'[citizens.c{i}]\nstate = "benefit"\nsegment = "g{i}"\nnumber = 1'
        for i in range(n)
    )
    return head(100, "week") + found


def many_patterns(n: int) -> str:
    spaces = lines(f'"*{" " * (i % 90)}->{" " * (i // 90)}*" = 1.1' for i in range(n))
    return head() + "[segments.g.hazard_ratio]\n" + spaces


def many_dates(n: int) -> str:
    days = [
        f"{y}-{m:02}-{d:02}" for y in range(1900, 2400) for m in range(1, 13) for d in range(1, 29)
    ]
    dated = ", ".join(f'"{day}" = 0.02' for day in days[:n])
    return head(200, "week").replace("benefit.job = 0.02", f"benefit.job = {{ {dated} }}")


def many_bands(n: int) -> str:
    bands = ", ".join(f'"{i}-{i}" = 0.02' for i in range(1, n)) + f', "{n}+" = 0.01'
    clock = '[clocks.c]\nstates = ["benefit"]\nresets = { after_months = 1200 }\n'
    return head(200, "week").replace("benefit.job = 0.02", f"benefit.job = {{ {bands} }}") + clock


def last_band(n: int) -> str:
    bands = f'"1-{n - 1}" = 0.02, "{n}+" = 0.01'
    clock = '[clocks.c]\nstates = ["benefit"]\nresets = { after_months = 12 }\n'
    text = head(100, "week").replace("benefit.job = 0.02", f"benefit.job = {{ {bands} }}")
    return text.replace("chance_per_month", "chance_per_year") + clock


def many_clocks(n: int) -> str:
    states = ", ".join(f'"s{i}"' for i in range(n))
    moves = lines(f's{i}.s{(i + 1) % n} = {{ "1-30" = 0.1, "31+" = 0.2 }}' for i in range(n))
    clocks = lines(
        f'[clocks.c{i}]\nstates = ["s{i}"]\nresets = {{ after_months = 1200 }}' for i in range(n)
    )
    return (
        f'title = "x"\nstart = "2020"\nyears = 90\nstates = [{states}]\n'
        f"[citizens.s0]\nnumber = 1\n[chance_per_month]\n{moves}{clocks}"
    )


def windows(n: int) -> str:
    clock = (
        f'[clocks.c]\nstates = ["benefit"]\nresets = {{ after_weeks = {n}, within_weeks = {n} }}\n'
    )
    bands = f'{{ "1-{n}" = 0.02, "{n + 1}+" = 0.01 }}'
    away = f'{{ by = "c.away", "1-{n}" = 0.02, "{n + 1}+" = 0.01 }}'
    text = head(200, "week").replace("chance_per_month", "chance_per_week")
    text = text.replace("job.benefit = 0.02", f"job.benefit = {away}")
    return text.replace("benefit.job = 0.02", f"benefit.job = {bands}") + clock


def many_correlations(n: int) -> str:
    lots = lines(
        f'[citizens.c{i}]\nstate = "benefit"\nnumber = {{ p10 = 1, p90 = 2 }}' for i in range(n)
    )
    pairs = lines(
        f'[[correlation]]\nbetween = ["citizens.c{i}.number", "citizens.c{i + 1}.number"]\n'
        "value = 0.1"
        for i in range(n - 1)
    )
    return head() + lots + pairs


def unknown_correlations(n: int) -> str:
    return head() + lines(
        f'[[correlation]]\nbetween = ["citizens.c{i}.numbr", "citizens.b{i}.nmber"]\nvalue = 0.1'
        for i in range(n)
    )


def many_citizens(n: int) -> str:
    return head(200, "week") + lines(
        f'[citizens.c{i}]\nstate = "benefit"\nnumber = {{ p10 = 1, p90 = 2 }}\n'
        "arrivals_per_month = { p10 = 1, p90 = 2 }"
        for i in range(n)
    )


def many_payers(n: int) -> str:
    payers = ", ".join(f'"p{i}"' for i in range(n))
    views = lines(f"[perspectives.v{i}]\nweights = {{ p{i} = 1 }}" for i in range(n))
    return (
        head(200, "week").replace(
            'states = ["benefit"', f'payers = [{payers}]\nstates = ["benefit"'
        )
        + views
    )


def many_effects(n: int) -> str:
    return head(200, "week") + lines(
        f'[[plan.effect]]\nname = "e{i}"\nmoves = ["*->*"]\nplaces = 5\n'
        "hazard_ratio = { p10 = 1, p90 = 2 }"
        for i in range(n)
    )


def many_published(n: int) -> str:
    return head(100, "week") + lines(
        '[[published]]\ntext = "x"\nkind = "effect"\ndesign = "before and after"\n'
        'measure = "share"\nof = ["benefit"]\nstates = ["job"]\n'
        f"at_months = {i % 1000 + 1}\nvalue = 0.1"
        for i in range(n)
    )


def long_programme(n: int) -> str:
    return head(200, "week") + (
        f'[plan.enrolment]\nstates = ["benefit"]\nplaces = 10\nmonths_in_programme = {n}\n'
    )


def many_draws(n: int) -> str:
    return f"draws = {n}\n" + head(100, "week")


def long_title(n: int) -> str:
    return head().replace('"x"', f'"{"<=" * n}"')


def many_wrong_values(n: int) -> str:
    return (
        head()
        + "[payments.b.amount]\n"
        + lines(f'b{i} = {{ p10 = "x", p90 = [] }}' for i in range(n))
    )


def many_moneys(n: int) -> str:
    return head(100, "week") + lines(
        f'[payments.b{i}]\namount."*" = {{ p10 = 1, p90 = 2 }}' for i in range(n)
    )


WORST: dict[str, tuple[Callable[[int], str], int]] = {
    "many keys": (many_keys, 19_000),
    "many wrong names": (many_wrong_names, 9_000),
    "long names": (long_names, 300_000),
    "a long dotted key": (long_dotted_key, 900_000),
    "many dotted keys": (many_dotted_keys, 1_900_000),
    "a spaced key": (spaced_key, 1_000_000),
    "deep arrays": (deep_arrays, 900_000),
    "arrays of tables": (arrays_of_tables, 15_000),
    "a huge integer": (huge_integer, 1_900_000),
    "huge integers": (huge_integers, 900_000),
    "a long number": (long_number, 1_900_000),
    "an exact number": (exact_number, 1_900_000),
    "many states": (many_states, 6_000),
    "all moves from each": (all_moves_from_each, 130),
    "many segments": (many_segments, 900),
    "many patterns": (many_patterns, 8_000),
    "many dates": (many_dates, 19_000),
    "many bands": (many_bands, 19_000),
    "a last band": (last_band, 99_999),
    "many clocks": (many_clocks, 12),
    "windows": (windows, 5_000),
    "many correlations": (many_correlations, 1_500),
    "unknown correlations": (unknown_correlations, 2_400),
    "many citizens": (many_citizens, 2_200),
    "many payers": (many_payers, 4_500),
    "many effects": (many_effects, 2_200),
    "many published": (many_published, 1_900),
    "a long programme": (long_programme, 1_200),
    "many draws": (many_draws, 100_000_000),
    "a long title": (long_title, 900_000),
    "many wrong values": (many_wrong_values, 4_500),
    "many moneys": (many_moneys, 3_500),
}
