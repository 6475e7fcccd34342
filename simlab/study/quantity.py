"""Uncertain values: what a study writes, and the distribution that it means.

Any number of a study may be written as

    0.002                                             certain
    { value = 0.002, source = "…", tag = "…" }        certain, with its source
    { p10 = 1.22, p90 = 1.84 }                        any two quantiles
    { min = 0.95, mode = 1.0, max = 1.2 }             PERT
    { mean = 0.3, sd = 0.1 }
    { ci95 = [1.2, 1.9], estimate = 1.5 }             as a paper reports it
    { events = 37, exposure = 1_200 }                 Gamma(events + ½, exposure)
    { successes = 3, trials = 20 }                    Beta(successes + ½, failures + ½)
    { dist = "gamma", shape = 4, rate = 2 }           a family and its parameters
    { none = 0.2, else = { p10 = 1.22, p90 = 1.84 } } nothing with chance 0.2
    { mixture = [{ weight = 0.3, value = 1 }, { weight = 0.7, value = { mean = 2, sd = 1 } }] }

The family follows the domain of the parameter: a chance (0 to 1) is logit-normal, or beta where
mean and sd are given; a positive number is lognormal; a free one is normal. `dist` names another.
½ is the Jeffreys prior of a chance, and very nearly that of a rate (`prior` changes it). With an
`estimate`, the median is the estimate and the spread is the interval's width on the scale of the
family (log, log odds), which keeps the published point and the published precision. The fits are
in `families`.
"""

from __future__ import annotations

import difflib
import math
import numbers
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal, NoReturn, cast, get_args

from simlab.study.errors import ENDS
from simlab.study.families import (
    SCALES,
    Beta,
    Distribution,
    FitError,
    Floats,
    Gamma,
    LogitNormal,
    Lognormal,
    Mixture,
    Normal,
    Nothing,
    Pert,
    Point,
    Triangular,
    Uniform,
    from_interval,
    from_moments,
    from_quantiles,
    settled,
)
from simlab.study.message import TEXT_SCHEMA, Message, Number, Text, Value, joined, read_text

Domain = Literal["chance", "positive", "free"]

DEEPEST = 4  # mixtures inside mixtures
LONGEST = 100  # components of a mixture


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing an uncertain value: its keys, and the families it may mean.

    ``families`` start with the default where ``default`` names none for the domain.
    """

    name: str
    keys: tuple[str, ...]
    families: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    needs_dist: bool = False
    default: Mapping[str, str] = field(default_factory=dict)

    def takes(self, present: Iterable[str]) -> bool:
        """Whether every key in ``present`` belongs to this form."""
        return all(
            key in self.keys or key in self.optional or (self is QUANTILES and is_quantile(key))
            for key in present
        )

    def __str__(self) -> str:
        return "{" + ", ".join(self.keys or ("p10", "p90")) + "}"


BY_DOMAIN = {"chance": "logit-normal", "positive": "lognormal", "free": "normal"}
ON_A_SCALE = ("normal", "lognormal", "logit-normal")

QUANTILES = Form("two quantiles", (), (*ON_A_SCALE, "gamma", "beta"), default=BY_DOMAIN)
RANGE = Form("PERT", ("min", "mode", "max"), ("pert", "triangular"))
UNIFORM = Form("uniform", ("min", "max"), ("uniform",), needs_dist=True)
MOMENTS = Form(
    "mean and standard deviation",
    ("mean", "sd"),
    ("normal", "lognormal", "gamma", "beta"),
    default=BY_DOMAIN | {"chance": "beta"},
)
INTERVAL = Form(
    "95 % interval", ("ci95",), (*ON_A_SCALE, "gamma", "beta"), ("estimate",), default=BY_DOMAIN
)
RATE = Form("a rate from counts", ("events", "exposure"), ("gamma",), ("prior",))
SHARE = Form("a chance from counts", ("successes", "trials"), ("beta",), ("prior",))
FIXED = Form("certain", ("value",), ("point",))
MEDIAN = Form("median and sigma", ("median", "sigma"), ("lognormal", "logit-normal"), (), True)
LOGS = Form("lognormal", ("log_mean", "log_sd"), ("lognormal",), needs_dist=True)
GAMMA = Form("gamma", ("shape", "rate"), ("gamma",), needs_dist=True)
BETA = Form("beta", ("a", "b"), ("beta",), needs_dist=True)
NONE = Form("nothing with a chance", ("none", "else"))
MIXTURE = Form("mixture", ("mixture",))

FORMS = (
    QUANTILES, RANGE, UNIFORM, MOMENTS, INTERVAL, RATE, SHARE,
    FIXED, MEDIAN, LOGS, GAMMA, BETA, NONE, MIXTURE,
)  # fmt: skip

FAMILIES = (*ON_A_SCALE, "gamma", "beta", "uniform", "pert", "triangular", "point")
WITHIN = {
    "chance": ("logit-normal", "beta", "uniform", "pert", "triangular", "point"),
    "positive": tuple(family for family in FAMILIES if family != "normal"),
    "free": FAMILIES,
}
"""The families that stay inside a domain (the last four where their ends do)."""

ABOUT = ("source", "tag", "note")
TAGS = {
    "S": "published",
    "D": "derived",
    "SEED": "case document",
    "B": "commonly known",
    "A": "assumption",
}

SINGLE = ("min", "mode", "max", "mean", "estimate", "value", "median")  # values in the domain
ABOVE_ZERO = ("sd", "exposure", "trials", "sigma", "log_sd", "shape", "rate", "a", "b")
NOT_NEGATIVE = ("events", "successes", "prior")

KEYS = {
    "value": "the number itself",
    "min": "the smallest value possible",
    "mode": "the most likely value",
    "max": "the largest value possible",
    "mean": "the mean",
    "sd": "the standard deviation of the value (not the standard error of many)",
    "ci95": "the two ends of a 95 % interval",
    "estimate": "the published estimate, taken as the median",
    "events": "how many events were seen",
    "exposure": "over how much time at risk, in the unit that the rate is per",
    "successes": "in how many of the trials it happened",
    "trials": "how many trials there were",
    "prior": "added to the counts before they are read; 0 takes them raw",
    "median": "the median",
    "sigma": "the standard deviation of the logarithm (lognormal) or of the log odds",
    "log_mean": "the mean of the logarithm",
    "log_sd": "the standard deviation of the logarithm",
    "shape": "the shape of the gamma",
    "rate": "the rate of the gamma: mean = shape / rate",
    "a": "the first parameter of the beta: mean = a / (a + b)",
    "b": "the second parameter of the beta",
    "none": "the chance of no effect at all",
    "else": "the value otherwise",
    "mixture": "a list of { weight = …, value = … }; the weights sum to 1",
    "dist": "the family of the distribution",
    "point": "true takes the mean, as if certain",
    "source": "where the value comes from",
    "tag": "what kind of source it is",
    "note": "anything a reader should know",
}
COMMON_QUANTILES = ("p01", "p2_5", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "p97_5", "p99")
LOW_HIGH = (
    "low/high says neither 90 % nor min/max; write {p10, p90}, {p05, p95} or {min, mode, max}"
)
RAW = "leave prior out, or add point = true"

_QUANTILE = re.compile(r"p([0-9]{1,20})(?:[._]([0-9]{1,20}))?")
_NEARLY_QUANTILE = re.compile(r"[pP][0-9][0-9OoIl._,]*")
_LOOK_ALIKES = str.maketrans("PoOIl,", "p0011_")


def is_quantile(key: str) -> bool:
    """p10, p2_5, "p97.5", …"""
    return _QUANTILE.fullmatch(key) is not None


def quantile_chance(key: str) -> float:
    """p10 is 0.1, p2_5 is 0.025."""
    whole, part = _QUANTILE.fullmatch(key).groups()  # type: ignore[union-attr]
    return float(f"{whole}.{part or 0}e-2")


class QuantityError(ValueError):
    """A value that cannot be read; ``problems`` lists every (path below the value, message)."""

    def __init__(self, problems: Iterable[tuple[str, str]]):
        self.problems = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "; ".join(
            f"{path}: {message}" if path else message for path, message in self.problems
        )


class WrittenTable(dict[str, Any]):
    """A table as it was written, read-only and hashable; json writes it like any dict."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a written value does not change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (WrittenTable, (dict(self),))


