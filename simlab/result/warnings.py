"""What a reader of a study is warned of: what in it can turn the answer around unseen.

    for warning in study_warnings(study):
        warning.what, warning.paths, str(warning.message)

One list, made here from the study alone and told by every door: ``simlab check``, the screen and
page one of a run, a comparison, a batch. What only a run can find (too few draws, chances beyond
certainty) are its notes; see `summarise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import eq
from typing import Any

from simlab.engine.work import choose_engine, people_of
from simlab.finance.cash_flow import cash_flow
from simlab.finance.marginal import marginal_payments
from simlab.finance.prices import grown_after, held_after, priced
from simlab.model.caseload import planned_posts, posts
from simlab.model.cohorts import carried
from simlab.model.dated import planned
from simlab.model.effects import own_key
from simlab.model.enrolment import intake, places
from simlab.model.parameters import Values
from simlab.observe.trend import trends, without_chance
from simlab.result.in_use import unused
from simlab.study.errors import StudyError
from simlab.study.grammar import KINDS_OF_EFFECT
from simlab.study.key_path import dotted, keys_of_path
from simlab.study.labels import labels
from simlab.study.memo import once_a_study
from simlab.study.merging import SETTINGS
from simlab.study.message import Message, Money, Number, Plural, Text, Value, share_of, spelled
from simlab.study.placeholders import Placeholder, placeholders
from simlab.study.quantity import GUESSED, Quantity
from simlab.study.study import Study
from simlab.study.two_readings import two_readings
from simlab.study.variant import described

UNKNOWN = "placeholder"
CUT = 0.05  # of the people, who may be others than were written without a warning


@dataclass(frozen=True, slots=True)
class StudyWarning:
    """One warning: its kind, the key paths that it is about, and what is said of them."""

    what: str
    paths: tuple[str, ...]
    message: Message


Warned = Iterator[tuple[tuple[str, ...], Message]]  # the key paths, and what is said of them


def label_of(study: Study, state: str) -> Text:
    """What the study calls a state or a group of them."""
    label = study.label(state)
    return Text(label["en"], label.get("da"))


# ── the plan ──


def _for_ever(study: Study) -> Warned:
    """What a later layer made the same for ever, with the cost of the plan now and before."""
    for value in study.form.plan.replaced:
        if _ends(study, value.path):
            continue
        gaps: dict[str, Value] = {
            "path": value.path,
            "was": _written(value.was),
            "now": Money(_cost(study)),
        }
        try:
            before = Money(_cost(study.replace({value.path: value.was})))
        except StudyError:
            text = Message(
                "{path} has no end, where a layer below had {was}. The plan costs {now}.", **gaps
            )
        else:
            text = Message(
                "{path} has no end, where a layer below had {was}. The plan costs {now}, and would "
                "cost {before} with that.",
                before=before,
                **gaps,
            )
        yield (value.path,), text


def _ends(study: Study, path: str) -> bool:
    """Whether the part of the plan that a key path lies in ends by ``until``."""
    node: Any = study.form.plan
    for key in keys_of_path(path)[1:]:
        if getattr(node, "until", None) is not None:
            return True
        if isinstance(node, list):
            named = (part for number, part in enumerate(node) if key in (part.name, number))
            node = next(named, None)
        elif isinstance(node, dict):
            node = node.get(str(key))
        else:
            lines = getattr(node, "lines", {}) or {}
            node = getattr(node, str(key), None) or lines.get(str(key))
    return getattr(node, "until", None) is not None


def _written(was: Any) -> str:
    """A dated table in short: 2026 6, 2029 0."""
    if not isinstance(was, dict):
        return f"until {was}"
    sizes = ((key, of.get("value") if isinstance(of, dict) else of) for key, of in was.items())
    return "{ " + ", ".join(f"{key} = {'…' if of is None else of}" for key, of in sizes) + " }"


def _cost(study: Study) -> float:
    """What the plan costs, every figure at its mean, in the study's own perspective."""
    cash = cash_flow(without_chance(study, Quantity.mean))
    return float(cash.seen_by(study.perspective)[1].sum())


