"""A check: its key, what it says when it passes, and what compares a case for it.

    @check("people.start", Message("As many {people} at the start as the study says"))
    def begins(case):
        yield exact(…)

Every comparison that is yielded must hold; the worst of them is shown, and a check of which there
is none has nothing to compare (`comparison`). Key and sentence stand here alone.

**Unmade** is what cannot be looked at, since the study that it would be compared with cannot be
built. A check that ends in a mistake of the program is **broken**, and its certificate fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from simlab.engine.invariants import UnboundedDraw, UnsoundDraw
from simlab.engine.work import EXACT, Engine
from simlab.result.certified import Check, Kind, Outcome
from simlab.study.errors import StudyError
from simlab.study.message import Message
from simlab.study.study import Study
from simlab.study.unexpected import unexpected
from simlab.verify.case import Case
from simlab.verify.comparison import Pairs, worst_of

Compare = Callable[[Case], Iterable[Pairs]]


@dataclass(frozen=True, slots=True)
class Examination:
    """What examines a case for one check."""

    key: str
    says: Message
    kind: Kind
    compare: Compare

    def __call__(self, case: Case) -> Check:
        return self.check(worst_of(self.compare(case)))

    def check(self, pairs: Pairs) -> Check:
        """What was compared, under the key."""
        return Check(self.key, self.kind, *pairs)

    def attempted(self, case: Case) -> Check:
        """The check of a case. Where it cannot be looked at, that costs it, and no others."""
        try:
            return self(case)
        except UnboundedDraw as error:
            assert case.cash  # raises again where it is the study's own money, and not a variant's
            return self._without_figures("unmade", " ".join(str(error).split()))
        except (UnsoundDraw, MemoryError):
            raise
        except StudyError as error:
            return self._without_figures("unmade", " ".join(str(error).split()))
        except Exception as error:
            return self._without_figures("broken", unexpected(error))

    def _without_figures(self, outcome: Outcome, reason: str) -> Check:
        return self.check(Pairs(outcome, where={"reason": reason}))


def check(key: str, says: Message, kind: Kind = "exact") -> Callable[[Compare], Examination]:
    """Makes the examination of a key of what compares a case for it."""
    return partial(Examination, key, says, kind)


def check_by_engine(
    key: str, says: Callable[[Engine], Message]
) -> Callable[[Callable[[Engine, Case], Iterable[Pairs]]], tuple[Examination, ...]]:
    """Makes the examinations of a key for each engine with chance: ``key_counts``, …"""

    def of_each(compare: Callable[[Engine, Case], Iterable[Pairs]]) -> tuple[Examination, ...]:
        return tuple(
            Examination(f"{key}_{engine}", says(engine), "statistical", partial(compare, engine))
            for engine in EXACT
        )

    return of_each


def made_of(case: Case, variant: Study, pairs: Pairs) -> Pairs:
    """What was made of a variant of the case's study says what that does not have."""
    known = set(case.study.left_out)
    return pairs._replace(
        without=tuple(part.path for part in variant.left_out if part not in known)
    )
