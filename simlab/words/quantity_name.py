"""What a figure of a study is called: a phrase for its key path.

    plan.effect.other_groups.hazard_ratio  →  how strong the effect is: Sick-listed
    chance_per_month.activity_ready.job    →  chance per month: Cash benefit, activity-ready →
                                              Ordinary job

``labels`` are the study's own (key path of a part → label by language). A part without a label is
called by its name, since a study's names are text and no message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from simlab.study.key_path import LISTS_WITH_NAMES, dotted, keys_of_path
from simlab.study.moves import TABLES
from simlab.words.words import Words

Labels = Mapping[str, Mapping[str, str]]
Rest = list[Any]  # keys: text, but for an entry of a list without a name its position

_DATE = re.compile(r"\d{4}(-\d\d)*$")
_BAND = re.compile(r"\d+(-\d+|\+)?$")
EVIDENCE = {*TABLES, "share_within"}


def quantity_name(path: str, labels: Labels, words: Words) -> str:
    """The phrase for a figure; where none is known, its key path in plain letters."""
    return _Named(labels, words).phrase(path)


def quantities_name(paths: list[str], labels: Labels, words: Words) -> str:
    """The phrase for several figures that vary together."""
    names = [quantity_name(path, labels, words) for path in paths]
    if len(names) == 1:
        return names[0]
    return words.plural(
        "{first} (and {n} that follows it)",
        "{first} (and {n} that follow it)",
        len(names) - 1,
        first=names[0],
    )


def people_name(group: str, labels: Labels, words: Words) -> str:
    """A group of a study's people by its label, or that of the state that it starts in."""
    return _Named(labels, words).people(group)


