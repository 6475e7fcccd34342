"""From the numbers of a form to the distribution that they mean, by the fits of `families`.

½ is the Jeffreys prior of a chance, and very nearly that of a rate (``prior`` changes it). With an
``estimate``, the median is the estimate and the spread is the interval's width on the scale of the
family (log, log odds), which keeps the published point and the published precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from simlab.study import families
from simlab.study.families import SCALES, Distribution, FitError, Point, settled
from simlab.study.message import Message, Number, Text, Value
from simlab.study.quantity.keys import quantile_chance
from simlab.study.quantity.shown import apart, in_digits, mistake, numeral
from simlab.study.quantity.words import in_parameters, in_words, one_line, typed


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a table says; sources and tags of the components where the whole has none."""

    distribution: Distribution
    conversion: str = ""
    remark: Message | None = None
    sources: tuple[Text, ...] = ()
    tags: tuple[str | None, ...] = ()
    notes: tuple[Text, ...] = ()

    def at_mean(self) -> Meaning:
        """The mean alone, as if certain."""
        if isinstance(self.distribution, Point):
            return self
        remark = Message("the mean of {line}", line=in_words(self.distribution))
        return replace(self, distribution=Point(self.distribution.mean()), remark=remark)


def converted(distribution: Distribution, written: Mapping[str, float]) -> Meaning:
    """The meaning of a form that had to be converted, with the conversion in words."""
    from_what = ", ".join(f"{key} {numeral(number)}" for key, number in written.items())
    mean = in_digits(distribution.mean(), 4)
    return Meaning(distribution, f"{from_what}: {in_parameters(distribution)}, mean {mean}")


def mixed(weights: Sequence[float], parts: Sequence[Meaning]) -> Meaning:
    """Parts by weight. Weight 0 drops out; equal certain values are one."""
    some = [(w, part) for w, part in zip(weights, parts, strict=True) if w > 0]
    total = math.fsum(w for w, _ in some)
    distributions = tuple(part.distribution for _, part in some)
    whole, remarks = distributions[0], [part.remark for _, part in some if part.remark]
    values = {part.value for part in distributions if isinstance(part, Point)}
    is_certain = len(values) == 1 and all(isinstance(part, Point) for part in distributions)
    if len(some) > 1 and not is_certain:
        whole = families.Mixture(tuple(w / total for w, _ in some), distributions)
    return Meaning(
        whole,
        "; ".join(part.conversion for _, part in some if part.conversion),
        one_line(remarks) if remarks else None,
        tuple(source for part in parts for source in part.sources),
        tuple(tag for part in parts for tag in part.tags),
        tuple(note for part in parts for note in part.notes),
    )


Numbers = dict[str, float]
Fit = Callable[[str, Numbers], Meaning]


def _need(fits: bool, numbers: Numbers, key: str, wanted: str) -> None:
    if not fits:
        raise FitError(mistake(numbers[key], f"{wanted} is needed"), key)


def quantiles(family: str, numbers: Numbers) -> Meaning:
    first, second = sorted(numbers, key=quantile_chance)
    low, high = ((quantile_chance(key), numbers[key]) for key in (first, second))
    if low[0] == high[0]:
        raise FitError(f"is the same quantile as {first}; two different ones are needed", second)
    _need(low[1] < high[1], numbers, second, f"above {first} = {numeral(low[1])}")
    return converted(families.from_quantiles(family, low, high), numbers)


def span(family: str, numbers: Numbers) -> Meaning:
    low, high = numbers["min"], numbers["max"]
    mode = numbers.get("mode", low)
    _need(low < high, numbers, "max", f"above min = {numeral(low)}")
    _need(low <= mode <= high, numbers, "mode", f"between {numeral(low)} and {numeral(high)}")
    if family == "uniform":
        return Meaning(settled(families.Uniform, low, high))
    of_family = families.Pert if family == "pert" else families.Triangular
    return converted(settled(of_family, low, mode, high), numbers)


def moments(family: str, numbers: Numbers) -> Meaning:
    try:
        distribution = families.from_moments(family, numbers["mean"], numbers["sd"])
    except FitError as error:
        raise FitError(mistake(numbers["sd"], str(error)), "sd") from error
    return Meaning(distribution) if family == "normal" else converted(distribution, numbers)


def interval(family: str, numbers: Numbers) -> Meaning:
    low, high = numbers["ci95.0"], numbers["ci95.1"]
    _need(low < high, numbers, "ci95.1", f"above {numeral(low)}")
    written = {f"95 % interval {numeral(low)} to": high}
    if "estimate" not in numbers:
        return converted(families.from_quantiles(family, (0.025, low), (0.975, high)), written)
    estimate = numbers["estimate"]
    _need(low < estimate < high, numbers, "estimate", f"inside {numeral(low)} to {numeral(high)}")
    if family not in SCALES:
        raise FitError(f"a {family} is fitted to the interval alone; leave it out", "estimate")
    distribution = families.from_interval(family, low, high, estimate)
    meaning = converted(distribution, written | {"estimate": estimate})
    scale = SCALES[family].scale.place
    off = scale(estimate) - (scale(low) + scale(high)) / 2
    if abs(off) <= 0.02 * (scale(high) - scale(low)):  # no more than rounded figures show
        return meaning
    first, last = map(Number, apart(*(distribution.quantile(q) for q in (0.025, 0.975))))
    named = {"low": typed(low), "high": typed(high), "first": first, "last": last}
    remark = Message(
        "the interval written, {low} to {high}, is not symmetric about {middle}: its width is "
        "kept, and 95 % lies between {first} and {last}",
        middle=_on_its_scale(family, estimate),
        **named,
    )
    return replace(meaning, remark=remark)


def _on_its_scale(family: str, estimate: float) -> Value:
    """An estimate, and the scale on which an interval should lie evenly around it."""
    middle = typed(estimate)
    if family == "lognormal":
        return Message("{middle} on the log scale", middle=middle)
    if family == "logit-normal":
        return Message("{middle} in log odds", middle=middle)
    return middle


def rate(family: str, numbers: Numbers) -> Meaning:
    events, exposure, prior = numbers["events"], numbers["exposure"], numbers.get("prior", 0.5)
    if events + prior == 0:
        return Meaning(Point(0.0))
    return converted(settled(families.Gamma, events + prior, exposure), numbers | {"prior": prior})


def share(family: str, numbers: Numbers) -> Meaning:
    successes, trials, prior = numbers["successes"], numbers["trials"], numbers.get("prior", 0.5)
    _need(successes <= trials, numbers, "successes", f"at most trials = {numeral(trials)}")
    a, b = successes + prior, trials - successes + prior
    if a == 0 or b == 0:
        return Meaning(Point(successes / trials))
    return converted(settled(families.Beta, a, b), numbers | {"prior": prior})


def median(family: str, numbers: Numbers) -> Meaning:
    of_family = SCALES[family]
    return Meaning(settled(of_family, of_family.scale.place(numbers["median"]), numbers["sigma"]))


def of(make: Callable[..., Distribution], *keys: str) -> Fit:
    """The fit of a family whose own parameters are written."""
    return lambda _, numbers: Meaning(settled(make, *(numbers[key] for key in keys)))


certain = of(Point, "value")
logs = of(families.Lognormal, "log_mean", "log_sd")
gamma = of(families.Gamma, "shape", "rate")
beta = of(families.Beta, "a", "b")
