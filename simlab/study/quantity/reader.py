"""Reads what a study wrote for a value, and gathers everything that is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from simlab.study.families import FitError, Nothing, Point
from simlab.study.message import Text, joined, read_text
from simlab.study.quantity import forms, hints, keys
from simlab.study.quantity.fits import Fit, Meaning, mixed
from simlab.study.quantity.forms import Form
from simlab.study.quantity.keys import Bounds, Domain, is_quantile
from simlab.study.quantity.quantity import Quantity, as_written
from simlab.study.quantity.shown import below, finite, mistake

_TAGS = {name.casefold(): tag for short, tag in keys.TAGS.items() for name in (short, tag)}
_INNER = ("mean", "median", "estimate", "ci95.0", "ci95.1")
_TEXT = "text in quotes is needed"

Table = Mapping[Any, object]


class QuantityError(ValueError):
    """A value that cannot be read; ``problems`` lists every (path below the value, message)."""

    def __init__(self, problems: Iterable[tuple[str, str]]):
        self.problems = list(problems)
        super().__init__(self.problems)

    def under(self, key: object) -> list[tuple[str, str]]:
        """The problems, each with its path from above a key."""
        return [(f"{key}.{path}" if path else str(key), text) for path, text in self.problems]

    def __str__(self) -> str:
        return "; ".join(
            f"{path}: {message}" if path else message for path, message in self.problems
        )


def read_quantity(
    value: object, domain: Domain, *, neutral: float | None = None, zero_allowed: bool = False
) -> Quantity:
    """Read a number or table of a study as a certain or uncertain value of a domain.

    ``neutral`` is what "nothing" means for the parameter (hazard ratio 1, amount 0); without it
    ``none`` is refused. ``zero_allowed`` lets a positive parameter be 0: as a number, or as the
    end of a range. Raises QuantityError with every problem found, whatever ``value`` is.

    >>> read_quantity({"p10": 1.22, "p90": 1.84}, "positive").describe()
    'lognormal, median 1.50, 80 % between 1.22 and 1.84'
    >>> read_quantity({"p10": 800, "p9O": 1400}, "positive")
    Traceback (most recent call last):
    simlab.study.quantity.reader.QuantityError: p9O: unknown key "p9O"; did you mean "p90"?
    """
    if domain not in get_args(Domain):
        raise ValueError(f"domain {domain!r} is none of {get_args(Domain)}")
    reader = Reader(domain, keys.bounds_of(domain, zero_allowed), neutral)
    meaning = reader.read(value)
    if reader.problems or meaning is None:
        raise QuantityError(reader.problems)
    tags = set(meaning.tags)
    return Quantity(
        written=as_written(value),
        domain=domain,
        distribution=meaning.distribution,
        source=joined(meaning.sources),
        tag=tags.pop() if len(tags) == 1 else None,
        note=joined(meaning.notes),
        conversion=meaning.conversion,
        remark=meaning.remark,
    )


@dataclass(slots=True)
class Reader:
    """Reads the value at one place. ``problems`` are those of all places, as (path, message)."""

    domain: Domain
    bounds: Bounds
    neutral: float | None
    problems: list[tuple[str, str]] = field(default_factory=list)
    path: str = ""
    depth: int = 0

    def below(self, key: str) -> Reader:
        """The reader of what stands under a key."""
        return replace(self, path=below(self.path, key))

    def wrong(self, message: str, key: object = "") -> None:
        self.problems.append((below(self.path, key), message))

    def read(self, value: object) -> Meaning | None:
        if isinstance(value, Mapping):
            return self.table(value)
        number = self.number(value, self.bounds, "a number or a table such as {p10, p90}")
        return None if number is None else Meaning(Point(number), tags=(None,))

    # ---- single keys

    def number(self, value: object, bounds: Bounds, wanted: str = "a number") -> float | None:
        """A finite float within its bounds, or None and a problem."""
        number = finite(value)
        if number is None:
            self.wrong(mistake(value, f"{wanted} is needed"))
        elif not bounds.hold(number):
            self.wrong(mistake(number, bounds.wanted))
        else:
            return number
        return None

    def parameter(self, key: str, value: object) -> float | None:
        """The number under a key, if it is one that the key may have."""
        return self.below(key).number(value, keys.BOUNDS.get(key, self.bounds))

    def parameters(self, table: Table, present: Iterable[str]) -> dict[str, float]:
        """The sound numbers under the keys of a simple form."""
        written: dict[str, object] = {}
        for key in present:
            value = table[key]
            if is_quantile(key) and not 0 < keys.quantile_chance(key) < 1:
                self.wrong("a quantile lies strictly between 0 and 100", key)
            elif key != "ci95":
                written[key] = value
            elif isinstance(value, list | tuple) and len(value) == 2:
                written |= {f"ci95.{index}": end for index, end in enumerate(value)}
            else:
                self.wrong(mistake(value, "two numbers [a, b] are needed"), key)
        numbers = {key: self.parameter(key, value) for key, value in written.items()}
        return {key: number for key, number in numbers.items() if number is not None}

    # ---- tables

    def table(self, table: Table) -> Meaning | None:
        source, note, tag = self.text(table, "source"), self.text(table, "note"), self.tag(table)
        is_point = table.get("point", False)
        if not isinstance(is_point, bool):
            self.wrong(mistake(is_point, "true or false is needed"), "point")
        meaning = self.content(table)
        if meaning is None:
            return None
        if is_point is True:
            meaning = meaning.at_mean()
        elif isinstance(meaning.distribution, Point) and "prior" in table:
            self.wrong(hints.RAW, "prior")
            return None
        if tag == "placeholder" and isinstance(meaning.distribution, Point):
            self.wrong(hints.PLACEHOLDER, "tag")
        if type(meaning.distribution) is Point:  # Nothing is the caller's, and needs no leave
            self.number(meaning.distribution.value, self.bounds)
        return replace(
            meaning,
            sources=(source,) if source else meaning.sources,
            tags=(tag,) if tag else meaning.tags or (None,),
            notes=(note,) if note else meaning.notes,
        )

    def content(self, table: Table) -> Meaning | None:
        """What the numbers and the parts of a table mean."""
        known = [k for k in table if isinstance(k, str) and (k in keys.KEYS or is_quantile(k))]
        present = [key for key in known if key not in (*keys.ABOUT, "dist", "point")]
        family = self.family(table)
        refused = [key for key in ("low", "high") if key in table]
        if refused:
            self.wrong(hints.LOW_HIGH)
        form = None if refused else forms.nearest_form(present, family)
        unknown = [key for key in table if key not in (*known, *refused)]
        for key in unknown:
            self.wrong(hints.unknown_key(key, form), key)
        before = len(self.problems)
        numbers = self.parameters(table, [key for key in present if key not in keys.PARTS])
        if refused:
            return None
        if form is None:
            if present or not unknown:
                self.wrong(hints.not_together(present) if present else hints.no_value(family))
            return None
        is_complete = self.complete(form, present, bool(unknown))
        if form.fit is None:
            if "dist" in table:
                self.wrong("a mixture has no family of its own; leave it out", "dist")
            return self.none(table) if form is forms.NONE else self.mixture(table["mixture"])
        if not is_complete or ("dist" in table and family is None):
            return None
        chosen = self.chosen_family(form, family)
        if chosen is None or len(self.problems) > before:
            return None
        return self.fitted(form.fit, chosen, numbers)

    def text(self, table: Table, key: str) -> Text | None:
        """A source or a note; None where there is none."""
        text = read_text(table.get(key, ""))
        if text is None:
            self.wrong(mistake(table[key], f'{_TEXT}, or {{ en = "…", da = "…" }}'), key)
            return None
        clean = Text(text.en.strip(), (text.da or "").strip() or None)
        return clean if clean.en else None

    def tag(self, table: Table) -> str | None:
        """The tag by its full name; None where there is none."""
        value = table.get("tag", "")
        if not isinstance(value, str):
            self.wrong(mistake(value, _TEXT), "tag")
            return None
        name = value.strip()
        tag = _TAGS.get(name.casefold())
        if name and tag is None:
            self.wrong(hints.unknown_name("tag", name, _TAGS, keys.TAGS.values()), "tag")
        return tag

    def family(self, table: Table) -> str | None:
        """The family that ``dist`` names, if it names one."""
        family, allowed = table.get("dist"), forms.WITHIN[self.domain]
        if isinstance(family, str):
            if family not in forms.FAMILIES:
                self.wrong(
                    hints.unknown_name("distribution", family, forms.FAMILIES, allowed), "dist"
                )
                return None
            if family not in allowed:
                self.wrong(hints.too_far(family, self.domain), "dist")
            return family
        if "dist" in table:
            wanted = f"the name of a distribution is needed: {hints.listed(allowed)}"
            self.wrong(mistake(family, wanted), "dist")
        return None

    def complete(self, form: Form, present: list[str], has_unknown: bool) -> bool:
        """Whether the form has its keys; a misspelt one is its own problem, not also missing."""
        if form is forms.QUANTILES:
            if len(present) > 2 or (len(present) < 2 and not has_unknown):
                wanted = "two quantiles are needed, such as p10 and p90"
                self.wrong(f"{wanted}; found {hints.listed(present)}")
            return len(present) == 2
        missing = [key for key in form.keys if key not in present]
        if not has_unknown:
            for key in missing:
                self.wrong(f"missing; this form is {form}", key)
        return not missing

    def chosen_family(self, form: Form, named: str | None) -> str | None:
        """The family of a form: the one named by ``dist``, or the default of the domain."""
        default = form.default.get(self.domain, form.families[0])
        if named is not None:
            if named in form.families:
                return named
            allowed = hints.listed(form.families)
            self.wrong(f"{named} does not go with {form}; allowed: {allowed}", "dist")
        elif form.needs_dist:
            self.wrong(hints.write_dist(form), "dist")
        elif default not in forms.WITHIN[self.domain]:
            hint = "; for a chance write {successes, trials}" if form is forms.RATE else ""
            self.wrong(hints.too_far(default, self.domain) + hint)
        else:
            return default
        return None

    def fitted(self, fit: Fit, family: str, numbers: dict[str, float]) -> Meaning | None:
        """What a form of numbers means, each of which is sound."""
        if not self.strictly_inside(numbers, family):
            return None
        try:
            return fit(family, numbers)
        except FitError as error:
            self.wrong(str(error), error.key)
        return None

    def strictly_inside(self, numbers: dict[str, float], family: str) -> bool:
        """Quantiles, means and medians lie where the family has its density, ends excluded."""
        low = -math.inf if family == "normal" else 0.0
        high = 1.0 if family in ("beta", "logit-normal") else math.inf
        ends = "above 0" if high == math.inf else "strictly between 0 and 1"
        outside = [
            key
            for key, number in numbers.items()
            if (key in _INNER or is_quantile(key)) and not low < number < high
        ]
        for key in outside:
            is_nothing = numbers[key] == self.neutral
            hint = "; for a chance of nothing write {none, else}" if is_nothing else ""
            self.wrong(mistake(numbers[key], f"a {family} lies {ends}{hint}"), key)
        return not outside

    # ---- mixtures

    def none(self, table: Table) -> Meaning | None:
        chance = self.parameter("none", table["none"]) if "none" in table else None
        rest = self.part(table, "else")
        if self.neutral is None:
            self.wrong("there is no neutral value here for none to mean; write {mixture}")
            return None
        if chance is None or rest is None:
            return None
        return mixed((chance, 1 - chance), (Meaning(Nothing(self.neutral)), rest))

    def mixture(self, components: object) -> Meaning | None:
        before = len(self.problems)
        if not isinstance(components, list | tuple) or not components:
            self.wrong(mistake(components, f"a list of {hints.COMPONENT} is needed"), "mixture")
            return None
        if len(components) > forms.LONGEST:
            text = f"found {len(components)} components; at most {forms.LONGEST} are allowed"
            self.wrong(text, "mixture")
            return None
        read = [self.below("mixture").below(str(k)).component(c) for k, c in enumerate(components)]
        weights = [weight for weight, _ in read if weight is not None]
        total = math.fsum(weights)
        if len(weights) == len(components) and abs(total - 1) > 1e-9:
            self.wrong(f"the weights sum to {total:.10g}; they must sum to 1", "mixture")
        if len(self.problems) > before:
            return None
        return mixed(weights, [part for _, part in read if part is not None])

    def component(self, table: object) -> tuple[float | None, Meaning | None]:
        """The weight and the value of a component of a mixture."""
        if not isinstance(table, Mapping):
            self.wrong(mistake(table, f"{hints.COMPONENT} is needed"))
            return None, None
        own = ("weight", "value")
        for key in table:
            if key not in own:
                self.wrong(hints.unknown_key(key, None, own), key)
        for key in own:
            if key not in table:
                self.wrong(f"missing; this form is {hints.COMPONENT}", key)
        weight = self.parameter("weight", table["weight"]) if "weight" in table else None
        return weight, self.part(table, "value")

    def part(self, table: Table, key: str) -> Meaning | None:
        """What a mixture has under a key, itself of any form; None where there is nothing."""
        if key not in table:
            return None
        if self.depth >= forms.DEEPEST:
            self.wrong(f"mixtures inside mixtures, more than {forms.DEEPEST} deep", key)
            return None
        return replace(self.below(key), depth=self.depth + 1).read(table[key])