def _idle(study: Study) -> Warned:
    """Parts of the plan that its dates keep out of the horizon."""
    plan, values = study.form.plan, Values.at_means(study)
    sizes = {}
    if plan.caseload is not None:
        sizes[plan.caseload.extra_workers.path] = planned_posts(study, values)[1]
    if plan.enrolment is not None:
        if (wanted := plan.enrolment.intake_per_month) is not None:
            sizes[wanted.path] = intake(study, values)
        if (most := plan.enrolment.places) is not None:
            sizes[most.path] = places(study, values)
    for line in plan.cost.lines.values():
        if line.per_year is not None:
            sizes[line.per_year.path] = planned(study, values, line.per_year)
    for path, size in sizes.items():
        if not size.any():
            text = Message(
                "{path} is 0 throughout the horizon, so this part of the plan does nothing.",
                path=path,
            )
            yield (path,), text


def _vacancy(study: Study) -> Warned:
    """Posts that stand empty cost nothing until they are filled."""
    caseload = study.form.plan.caseload
    if caseload is None or caseload.vacancy_months is None:
        return
    values, price = Values.at_means(study), caseload.cost_per_worker_per_year
    months = caseload.vacancy_months.mean()
    if months == 0.0 or price is None:
        return
    path = caseload.vacancy_months.path
    each = priced(study, values, price, caseload.indexed) / study.timeline.steps_per_year
    opened, filled = planned_posts(study, values)[1], posts(study, values)[1]
    whole, paid = (float((number * each).sum()) for number in (opened, filled))
    if whole <= paid:
        return
    text = Message(
        "New posts stand empty for {months} months on average, unpaid and of no use: filled at "
        "once they would cost {whole}, and not {paid} ({path}).",
        months=Number(f"{months:.1f}"),
        whole=Money(whole),
        paid=Money(paid),
        path=path,
    )
    yield (path,), text


def _unproven(study: Study) -> Warned:
    """Effects that nobody has measured."""
    effects = study.form.plan.effect
    guessed = [n for n, effect in enumerate(effects) if effect.evidence == "unproven"]
    if not guessed:
        return
    names, paths = [], []
    for number in guessed:
        own, effect = own_key(study, number), effects[number]
        bare = Text(spelled(own.removeprefix("plan.effect.")))
        names.append(Message("“{name}”", name=effect.label or bare))
        figures = (getattr(effect, kind) for kind in KINDS_OF_EFFECT)
        paths.append(next((figure.path for figure in figures if figure is not None), own))
    text = Message(
        "Unproven: nobody has measured the effect of {named}; a sceptical assumption stands in its "
        "place.",
        named=tuple(names),
    )
    yield tuple(paths), text


# ── the people ──


def _scaled_arrivals(study: Study) -> Warned:
    """Arrivals that followed the number of people, since nothing else was said of them."""
    for name, group in study.form.citizens.items():
        factor = group.arrivals_scaled
        if factor is None or factor == 1.0:
            continue
        text = Message(
            "Arrivals of {group} were multiplied by {factor}: the number of people was changed "
            "above them, and nothing was said of arrivals. Whoever knows them states them in the "
            "same place.",
            group=group.label or name,
            factor=Number(f"{factor:.4g}"),
        )
        yield _arrivals_of(study, name), text


def _kept_arrivals(study: Study) -> Warned:
    """Arrivals that could not follow the number of people, since there was nobody."""
    for name, group in study.form.citizens.items():
        if not group.arrivals_kept:
            continue
        text = Message(
            "Arrivals of {group} stayed as they were: the number of people was 0, and was changed "
            "above them. Whoever knows them states them in the same place.",
            group=group.label or name,
        )
        yield _arrivals_of(study, name), text


def _arrivals_of(study: Study, group: str) -> tuple[str, ...]:
    path = dotted("citizens", group, "arrivals_per_")
    return tuple(p for p in study.quantities if p.startswith(path))


def _trend(study: Study) -> Warned:
    """Baselines that part from the trend that was stated."""
    for number, trend in enumerate(trends(study)):
        if trend.agrees:
            continue
        text = Message(
            "{states}: without the plan the number goes {implied} a year, where {stated} a year "
            "was stated: more than 3 points apart. What the baseline misses of the trend, the plan "
            "seems to do, or to fail to do.",
            states=tuple(label_of(study, state) for state in trend.stated.states),
            implied=share_of(trend.implied, 1, signed=True),
            stated=share_of(trend.stated.per_year, 1, signed=True),
        )
        yield (f"stated_trend.{number}",), text