class _Named:
    """The names of one study in one language."""

    def __init__(self, labels: Labels, words: Words):
        self.labels, self.words = labels, words

    def of(self, kind: str, name: str | int) -> str:
        """A part by its label, or its name; a group of states begins as within a sentence."""
        label = self.labels.get(dotted(*kind.split("."), name))
        if label is not None:
            return self.words.text(label)
        group = self.labels.get(dotted("groups", name)) if kind == "states" else None
        if group is not None:
            text = self.words.text(group)
            return text[:1].lower() + text[1:] if text[1:2].islower() else text
        return self.words("any state") if (kind, name) == ("states", "*") else _plain(str(name))

    def move(self, move: str) -> str:
        """A pattern of moves: states and groups, "any state" for a star."""
        if " -> " not in move:
            return self.of("states", move)
        origin, to = move.split(" -> ", 1)
        return f"{self.of('states', origin)} → {self.of('states', to)}"

    def phrase(self, path: str) -> str:
        head, *rest = _split(path)
        known: dict[str, Callable[[Rest], str]] = {
            "plan": self._plan,
            "citizens": self._citizens,
            "segments": self._segment,
            "payments": self._payment,
            "taxes": self._tax,
            "reimbursement": self._reimbursement,
            "business_cycle": self._cycle,
            "trend_per_year": self._trend,
            "shares": self._share,
            "hours_per_month": self._hours,
            "one_off": self._one_off,
            "outcomes": self._outcome,
            "perspectives": self._perspective,
            "index": self._index,
            "budget": self._budget,
            "discount_per_year": lambda _: self.words("discount rate"),
        }
        if head in known and (rest or head == "discount_per_year"):
            return known[head](rest)
        if len(rest) >= 2 and head in EVIDENCE:
            return self._chance(head, rest)
        return _plain(path)

    def _chance(self, head: str, rest: Rest) -> str:
        words = self.words
        move = f"{self.of('states', rest[0])} → {self.of('states', rest[1])}"
        phrases = {
            "chance_per_week": words("chance per week: {move}", move=move),
            "chance_per_month": words("chance per month: {move}", move=move),
            "chance_per_year": words("chance per year: {move}", move=move),
            "rate_per_week": words("rate per week: {move}", move=move),
            "rate_per_month": words("rate per month: {move}", move=move),
            "rate_per_year": words("rate per year: {move}", move=move),
        }
        kinds = {
            "count": words("counted moves: {move}", move=move),
            "mean": words("mean time until: {move}", move=move),
            "median": words("time until half have moved: {move}", move=move),
            "share": words("share who have moved in time: {move}", move=move),
        }
        phrase = phrases.get(head) or kinds[head.partition("_")[0]]
        return phrase + self._time(rest[2:])

    def _share(self, rest: Rest) -> str:
        words, what = self.words, self.of("shares", rest[0])
        return {
            "without_plan": words("share without the plan: {what}", what=what),
            "with_plan": words("share with the plan: {what}", what=what),
            "risk_ratio": words("how many times as many with the plan: {what}", what=what),
            "percentage_points": words("how many points more with the plan: {what}", what=what),
        }.get(str(rest[-1]), what)

    def _time(self, rest: Rest) -> str:
        """The band or date of a figure that has several."""
        words = self.words
        bands = ""
        for part in rest:
            if _DATE.match(part):
                continue  # the date from which it holds tells a reader little
            if part.endswith("+"):
                bands += " " + words("(from month {n} there)", n=part[:-1])
            elif _BAND.match(part):
                bands += " " + words("(months {n} there)", n=part.replace("-", "–"))
        return bands

    def people(self, group: str) -> str:
        own, state = (dotted(kind, group) for kind in ("citizens", "states"))
        unnamed = own not in self.labels and state in self.labels
        return self.of("states" if unnamed else "citizens", group)

    def _citizens(self, rest: Rest) -> str:
        words, who = self.words, self.people(rest[0])
        what = rest[1] if len(rest) > 1 else ""
        if what == "number":
            return words("number at the start: {who}", who=who)
        if what == "arrivals_trend_per_year":
            return words("trend in arrivals: {who}", who=who)
        if what.startswith("arrivals_per_"):
            return words("arrivals: {who}", who=who)
        return f"{who}: {_plain(' '.join(rest[1:]))}"

    def _segment(self, rest: Rest) -> str:
        who = self.of("segments", rest[0])
        if len(rest) > 2 and rest[1] == "hazard_ratio":
            return self.words(
                "{who} compared with others: {move}", who=who, move=self.move(rest[2])
            )
        return f"{who}: {_plain(' '.join(rest[1:]))}"

    def _payment(self, rest: Rest) -> str:
        words, what = self.words, self.of("payments", rest[0])
        if rest[1:2] == ["amount"] and len(rest) > 2:
            state = self.of("states", rest[2])
            if state.lower() == what.lower():
                return words("amount: {what}", what=what)
            return words("amount: {what} ({state})", what=what, state=state)
        if rest[1:2] == ["share"]:
            return words("share that gets it: {what}", what=what)
        return f"{what}: {_plain(' '.join(rest[1:]))}"

    def _tax(self, rest: Rest) -> str:
        words, what = self.words, self.of("taxes", rest[0])
        if rest[1:2] == ["rate"]:
            return words("rate: {what}", what=what)
        if rest[1:2] == ["equalised"]:
            return words("equalisation of the municipality's tax")
        if rest[1:2] == ["average_rate"]:
            return words("average rate of all municipalities: {what}", what=what)
        return f"{what}: {_plain(' '.join(rest[1:]))}"

    def _reimbursement(self, rest: Rest) -> str:
        words = self.words
        if rest[0] == "ladder":
            return words("reimbursement from the state")
        what = self.of("reimbursement", rest[0]).removeprefix("of ")
        return words("reimbursement: {what}", what=what)

    def _index(self, rest: Rest) -> str:
        what = self.of("index", rest[0])
        if rest[1:] == ["grows_per_year"]:
            return self.words("rise a year after the known years: {what}", what=what)
        return self.words("index: {what}, {year}", what=what, year=" ".join(map(str, rest[1:])))

    def _budget(self, rest: Rest) -> str:
        words = self.words
        if rest[0] == "saving" and len(rest) > 1:
            return words("saving in the budget, {year}", year=rest[1])
        if rest[0] == "lines" and rest[2:3] == ["cost_per_post"]:
            label = self.labels.get(dotted("budget", "lines", rest[1]))
            what = self.of("plan.cost", rest[1]) if label is None else words.text(label)
            return words("cost of a full-time post: {what}", what=what)
        return _plain(dotted("budget", *rest))

    def _outcome(self, rest: Rest) -> str:
        words, what = self.words, self.of("outcomes", rest[0])
        if rest[1:2] == ["discount_per_year"]:
            return words("discount rate: {who}", who=what) + self._years(rest[2:])
        where = self.move(rest[2]) if len(rest) > 2 else ""
        return words("outcome: {what} ({where})", what=what, where=where)

    def _perspective(self, rest: Rest) -> str:
        who = self.of("perspectives", rest[0])
        return self.words("discount rate: {who}", who=who) + self._years(rest[2:])

    def _years(self, rest: Rest) -> str:
        """The years, counted from the start, that a rate is for."""
        words = self.words
        for part in rest:
            if _DATE.match(part):
                continue
            if part.endswith("+"):
                return " " + words("(from year {n})", n=part[:-1])
            if _BAND.match(part):
                return " " + words("(years {n})", n=part.replace("-", "–"))
        return ""

    def _cycle(self, rest: Rest) -> str:
        words = self.words
        if rest[0] == "loading" and len(rest) > 1:
            return words("what the business cycle does to: {move}", move=self.move(rest[1]))
        if rest[0].startswith("half_life"):
            return words("how long booms and slumps last")
        if rest[0] == "sd":
            return words("how strong booms and slumps are")
        return words("business cycle: {what}", what=_plain(" ".join(rest)))

    def _trend(self, rest: Rest) -> str:
        return self.words("trend per year: {move}", move=self.move(rest[0]))

    def _hours(self, rest: Rest) -> str:
        return self.words("hours a month: {state}", state=self.of("states", rest[0]))

    def _one_off(self, rest: Rest) -> str:
        return self.words("one-off amount: {what}", what=self.of("one_off", rest[0]))

    def _plan(self, rest: Rest) -> str:
        words = self.words
        kind, below = rest[0], rest[1:]
        known: dict[str, Callable[[Rest], str]] = {
            "effect": self._effect,
            "cost": self._cost,
            "enrolment": self._enrolment,
            "caseload": self._caseload,
            "cost_per_citizen": self._cost_per_citizen,
            "amount": self._amount,
        }
        if kind in known and below:
            return known[kind](below)
        if kind == "displacement" and below:
            return {
                "share": words("how many of the extra jobs others lose"),
                "local_share": words("how much of the displacement is in the municipality"),
            }.get(below[0], words("displacement: {what}", what=_plain(" ".join(below))))
        if len(below) >= 2 and kind in EVIDENCE:
            return words("with the plan, {figure}", figure=self._chance(kind, below))
        return words("the plan: {what}", what=_plain(" ".join(map(str, rest))))

    def _effect(self, rest: Rest) -> str:
        words, what = self.words, self.of("plan.effect", rest[0])
        if isinstance(rest[0], int) and dotted("plan", "effect", rest[0]) not in self.labels:
            what = words("effect no. {n}", n=words.number(rest[0] + 1))
        kind = rest[1] if len(rest) > 1 else ""
        return {
            "ramp_months": words("months to full effect: {what}", what=what),
            "delay_months": words("months before the effect begins: {what}", what=what),
            "fades": words("how long the effect lasts afterwards: {what}", what=what),
            "coverage": words("share that is reached: {what}", what=what),
            "places": words("places: {what}", what=what),
            "cost_per_treated_per_month": words("cost per person treated: {what}", what=what),
        }.get(kind, words("how strong the effect is: {what}", what=what))

    def _cost(self, rest: Rest) -> str:
        if rest[0] == "overrun":
            return self.words("how much dearer the plan becomes than budgeted")
        what = self.of("plan.cost", rest[0])
        if len(rest) > 1 and _DATE.match(rest[1]):
            what = f"{what}, {rest[1]}"
        return self.words("cost of the plan: {what}", what=what)

    def _cost_per_citizen(self, rest: Rest) -> str:
        what = self.of("plan.cost_per_citizen", rest[0])
        return self.words("cost of the plan: {what}", what=what)

    def _amount(self, rest: Rest) -> str:
        what = self.of("plan.amount", rest[0])
        return self.words("change in amounts: {what}", what=what)

    def _enrolment(self, rest: Rest) -> str:
        words = self.words
        known = {
            "places": words("places in the programme"),
            "intake_per_month": words("how many the programme takes in a month"),
            "months_in_programme": words("months in the programme"),
            "dropout_per_month": words("how many drop out of the programme"),
            "cost_per_enrolled_per_month": words("cost per participant a month"),
        }
        return known.get(rest[0], words("the programme: {what}", what=_plain(" ".join(rest))))

    def _caseload(self, rest: Rest) -> str:
        words = self.words
        known = {
            "workers": words("caseworkers today"),
            "extra_workers": words("extra caseworkers"),
            "cost_per_worker_per_year": words("cost per caseworker a year"),
            "vacancy_months": words("months before new posts are filled"),
        }
        return known.get(rest[0], words("caseload: {what}", what=_plain(" ".join(rest))))


def _split(path: str) -> Rest:
    """The keys of a path; a year is text, as all keys of tables are."""
    keys = keys_of_path(path)
    return [key if keys[:k] in LISTS_WITH_NAMES else str(key) for k, key in enumerate(keys)]


def _plain(name: str) -> str:
    """A key in plain letters; what is left of a path has its dates taken away."""
    kept = [part for part in re.split(r"[. ]", name) if not _DATE.match(part)]
    return " ".join(kept).replace("_", " ")