Written = int | float | str | bool | tuple[Any, ...] | WrittenTable


def _as_written(value: object) -> Written:
    """A checked TOML value, unchangeable: tables read-only, lists as tuples."""
    if isinstance(value, Mapping):
        return WrittenTable({key: _as_written(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_as_written(item) for item in value)
    if isinstance(value, str | bool):
        return value
    return int(value) if isinstance(value, numbers.Integral) else float(cast(float, value))


@dataclass(frozen=True, slots=True, repr=False)
class Quantity:
    """One number of a study, certain or uncertain. Made by `read_quantity`, never changed.

    ``numeral``       the value as the study wrote it (number, or read-only table); hashable, and
                      json writes it
    ``domain``        "chance" (0 to 1), "positive" or "free"
    ``distribution``  what it means
    ``source``, ``tag``, ``note``  where it comes from; None where the study does not say
    ``conversion``    how the written form became the distribution; "" where nothing was converted
    ``remark``        what a reader of the distribution should know beside it; mostly None
    ``path``          its key path in the study that it is of; "" where it is of none
    """

    written: Written
    domain: Domain
    distribution: Distribution
    source: Text | None = None
    tag: str | None = None
    note: Text | None = None
    conversion: str = ""
    remark: Message | None = None
    path: str = ""

    @property
    def is_uncertain(self) -> bool:
        """Whether two draws can differ."""
        return not isinstance(self.distribution, Point)

    def ppf(self, u: Floats) -> Floats:
        """Values at uniform numbers u in [0, 1]: float64, the shape of u, finite, in the domain.

        Rises with u; in a mixture, u first chooses the component (in the order written, "nothing"
        first) and then rises within it. Raises ValueError for u outside [0, 1] or NaN.
        """
        return self.distribution.ppf(u)

    def mean(self) -> float:
        """The expectation."""
        return self.distribution.mean()

    def median(self) -> float:
        """The median, of a mixture as a whole too."""
        return self.distribution.quantile(0.5)

    def quantile(self, q: float) -> float:
        """The smallest value that is not exceeded with chance q, of a mixture as a whole too."""
        return self.distribution.quantile(q)

    def in_words(self) -> Message:
        """What it means in one line, for any language."""
        line = in_words(self.distribution)
        if self.remark is None:
            return line
        return Message("{line}; {remark}", line=line, remark=self.remark)

    def describe(self) -> str:
        """One line: "lognormal, median 1.50, 80 % between 1.22 and 1.84"."""
        return str(self.in_words())

    def __str__(self) -> str:
        return self.describe()

    def __repr__(self) -> str:
        return f"<Quantity: {self.describe()}>"


def looks_like_quantity(value: object) -> bool:
    """A number, or a table with a key that only an uncertain value has.

    False for tables of bands, dates and states, and for those that merely carry ``source`` or a
    parameter (``rate``, ``a``, ``prior``) which other tables may use too. A misspelt quantile
    (``p9O``) and the refused ``low``/``high`` do count, so that they reach `read_quantity`.
    """
    if isinstance(value, bool):
        return False
    if isinstance(value, numbers.Real):
        return True
    if not isinstance(value, Mapping):
        return False
    return any(
        isinstance(key, str) and (key in _TELLING or _NEARLY_QUANTILE.fullmatch(key))
        for key in value
    )


_TELLING = {key for form in FORMS for key in (*form.keys, *form.optional)} - {
    "prior", "shape", "rate", "a", "b",
} | {"dist", "low", "high"}  # fmt: skip


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
    simlab.study.quantity.QuantityError: p9O: unknown key "p9O"; did you mean "p90"?
    """
    if domain not in get_args(Domain):
        raise ValueError(f"domain {domain!r} is none of {get_args(Domain)}")
    reader = _Reader(domain, neutral, zero_allowed)
    meaning = reader.read(value, "", 0)
    if reader.problems or meaning is None:
        raise QuantityError(reader.problems)
    tags = set(meaning.tags)
    return Quantity(
        written=_as_written(value),
        domain=domain,
        distribution=meaning.distribution,
        source=joined(meaning.sources),
        tag=tags.pop() if len(tags) == 1 else None,
        note=joined(meaning.notes),
        conversion=meaning.conversion,
        remark=meaning.remark,
    )


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a table says; sources and tags of the components where the whole has none."""

    distribution: Distribution
    conversion: str = ""
    remark: Message | None = None
    sources: tuple[Text, ...] = ()
    tags: tuple[str | None, ...] = ()
    notes: tuple[Text, ...] = ()


class _Refused(Exception):
    """Numbers that are each fine and do not fit together: (path, message)."""


@dataclass(slots=True)
class _Reader:
    """Reads one value, and gathers everything that is wrong with it."""

    domain: Domain
    neutral: float | None
    zero_allowed: bool
    problems: list[tuple[str, str]] = field(default_factory=list)

    def wrong(self, path: str, message: str) -> None:
        self.problems.append((path, message))

    def read(self, value: object, path: str, depth: int) -> _Meaning | None:
        if isinstance(value, Mapping):
            return self.table(value, path, depth)
        number = self.number(value, path, "or a table such as {p10, p90}")
        if number is None or not self.in_domain(number, path):
            return None
        return _Meaning(Point(number), tags=(None,))

    # ---- single keys

    def number(self, value: object, path: str, alternative: str = "") -> float | None:
        """A finite float, or None and a problem."""
        wanted = f"a number {alternative}".rstrip()
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            self.wrong(path, f"found {_shown(value)}; {wanted} is needed")
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            found = "no number (nan)" if math.isnan(number) else "a number beyond 1e308"
            self.wrong(path, f"found {found}; {wanted} is needed")
            return None
        return number

    def in_domain(self, number: float, path: str) -> bool:
        """Whether a value lies in the domain, its ends included where they are values."""
        if self.domain == "chance" and not 0 <= number <= 1:
            self.wrong(path, f"found {numeral(number)}; a chance lies between 0 and 1")
        elif self.domain == "positive" and self.zero_allowed and number < 0:
            self.wrong(path, f"found {numeral(number)}; it must be 0 or above")
        elif self.domain == "positive" and not self.zero_allowed and number <= 0:
            self.wrong(path, f"found {numeral(number)}; it must be above 0")
        else:
            return True
        return False

    def parameter(self, key: str, value: object, path: str) -> float | None:
        """The number under a key, if it is one that the key may have."""
        number = self.number(value, path)
        if number is None:
            return None
        if key in SINGLE or is_quantile(key):
            return number if self.in_domain(number, path) else None
        if key in ABOVE_ZERO and number <= 0:
            hint = "; for a certain value write the number alone" if key == "sd" else ""
            self.wrong(path, f"found {numeral(number)}; it must be above 0{hint}")
            return None
        if key in NOT_NEGATIVE and number < 0:
            self.wrong(path, f"found {numeral(number)}; it must be 0 or above")
            return None
        if key in ("none", "weight") and not 0 <= number <= 1:
            self.wrong(path, f"found {numeral(number)}; a chance lies between 0 and 1")
            return None
        return number

    def parameters(
        self, table: Mapping[str, object], keys: list[str], path: str
    ) -> dict[str, Any] | None:
        """The numbers under the keys of a simple form; None if any is wrong."""
        found: dict[str, float | None] = {}
        for key in keys:
            here = _below(path, key)
            value = table[key]
            if key == "ci95":
                if not isinstance(value, list | tuple) or len(value) != 2:
                    self.wrong(here, f"found {_shown(value)}; two numbers [a, b] are needed")
                    found[key] = None
                    continue
                for index, end in enumerate(value):
                    found[f"ci95.{index}"] = self.parameter("value", end, f"{here}.{index}")
            elif is_quantile(key) and not 0 < quantile_chance(key) < 1:
                self.wrong(here, "a quantile lies strictly between 0 and 100")
                found[key] = None
            else:
                found[key] = self.parameter(key, value, here)
        return None if None in found.values() else found

    # ---- tables

    def table(self, table: Mapping[Any, object], path: str, depth: int) -> _Meaning | None:
        known = [key for key in table if isinstance(key, str) and (key in KEYS or is_quantile(key))]
        present = [key for key in known if key not in (*ABOUT, "dist", "point")]
        said = {
            key: self.text(table[key], _below(path, key))
            for key in ("source", "note")
            if key in table
        }
        tag = self.tag(table["tag"], _below(path, "tag")) if "tag" in table else None
        is_point = table.get("point", False)
        if not isinstance(is_point, bool):
            self.wrong(_below(path, "point"), f"found {_shown(is_point)}; true or false is needed")
        family = self.family(table, path)
        refused = "low" in table or "high" in table
        if refused:
            self.wrong(path, LOW_HIGH)
        form = None if refused else _nearest_form(present, family)
        unknown = [key for key in table if key not in known and key not in ("low", "high")]
        for key in unknown:
            self.wrong(_below(path, key), _unknown(key, form))
        if refused:
            self.parameters(table, [k for k in present if k not in (*NONE.keys, "mixture")], path)
            return None
        if form in (NONE, MIXTURE):
            if "dist" in table:
                self.wrong(_below(path, "dist"), "a mixture has no family of its own; leave it out")
            self.complete(form, present, bool(unknown), path)
            meaning = (self.none if form is NONE else self.mixture)(table, path, depth)
        else:
            meaning = self.simple(
                table, present, form, family, bool(unknown), is_point is True, path
            )
        if meaning is None:
            return None
        if is_point is True:
            meaning = _mean_alone(meaning)
        if type(meaning.distribution) is Point:  # Nothing is the caller's, and needs no leave
            self.in_domain(meaning.distribution.value, path)
        return _Meaning(
            meaning.distribution,
            meaning.conversion,
            meaning.remark,
            (source,) if (source := said.get("source")) else meaning.sources,
            (tag,) if tag else meaning.tags or (None,),
            (note,) if (note := said.get("note")) else meaning.notes,
        )

    def text(self, value: object, path: str) -> Text | None:
        """A source or a note; None where there is none."""
        text = read_text(value)
        if text is None:
            self.wrong(
                path,
                f'found {_shown(value)}; text in quotes is needed, or {{ en = "…", da = "…" }}',
            )
            return None
        said = Text(text.en.strip(), (text.da or "").strip() or None)
        return said if said.en else None

    def tag(self, value: object, path: str) -> str | None:
        """The tag by its full name; None where there is none."""
        if not isinstance(value, str):
            self.wrong(path, f"found {_shown(value)}; text in quotes is needed")
            return None
        words = value.strip()
        if not words:
            return None
        by_name = {name.casefold(): tag for short, tag in TAGS.items() for name in (short, tag)}
        if words.casefold() not in by_name:
            near = difflib.get_close_matches(words.casefold(), by_name, n=1)
            ask = f'; did you mean "{by_name[near[0]]}"?' if near else ""
            allowed = ", ".join(TAGS.values())
            self.wrong(path, f'unknown tag "{_cut(words)}"{ask}; allowed: {allowed}')
        return by_name.get(words.casefold())

    def family(self, table: Mapping[Any, object], path: str) -> str | None:
        """The family that ``dist`` names, if it names one that fits the domain."""
        if "dist" not in table:
            return None
        family, here = table["dist"], _below(path, "dist")
        allowed = ", ".join(WITHIN[self.domain])
        if not isinstance(family, str):
            self.wrong(
                here, f"found {_shown(family)}; the name of a distribution is needed: {allowed}"
            )
            return None
        if family not in FAMILIES:
            near = difflib.get_close_matches(_cut(family).casefold(), FAMILIES, n=1)
            ask = f'; did you mean "{near[0]}"?' if near else ""
            self.wrong(here, f'unknown distribution "{_cut(family)}"{ask}; allowed: {allowed}')
            return None
        if family not in WITHIN[self.domain]:
            self.wrong(here, self.too_far(family))
        return family

    def too_far(self, family: str) -> str:
        beyond = {"chance": "leaves 0 to 1", "positive": "falls below 0"}[self.domain]
        whose = {"chance": "a chance", "positive": "a positive number"}[self.domain]
        return f"a {family} {beyond}; {whose} allows: {', '.join(WITHIN[self.domain])}"

    def complete(self, form: Form, present: list[str], has_unknown: bool, path: str) -> bool:
        """Whether the form has its keys; a misspelt one is its own problem, not also missing."""
        missing = [key for key in form.keys if key not in present]
        if form is QUANTILES and len(present) != 2:
            if len(present) > 2 or not has_unknown:
                found = ", ".join(present)
                self.wrong(path, f"two quantiles are needed, such as p10 and p90; found {found}")
            return False
        if missing and not has_unknown:
            for key in missing:
                self.wrong(_below(path, key), f"missing; this form is {form}")
        return not missing

    def simple(
        self,
        table: Mapping[Any, object],
        present: list[str],
        form: Form | None,
        family: str | None,
        has_unknown: bool,
        is_point: bool,
        path: str,
    ) -> _Meaning | None:
        """A form of numbers only."""
        before = len(self.problems)
        readable = [key for key in present if key not in (*NONE.keys, "mixture")]
        found = self.parameters(table, readable, path)
        if form is None:
            if present:
                self.wrong(
                    path, f"{', '.join(present)} do not belong together; {_several(present)}"
                )
            elif not has_unknown:
                self.wrong(path, _no_value(family))
            return None
        if not self.complete(form, present, has_unknown, path):
            return None
        if "dist" in table and family is None:
            return None
        chosen = self.chosen_family(form, family, path)
        if chosen is None:
            return None
        if found is None or not self.strictly_inside(found, chosen, path):
            return None
        if len(self.problems) > before:
            return None
        try:
            meaning = FITS[form.name](chosen, found)
            if form in (RATE, SHARE) and isinstance(meaning.distribution, Point) and not is_point:
                raise _Refused("prior", "raw counts of none, or of all, are no certainty; " + RAW)
            return meaning
        except _Refused as refused:
            where, message = refused.args
            self.wrong(_below(path, where), message)
        except FitError as error:
            self.wrong(path, str(error))
        return None

    def chosen_family(self, form: Form, named: str | None, path: str) -> str | None:
        """The family of a form: the one named by ``dist``, or the default of the domain."""
        here = _below(path, "dist")
        if named is not None and named not in form.families:
            allowed = ", ".join(form.families)
            self.wrong(here, f"{named} does not go with {form}; allowed: {allowed}")
            return None
        if named is not None:
            return named
        if form.needs_dist:
            self.wrong(here, _write_dist(form))
            return None
        default = form.default.get(self.domain, form.families[0])
        if default not in WITHIN[self.domain]:
            hint = "; for a chance write {successes, trials}" if form is RATE else ""
            self.wrong(path, self.too_far(default) + hint)
            return None
        return default

    def strictly_inside(self, found: dict[str, float], family: str, path: str) -> bool:
        """Quantiles, means and medians lie where the family has its density, ends excluded."""
        low = -math.inf if family == "normal" else 0.0
        high = 1.0 if family in ("beta", "logit-normal") else math.inf
        fine = True
        for key, number in found.items():
            inner = key in ("mean", "median", "estimate") or is_quantile(key)
            if (inner or key.startswith("ci95.")) and not low < number < high:
                ends = "above 0" if high == math.inf else "strictly between 0 and 1"
                message = f"found {numeral(number)}; a {family} lies {ends}"
                if number == self.neutral:
                    message += "; for a chance of nothing write {none, else}"
                self.wrong(_below(path, key), message)
                fine = False
        return fine

    # ---- mixtures

    def none(self, table: Mapping[Any, object], path: str, depth: int) -> _Meaning | None:
        chance = None
        if "none" in table:
            chance = self.parameter("none", table["none"], _below(path, "none"))
        rest = self.part(table, "else", path, depth)
        if self.neutral is None:
            self.wrong(path, "there is no neutral value here for none to mean; write {mixture}")
            return None
        if chance is None or rest is None:
            return None
        nothing = _Meaning(Nothing(self.neutral))
        return _mixed((chance, 1 - chance), (nothing, rest))

    def mixture(self, table: Mapping[Any, object], path: str, depth: int) -> _Meaning | None:
        components, here = table["mixture"], _below(path, "mixture")
        if not isinstance(components, list | tuple) or not components:
            wanted = "a list of { weight = …, value = … } is needed"
            self.wrong(here, f"found {_shown(components)}; {wanted}")
            return None
        if len(components) > LONGEST:
            self.wrong(here, f"found {len(components)} components; at most {LONGEST} are allowed")
            return None
        before = len(self.problems)
        weights: list[float | None] = []
        parts: list[_Meaning | None] = []
        for index, component in enumerate(components):
            place = f"{here}.{index}"
            if not isinstance(component, Mapping):
                self.wrong(
                    place, f"found {_shown(component)}; {{ weight = …, value = … }} is needed"
                )
                continue
            for key in component:
                if key not in ("weight", "value"):
                    self.wrong(_below(place, key), _unknown(key, None, ("weight", "value")))
            weight = component.get("weight")
            if "weight" in component:
                weights.append(self.parameter("weight", weight, f"{place}.weight"))
            else:
                self.wrong(f"{place}.weight", "missing; this form is { weight = …, value = … }")
            if "value" in component:
                parts.append(self.part(component, "value", place, depth))
            else:
                self.wrong(f"{place}.value", "missing; this form is { weight = …, value = … }")
        known = [weight for weight in weights if weight is not None]
        if len(known) == len(components) and abs(math.fsum(known) - 1) > 1e-9:
            self.wrong(here, f"the weights sum to {math.fsum(known):.10g}; they must sum to 1")
        if len(self.problems) > before:
            return None
        return _mixed(tuple(known), tuple(part for part in parts if part is not None))

    def part(self, table: Mapping[Any, object], key: str, path: str, depth: int) -> _Meaning | None:
        """One component of a mixture, itself of any form."""
        if key not in table:
            return None
        here = _below(path, key)
        if depth >= DEEPEST:
            self.wrong(here, f"mixtures inside mixtures, more than {DEEPEST} deep")
            return None
        return self.read(table[key], here, depth + 1)


# ---- what each form means


def _fit_quantiles(family: str, found: dict[str, float]) -> _Meaning:
    first, second = sorted(found, key=quantile_chance)
    q1, q2 = quantile_chance(first), quantile_chance(second)
    if q1 == q2:
        raise _Refused(second, f"is the same quantile as {first}; two different ones are needed")
    if found[first] >= found[second]:
        raise _Refused(
            second,
            f"found {numeral(found[second])}; above {first} = {numeral(found[first])} is needed",
        )
    return _converted(from_quantiles(family, (q1, found[first]), (q2, found[second])), found)


def _fit_range(family: str, found: dict[str, float]) -> _Meaning:
    low, high = found["min"], found["max"]
    mode = found.get("mode", low)
    if low >= high:
        raise _Refused("max", f"found {numeral(high)}; above min = {numeral(low)} is needed")
    if not low <= mode <= high:
        raise _Refused(
            "mode", f"found {numeral(mode)}; between {numeral(low)} and {numeral(high)} is needed"
        )
    if family == "uniform":
        return _Meaning(settled(lambda: Uniform(low, high)))
    of_family = Pert if family == "pert" else Triangular
    return _converted(settled(lambda: of_family(low, mode, high)), found)


def _fit_moments(family: str, found: dict[str, float]) -> _Meaning:
    try:
        distribution = from_moments(family, found["mean"], found["sd"])
    except FitError as error:
        raise _Refused("sd", f"found {numeral(found['sd'])}; {error}") from error
    return _converted(distribution, found) if family != "normal" else _Meaning(distribution)


def _fit_interval(family: str, found: dict[str, float]) -> _Meaning:
    low, high = found["ci95.0"], found["ci95.1"]
    if low >= high:
        raise _Refused("ci95.1", f"found {numeral(high)}; above {numeral(low)} is needed")
    written = {f"95 % interval {numeral(low)} to": high}
    if "estimate" not in found:
        return _converted(from_quantiles(family, (0.025, low), (0.975, high)), written)
    estimate = found["estimate"]
    if not low < estimate < high:
        raise _Refused(
            "estimate",
            f"found {numeral(estimate)}; inside {numeral(low)} to {numeral(high)} is needed",
        )
    if family not in SCALES:
        raise _Refused("estimate", f"a {family} is fitted to the interval alone; leave it out")
    distribution = from_interval(family, low, high, estimate)
    meaning = _converted(distribution, written | {"estimate": estimate})
    scale, _ = SCALES[family]
    off = scale(estimate) - (scale(low) + scale(high)) / 2
    if abs(off) <= 0.02 * (scale(high) - scale(low)):  # no more than rounded figures show
        return meaning
    kept = _figures(*(distribution.quantile(q) for q in (0.025, 0.975)))
    first, last = (Number(text) for text in kept)
    remark = Message(
        "the interval written, {low} to {high}, is not symmetric about {middle}: its width is "
        "kept, and 95 % lies between {first} and {last}",
        low=Number(numeral(low)), high=Number(numeral(high)), first=first, last=last,
        middle=_on_its_scale(family, estimate),
    )  # fmt: skip
    return _Meaning(distribution, meaning.conversion, remark)


def _on_its_scale(family: str, estimate: float) -> Value:
    """An estimate, and the scale on which an interval should lie evenly around it."""
    middle = Number(numeral(estimate))
    if family == "lognormal":
        return Message("{middle} on the log scale", middle=middle)
    if family == "logit-normal":
        return Message("{middle} in log odds", middle=middle)
    return middle


def _fit_rate(family: str, found: dict[str, float]) -> _Meaning:
    events, exposure, prior = found["events"], found["exposure"], found.get("prior", 0.5)
    if events + prior == 0:
        return _Meaning(Point(0.0))
    return _converted(settled(lambda: Gamma(events + prior, exposure)), found | {"prior": prior})


def _fit_share(family: str, found: dict[str, float]) -> _Meaning:
    successes, trials, prior = found["successes"], found["trials"], found.get("prior", 0.5)
    if successes > trials:
        raise _Refused(
            "successes", f"found {numeral(successes)}; at most trials = {numeral(trials)} is needed"
        )
    a, b = successes + prior, trials - successes + prior
    if a == 0 or b == 0:
        return _Meaning(Point(successes / trials))
    return _converted(settled(lambda: Beta(a, b)), found | {"prior": prior})


def _fit_parameters(family: str, found: dict[str, float]) -> _Meaning:
    """A family with its own parameters."""
    if family == "lognormal" and "median" in found:
        return _Meaning(settled(lambda: Lognormal(math.log(found["median"]), found["sigma"])))
    if family == "logit-normal":
        log_odds, _ = SCALES[family]
        return _Meaning(settled(lambda: LogitNormal(log_odds(found["median"]), found["sigma"])))
    if family == "lognormal":
        return _Meaning(settled(lambda: Lognormal(found["log_mean"], found["log_sd"])))
    if family == "gamma":
        return _Meaning(settled(lambda: Gamma(found["shape"], found["rate"])))
    return _Meaning(settled(lambda: Beta(found["a"], found["b"])))


def _fit_certain(family: str, found: dict[str, float]) -> _Meaning:
    return _Meaning(Point(found["value"]))


FITS: dict[str, Callable[[str, dict[str, float]], _Meaning]] = {
    QUANTILES.name: _fit_quantiles,
    RANGE.name: _fit_range,
    UNIFORM.name: _fit_range,
    MOMENTS.name: _fit_moments,
    INTERVAL.name: _fit_interval,
    RATE.name: _fit_rate,
    SHARE.name: _fit_share,
    FIXED.name: _fit_certain,
    MEDIAN.name: _fit_parameters,
    LOGS.name: _fit_parameters,
    GAMMA.name: _fit_parameters,
    BETA.name: _fit_parameters,
}


def _mixed(weights: tuple[float, ...], parts: tuple[_Meaning, ...]) -> _Meaning:
    """Parts by weight. Weight 0 drops out; equal certain values are one."""
    kept = [(w, part) for w, part in zip(weights, parts, strict=True) if w > 0]
    total = math.fsum(w for w, _ in kept)
    distributions = tuple(part.distribution for _, part in kept)
    whole = distributions[0]
    certainties = {part.value for part in distributions if isinstance(part, Point)}
    alike = len(certainties) == 1 and all(isinstance(part, Point) for part in distributions)
    if len(kept) > 1 and not alike:
        whole = Mixture(tuple(w / total for w, _ in kept), distributions)
    return _Meaning(
        whole,
        "; ".join(part.conversion for _, part in kept if part.conversion),
        _both([part.remark for _, part in kept if part.remark]),
        tuple(source for part in parts for source in part.sources),
        tuple(tag for part in parts for tag in part.tags),
        tuple(note for part in parts for note in part.notes),
    )


def _both(remarks: list[Message]) -> Message | None:
    """The remarks one after the other."""
    if not remarks:
        return None
    said = remarks[0]
    for remark in remarks[1:]:
        said = Message("{line}; {remark}", line=said, remark=remark)
    return said


def _mean_alone(meaning: _Meaning) -> _Meaning:
    if isinstance(meaning.distribution, Point):
        return meaning
    mean = meaning.distribution.mean()
    return _Meaning(
        Point(mean),
        meaning.conversion,
        Message("the mean of {line}", line=in_words(meaning.distribution)),
        meaning.sources,
        meaning.tags,
        meaning.notes,
    )


# ---- choosing the form


def _nearest_form(present: list[str], family: str | None) -> Form | None:
    """The form that has all keys present, of the family named if there is one, fewest missing."""
    if not present:
        return None
    fitting = [form for form in FORMS if form.takes(present)]
    named = [form for form in fitting if family in form.families] or fitting
    # min and max alone are a PERT without its mode, unless the family says uniform.
    return min(
        named,
        key=lambda form: (len(set(form.keys) - set(present)), form.needs_dist and family is None),
        default=None,
    )


def _several(present: list[str]) -> str:
    forms = {str(form): None for key in present for form in FORMS if form.takes([key])}
    return "write one of " + ", ".join(forms)


def _no_value(family: str | None) -> str:
    forms = [
        form
        for form in FORMS
        if (family is None and not form.needs_dist) or family in form.families
    ]
    return "has no value; write a number or one of " + ", ".join(str(form) for form in forms)


def _write_dist(form: Form) -> str:
    families = " or ".join(f'dist = "{family}"' for family in form.families)
    if form is UNIFORM:
        return f"min and max alone do not say what lies between; add mode, or {families}"
    return f"missing; {form} needs {families}"


def _unknown(key: object, form: Form | None, allowed: tuple[str, ...] = ()) -> str:
    """'unknown key "p9O"; did you mean "p90"?'"""
    if not isinstance(key, str):
        return f"unknown key, found {_shown(key)}; keys are text"
    said = f'unknown key "{_cut(key)}"'
    if key in (*ENDS, "until"):
        return f"{said}; a value has no end: write until beside it, or by date, the last of them 0"
    known = allowed or (*KEYS, "p10", "p90")
    clean = key.translate(_LOOK_ALIKES)
    if not allowed and _NEARLY_QUANTILE.fullmatch(key) and is_quantile(clean):
        return f'{said}; did you mean "{clean}"?'
    near = difflib.get_close_matches(_cut(key).casefold(), known, n=1)
    if near:
        return f'{said}; did you mean "{near[0]}"?'
    if not allowed and form is not None:
        quantiles = ("p10", "p90") if form is QUANTILES else ()
        allowed = (*quantiles, *form.keys, *form.optional, "dist", "point", *ABOUT)
    return f"{said}; allowed: {', '.join(allowed or known)}"


# ---- words


def _below(path: str, key: object) -> str:
    name = _cut(key) if isinstance(key, str) else _shown(key)
    return f"{path}.{name}" if path and name else path or name


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _shown(value: object) -> str:
    """A wrong value, in a few words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{_cut(value)}"'
    if isinstance(value, int) and value.bit_length() > 64:
        return "a very large number"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time):
        return f"the date or time {value.isoformat()}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "a table"
    return "nothing" if value is None else f"a {type(value).__name__}"


def in_digits(x: float, digits: int = 3) -> str:
    """A number with so many significant digits, and none of its whole digits lost: 1.50, 1,058."""
    if x == 0:
        return "0"
    size = int(f"{x:.{digits - 1}e}".partition("e")[2])  # of the rounded number
    if not -6 <= size < 15:
        return f"{x:.{digits - 1}e}"
    return f"{x:,.{max(0, digits - 1 - size)}f}"


def numeral(x: float) -> str:
    """A number as it was typed; a computed one, with more digits than are typed, in four."""
    text = f"{x:,.10g}" if x == 0 or 1e-6 <= abs(x) < 1e10 else f"{x:.10g}"
    return text if float(text.replace(",", "")) == x else in_digits(x, 4)


def _figures(*values: float) -> list[str]:
    """Numbers with as few digits as tell them apart, at least three."""
    for digits in range(3, 17):
        texts = [in_digits(value, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts


def in_words(distribution: Distribution) -> Message:
    """A distribution in one line of plain words."""
    if isinstance(distribution, Nothing):
        return Message("certain: nothing ({value})", value=Number(numeral(distribution.value)))
    if isinstance(distribution, Point):
        return Message("certain: {value}", value=Number(numeral(distribution.value)))
    if isinstance(distribution, Mixture):
        parts = list(zip(distribution.weights, distribution.parts, strict=True))
        if isinstance(distribution.parts[0], Nothing) and len(parts) == 2:
            return Message("nothing with chance {chance}, else {rest}",
                        chance=_percent(parts[0][0]), rest=_part(parts[1][1]))  # fmt: skip
        lines = [
            Message("with chance {chance}: {value}", chance=_percent(weight), value=_part(part))
            for weight, part in parts
        ]
        return _both(lines) or lines[0]
    low, median, high = _figures(*(distribution.quantile(q) for q in (0.1, 0.5, 0.9)))
    return Message(
        "{family}, median {median}, 80 % between {low} and {high}",
        family=FAMILY_NAMES.get(distribution.name, distribution.name),
        median=Number(median), low=Number(low), high=Number(high),
    )  # fmt: skip


FAMILY_NAMES: dict[str, Value] = {
    "normal": Message("normal"),
    "lognormal": Message("lognormal"),
    "logit-normal": Message("logit-normal"),
    "gamma": Message("gamma"),
    "beta": Message("beta"),
    "uniform": Message("uniform"),
    "triangular": Message("triangular"),
    "PERT": Message("PERT"),
}


def _part(part: Distribution) -> Value:
    """A part of a mixture: a number alone, where it is certain."""
    if isinstance(part, Nothing):
        return Message("nothing ({value})", value=Number(numeral(part.value)))
    return Number(numeral(part.value)) if isinstance(part, Point) else in_words(part)


def _percent(share: float) -> Message:
    return Message("{number} %", number=Number(f"{100 * share:.4g}"))


def _converted(distribution: Distribution, written: dict[str, float]) -> _Meaning:
    """The meaning of a form that had to be converted, with the conversion in words."""
    from_what = ", ".join(f"{key} {numeral(number)}" for key, number in written.items())
    mean = in_digits(distribution.mean(), 4)
    return _Meaning(distribution, f"{from_what}: {_parameters(distribution)}, mean {mean}")


def _parameters(distribution: Distribution) -> str:
    """A family with its parameters, under the names that ``dist`` takes."""
    one = in_digits
    match distribution:
        case Normal(centre, spread):
            return f"normal with mean {one(centre, 4)} and sd {one(spread, 4)}"
        case Lognormal(_, spread) | LogitNormal(_, spread):
            median = one(distribution.quantile(0.5), 4)
            return f"{distribution.name} with median {median} and sigma {one(spread, 4)}"
        case Gamma(shape, rate):
            return f"gamma with shape {numeral(shape)} and rate {numeral(rate)}"
        case Beta(a, b):
            return f"beta with a {numeral(a)} and b {numeral(b)}"
    return distribution.name


# ---- for editors


def quantity_json_schema(
    domain: Domain, *, zero_allowed: bool = True, here: str | None = None
) -> dict[str, Any]:
    """A JSON Schema fragment (draft 2020-12) for editors: a number, or any of the forms.

    It completes keys and finds misspelt ones; `read_quantity` judges the numbers together.
    ``here`` is where the caller puts the fragment ("#/$defs/chance"), which mixtures then refer
    to; without it they repeat all the forms once, and pass what lies deeper.
    """
    if here is not None:
        return _any_form(domain, zero_allowed, {"$ref": here})
    inner = _any_form(domain, zero_allowed, {"type": ["number", "object"]})
    return _any_form(domain, zero_allowed, inner)


def _any_form(domain: Domain, zero_allowed: bool, inner: dict[str, Any]) -> dict[str, Any]:
    number = _number_schema(domain, zero_allowed)
    forms = [
        _form_schema(form, domain, number, inner)
        for form in FORMS
        if not form.families or set(form.families) & set(WITHIN[domain])
    ]
    return {"anyOf": [number | {"description": "a certain value"}, *forms]}


def _number_schema(domain: Domain, zero_allowed: bool) -> dict[str, Any]:
    if domain == "chance":
        return {"type": "number", "minimum": 0, "maximum": 1}
    if domain == "positive":
        return {"type": "number", "minimum" if zero_allowed else "exclusiveMinimum": 0}
    return {"type": "number"}


def _form_schema(
    form: Form, domain: Domain, number: dict[str, Any], inner: dict[str, Any]
) -> dict[str, Any]:
    properties = {
        key: _key_schema(key, number, inner) | {"description": KEYS[key]}
        for key in (*form.keys, *form.optional, "point", *ABOUT)
    }
    families = [family for family in form.families if family in WITHIN[domain]]
    if families:
        properties["dist"] = {"enum": families, "description": KEYS["dist"]}
    schema: dict[str, Any] = {
        "type": "object",
        "description": form.name,
        "properties": properties,
        "required": [*form.keys, *(["dist"] if form.needs_dist else [])],
        "additionalProperties": False,
    }
    if form is QUANTILES:
        for key in COMMON_QUANTILES:
            percent = f"{100 * quantile_chance(key):g}"
            properties[key] = number | {"description": f"below this with chance {percent} %"}
        schema["patternProperties"] = {"^p[0-9]+([._][0-9]+)?$": number}
        schema["minProperties"] = 2
        # Not every key is another than a quantile: there is one at least.
        schema["not"] = {"propertyNames": {"not": {"pattern": "^p[0-9]"}}}
    return schema


def _key_schema(key: str, number: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
    if key in SINGLE:
        return number
    if key in ABOVE_ZERO:
        return {"type": "number", "exclusiveMinimum": 0}
    if key in NOT_NEGATIVE:
        return {"type": "number", "minimum": 0}
    chance = {"type": "number", "minimum": 0, "maximum": 1}
    component = {
        "type": "object",
        "properties": {"weight": chance, "value": inner},
        "required": ["weight", "value"],
        "additionalProperties": False,
    }
    others: dict[str, dict[str, Any]] = {
        "log_mean": {"type": "number"},
        "none": chance,
        "else": inner,
        "ci95": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
        "mixture": {"type": "array", "items": component, "minItems": 1, "maxItems": LONGEST},
        "point": {"type": "boolean"},
        "source": TEXT_SCHEMA,
        "note": TEXT_SCHEMA,
        "tag": {"enum": [*TAGS, *TAGS.values()]},
    }
    return others[key]