def _cut(study: Study) -> Warned:
    """Fractions of people that an engine of whole people rounds to other people."""
    if not (groups := carried(study)) or (engine := choose_engine(study)) == "expected":
        return
    cut = 0.5 * sum(abs(group.written - group.whole) for group in groups)
    share = cut / people_of(study)
    if share < CUT:
        return
    text = Message(
        "The engine {engine} carries whole people, so {share} of the people are others than the "
        'study writes; engine = "expected" carries fractions of people.',
        engine=engine,
        share=share_of(share, 0),
    )
    numbers = [study.form.citizens[group.group].number for group in groups]
    paths = dict.fromkeys(number.path for number in numbers if number is not None)
    yield tuple(paths), text


# ── the figures ──


def _two_readings(study: Study) -> Warned:
    """Thousands that may have been typed with a dot, which a study reads as a decimal point."""
    tree = study.tree
    readings = [(tree.printed(at), tree.file_of(at), n) for at, n in two_readings(tree.tables)]
    if not readings:
        return
    read = tuple(
        Message(
            "{path} = {typed} is read as {read} (thousands: {thousands})",
            path=path if file == tree.main else f"{path} ({file})",
            typed=number.text,
            read=Number(f"{number:,.10g}"),
            thousands=number.thousands,
        )
        for path, file, number in readings
    )
    text = Message(
        "A dot is a decimal point in a study file: {figures}. If thousands are meant, part them by "
        "_; if not, write one decimal more or fewer.",
        figures=read,
    )
    yield tuple(path for path, _, _ in readings), text


def _left_out(study: Study) -> Warned:
    """What a variant does not have of the study that it was made of."""
    for reason in described(study.left_out):
        yield tuple(part.path for part in study.left_out), reason


KEEP_RATIOS = ("plan.later_months", "plan.scale", "plan.effect_years", "plan.cost", "plan.amount")


