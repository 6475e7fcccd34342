"""The forms in which an uncertain value may be written, and the families that each may mean.

The family follows the domain of the parameter: a chance (0 to 1) is logit-normal, or beta where
mean and sd are given; a positive number is lognormal; a free one is normal. ``dist`` names another.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simlab.study.quantity import fits
from simlab.study.quantity.keys import Domain, is_quantile, meant_quantile

DEEPEST = 4  # mixtures inside mixtures
LONGEST = 100  # components of a mixture

BY_DOMAIN = {"chance": "logit-normal", "positive": "lognormal", "free": "normal"}
ON_A_SCALE = ("normal", "lognormal", "logit-normal")
FITTED = (*ON_A_SCALE, "gamma", "beta")
FAMILIES = (*FITTED, "uniform", "pert", "triangular", "point")
WITHIN: dict[Domain, tuple[str, ...]] = {
    "chance": ("logit-normal", "beta", "uniform", "pert", "triangular", "point"),
    "positive": tuple(family for family in FAMILIES if family != "normal"),
    "free": FAMILIES,
}
"""The families that stay inside a domain (the last four where their ends do)."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing an uncertain value: its keys, the families it may mean, and its fit.

    ``keys`` are none where any two quantiles are the keys; ``fit`` is None where parts are mixed.
    ``families`` start with the default where ``default`` names none for the domain.
    """

    name: str
    keys: tuple[str, ...]
    families: tuple[str, ...] = ()
    fit: fits.Fit | None = None
    optional: tuple[str, ...] = ()
    needs_dist: bool = False
    default: Mapping[str, str] = field(default_factory=dict)

    def takes(self, present: Iterable[str]) -> bool:
        """Whether every key in ``present`` belongs to this form."""
        own = (*self.keys, *self.optional)
        return all(key in own or (not self.keys and is_quantile(key)) for key in present)

    def __str__(self) -> str:
        return "{" + ", ".join(self.keys or ("p10", "p90")) + "}"


QUANTILES = Form("two quantiles", (), FITTED, fits.quantiles, default=BY_DOMAIN)
RANGE = Form("PERT", ("min", "mode", "max"), ("pert", "triangular"), fits.span)
UNIFORM = Form("uniform", ("min", "max"), ("uniform",), fits.span, needs_dist=True)
MOMENTS = Form(
    "mean and standard deviation",
    ("mean", "sd"),
    ("normal", "lognormal", "gamma", "beta"),
    fits.moments,
    default=BY_DOMAIN | {"chance": "beta"},
)
INTERVAL = Form("95 % interval", ("ci95",), FITTED, fits.interval, ("estimate",), default=BY_DOMAIN)
RATE = Form("a rate from counts", ("events", "exposure"), ("gamma",), fits.rate, ("prior",))
SHARE = Form("a chance from counts", ("successes", "trials"), ("beta",), fits.share, ("prior",))
FIXED = Form("certain", ("value",), ("point",), fits.certain)
MEDIAN = Form("median and sigma", ("median", "sigma"), ON_A_SCALE[1:], fits.median, needs_dist=True)
LOGS = Form("lognormal", ("log_mean", "log_sd"), ("lognormal",), fits.logs, needs_dist=True)
GAMMA = Form("gamma", ("shape", "rate"), ("gamma",), fits.gamma, needs_dist=True)
BETA = Form("beta", ("a", "b"), ("beta",), fits.beta, needs_dist=True)
NONE = Form("nothing with a chance", ("none", "else"))
MIXTURE = Form("mixture", ("mixture",))

EVIDENCE = (QUANTILES, RANGE, MOMENTS, INTERVAL, RATE, SHARE, FIXED)
PARAMETERS = (UNIFORM, MEDIAN, LOGS, GAMMA, BETA)  # of the family that ``dist`` names
FORMS = (*EVIDENCE, *PARAMETERS, NONE, MIXTURE)
OF_OTHERS_TOO = {"prior", "shape", "rate", "a", "b"}  # keys that other tables may use
TELLING = {key for form in FORMS for key in (*form.keys, *form.optional)} - OF_OTHERS_TOO
TELLING |= {"dist", "low", "high"}


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
    return any(isinstance(key, str) and (key in TELLING or meant_quantile(key)) for key in value)


def nearest_form(present: list[str], family: str | None) -> Form | None:
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