def found_anew(study: Study, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the key paths, changed in a plan, for which another ratio gives the share at a date
    that its effects name."""
    if not any(effect.share for effect in study.form.plan.effect):
        return ()
    others = (path for path in paths if path.startswith("plan.") and "cost" not in path)
    return tuple(path for path in others if not path.startswith(KEEP_RATIOS))


def _found_anew(study: Study) -> Warned:
    """What was set of a plan whose strength is found from a share at a date."""
    tree = study.tree
    asked = (tree.printed(place) for place, file in tree.files.items() if file == SETTINGS)
    paths = found_anew(study, asked)
    if paths:
        text = Message(
            "{paths} was set, and how strong the plan is was found anew, so that the share at a "
            "date is still as told: a smaller or shorter effort is made stronger for it. What less "
            "of the measured effort would give is asked by plan.scale, plan.later_months and "
            "plan.effect_years.",
            paths=paths,
        )
        yield paths, text


def _set_in_vain(study: Study) -> Warned:
    """Figures that were set for a variant, and from which nothing follows."""
    tree = study.tree
    places = [p for p, file in tree.files.items() if file == SETTINGS and len(p) > 1]
    if not places:
        return
    asked = [keys_of_path(tree.printed(place)) for place in places]
    vain = tuple(
        path
        for path in unused(study)
        if any(all(map(eq, keys, keys_of_path(path))) for keys in asked)
    )
    if vain:
        text = Message(
            "Set, and not used by this study, so that nothing follows from it: {paths}.", paths=vain
        )
        yield vain, text


def _placeholder(study: Study) -> Warned:
    """Figures that were not found, and that the answer follows: what for, since when, and where."""
    found = placeholders(study)
    idle = set(unused(study)) if found else set()
    used = [one for one in found if one.figure.path not in idle]
    if not used:
        return
    paths = tuple(one.figure.path for one in used)
    named = labels(study)
    text = Message(
        "Not found, a wide range instead: {figures}. Type it in: {path} = …",
        figures=tuple(_missing(one, named) for one in used),
        path=paths[0],
    )
    yield paths, text


def _missing(one: Placeholder, named: Mapping[str, Mapping[str, str]]) -> Message:
    """What a placeholder is for, and since when; by its key path where it has no label."""
    path, keys = one.figure.path, keys_of_path(one.figure.path)
    parts = (dotted(*keys[:end]) for end in range(len(keys), 0, -1))
    label = next((named[part] for part in parts if part in named), None)
    name: Text | str = Text(label["en"], label.get("da")) if label else path
    if one.since is None:
        return Message("“{name}”", name=name)
    return Message("“{name}” from {date}", name=name, date=f"{one.since:%Y-%m}")


# ── the rules ──


def _reached(study: Study) -> frozenset[str]:
    """The states that somebody is in, or can come to within the horizon."""
    closed, start = study.closed_moves, study.timeline.start
    open_moves = [move for move in study.moves if closed.get(move, date.max) > start]
    for rule in study.form.convert:
        open_moves += [(state, rule.to) for state in study.names.expand_all(rule.states)]
    found = {group.state or name for name, group in study.form.citizens.items()}
    while more := {to for origin, to in open_moves if origin in found} - found:
        found |= more
    return frozenset(found)


def _closed(study: Study) -> Warned:
    """Moves that close before the horizon ends, of people who would have made them."""
    reached, states = _reached(study), study.form.states
    by_date: dict[tuple[date, tuple[str, ...]], dict[str, list[str]]] = {}
    for (origin, to), since in study.closed_moves.items():
        if origin in reached:
            state = states[to] if isinstance(states, dict) else None
            whole = state is not None and state.closed == since
            but = tuple(state.still_open_from) if state and whole else ("",)
            by_date.setdefault((since, but), {}).setdefault(to, []).append(origin)
    for (since, but), found in sorted(by_date.items()):
        into = tuple(label_of(study, to) for to in found)
        day = f"{since:%Y-%m}"
        if but == ("",):
            moves = tuple(
                Message("{a} → {b}", a=label_of(study, a), b=label_of(study, b))
                for b, origins in found.items()
                for a in origins
            )
            text = Message(
                "Closed from {date}: {moves}. Who would have moved so stays, or goes where the "
                "study sends them.",
                date=day,
                moves=moves,
            )
            yield ("closed",), text
            continue
        paths = tuple(dotted("states", to, "closed") for to in found)
        if but:
            text = Message(
                "{states}: closed from {date}, but for those from {others}. Others who would have "
                "gone there stay where they are; those who are there stay on.",
                states=into,
                date=day,
                others=tuple(label_of(study, state) for state in but),
            )
        else:
            text = Message(
                "{states}: closed from {date}. Those who would have gone there stay where they "
                "are; those who are there stay on.",
                states=into,
                date=day,
            )
        yield paths, text


def _renamed(study: Study) -> Warned:
    """Names that the rules no longer have, of states that somebody is in or comes to."""
    reached = _reached(study)
    states = study.form.states.items() if isinstance(study.form.states, dict) else ()
    by_name: dict[tuple[date, Text], list[str]] = {}
    for name, state in states:
        new = state.renamed
        if new is not None and new.since < study.timeline.end and name in reached:
            by_name.setdefault((new.since, new.read_as), []).append(name)
    for (since, read_as), names in by_name.items():
        text = Message(
            "{states}: no such name in the rules from {date}; read: {new}. Moves are kept.",
            states=tuple(label_of(study, name) for name in names),
            date=f"{since:%Y-%m}",
            new=read_as,
        )
        yield tuple(dotted("states", name, "renamed") for name in names), text


def _standing_prices(study: Study) -> Warned:
    """Indices that current prices read beyond their last year."""
    for name, end in held_after(study).items():
        text = Message(
            "Prices after {end} stand still: the index {name} is not known beyond it.",
            end=str(end),
            name=name,
        )
        yield (dotted("index", name),), text


def _grown_prices(study: Study) -> Warned:
    """Indices that rise by a figure of the study where their known years have ended."""
    for name, (end, growth) in grown_after(study).items():
        text = Message(
            "After {end} {name} is not known: a figure of the study stands in for it, {growth} a "
            "year (in 8 of 10 futures between {low} and {high}).",
            end=str(end),
            name=study.form.index[name].label or name,
            growth=share_of(growth.mean(), 1),
            low=share_of(growth.quantile(0.1), 1),
            high=share_of(growth.quantile(0.9), 1),
        )
        yield (growth.path,), text


def _schemes(study: Study) -> Warned:
    """Schemes of equalisation of unknown rate, which a municipality may have been in."""
    start = study.timeline.start
    for name, tax in study.form.taxes.items():
        if tax.equalisation is None:
            continue
        chosen = tax.equalised[tax.equalisation]
        level, path = chosen.at(start).bands[0].value, dotted("taxes", name, "equalisation")
        others = {key: of for key, of in tax.equalised.items() if key != tax.equalisation}
        unknown = {
            key: of for key, of in others.items() if of.at(start).bands[0].value.tag == UNKNOWN
        }
        if not unknown or level.tag == UNKNOWN or level.mean() == 0.0:
            continue
        ends = [day for of in unknown.values() for day in of.changes if day > start]
        text = Message(
            "Before {year} municipalities in other schemes of equalisation, {schemes}, gave up "
            "more of their tax than the {level} that is counted, by a rate that was not found; "
            "whether this one was in any of them is not known, and {path} = … says it.",
            year=str(min(ends).year) if ends else str(study.timeline.end.year),
            schemes=tuple(_scheme(key, tax.equalised_label.get(key)) for key in unknown),
            level=share_of(level.mean()),
            path=path,
        )
        yield (path,), text


def _scheme(key: str, label: Text | None) -> Text:
    """A scheme by its label, and by the key that a study names it by."""
    if label is None:
        return Text(key)
    danish = f'{label.da} ("{key}")' if label.da else None
    return Text(f'{label.en} ("{key}")', danish)


# ── payments of unknown size ──


def _not_counted(study: Study) -> Warned:
    """Payments that were not found, or are counted by a guess; a run tells what they change."""
    for name in marginal_payments(study):
        payment = study.form.payments[name]
        figures = [q for amount in payment.amount.values() for _, q in amount.quantities()]
        if any(figure.tag not in (*GUESSED, None) for figure in figures):
            continue
        path, label = _amount_of(study, name), payment.label or Text(spelled(name))
        why = next((figure.note for figure in figures if figure.note), Text(""))
        if all(figure.mean() == 0.0 for figure in figures):
            text = Message(
                "Not counted: {label}. {why} ({path} = … counts it).",
                label=label,
                why=why,
                path=path,
            )
        else:
            text = Message(
                "Counted by a figure that nobody has published: {label}. {why} ({path}).",
                label=label,
                why=why,
                path=path,
            )
        yield (path,), text


def _amount_of(study: Study, name: str) -> str:
    return dotted("payments", name, "amount", next(iter(study.form.payments[name].amount)))


def _equalised_late(study: Study) -> Warned:
    """What is equalised away after the horizon is not counted."""
    late = {
        name: tax.equalised_after_years
        for name, tax in study.form.taxes.items()
        if tax.equalised_after_years > 0
    }
    if not late:
        return
    text = Message(
        "Tax is equalised {years} years later: what is equalised away of the horizon's last "
        "{years} years falls after it and is not counted, so jobs in them look too good.",
        years=Number(f"{max(late.values()):g}"),
    )
    paths = tuple(dotted("taxes", name, "equalised_after_years") for name in late)
    yield paths, text


def _unsourced(study: Study) -> Warned:
    """Figures that rest on nothing that is said."""
    bare = tuple(
        path for path, q in study.quantities.items() if not q.source and q.tag not in GUESSED
    )
    if not bare:
        return
    text = Plural(
        "One figure has no source and is not marked as an assumption.",
        "{n} figures have no source and are not marked as assumptions.",
        len(bare),
    )
    yield bare, text


# In the order in which they can change the answer.
KINDS: dict[str, Callable[[Study], Warned]] = {
    "two readings": _two_readings,
    "arrivals scaled": _scaled_arrivals,
    "arrivals kept": _kept_arrivals,
    "for ever": _for_ever,
    "found anew": _found_anew,
    "idle": _idle,
    "vacancy": _vacancy,
    "trend": _trend,
    "whole people": _cut,
    "unproven": _unproven,
    "left out": _left_out,
    "not used": _set_in_vain,
    "closed": _closed,
    "renamed": _renamed,
    "placeholder": _placeholder,
    "standing prices": _standing_prices,
    "grown prices": _grown_prices,
    "schemes": _schemes,
    "not counted": _not_counted,
    "equalised late": _equalised_late,
    "no source": _unsourced,
}


@once_a_study
def study_warnings(study: Study) -> tuple[StudyWarning, ...]:
    """Every warning of a study."""
    return tuple(warning for kind in KINDS for warning in of_kind(study, kind))


def of_kind(study: Study, kind: str) -> Iterator[StudyWarning]:
    """The warnings of one kind."""
    for paths, message in KINDS[kind](study):
        yield StudyWarning(kind, paths, message)
