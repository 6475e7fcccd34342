"""The grammar of a study file, as pydantic models; ``simlab schema`` prints it as JSON Schema.

Only what a form can check stands here: keys, types, domains. What the parts mean together (is
"jobb" a state? does a budget year lie within the horizon?) is checked in `simlab.study.check`, in
chapters of the same names.
"""

from simlab.study.grammar.budget import AccountLine, Budget
from simlab.study.grammar.correlation import Correlation
from simlab.study.grammar.cost import Cost, CostLine, Expense, Paid, PerCitizen
from simlab.study.grammar.effect import KINDS_OF_EFFECT, Effect, Fade, Reach, While
from simlab.study.grammar.enrolment import Enrolment
from simlab.study.grammar.evidence import Evidence, Share
from simlab.study.grammar.form import Form
from simlab.study.grammar.memo import Memo
from simlab.study.grammar.money import OneOff, Outcome, Payment, Perspective, Reimbursement, Tax
from simlab.study.grammar.people import Citizens, Segment
from simlab.study.grammar.plan import AmountChange, Caseload, Displacement, Plan, Replaced
from simlab.study.grammar.prices import Index
from simlab.study.grammar.published import (
    COUNTED,
    MONEY,
    Counted,
    Measure,
    Observable,
    Published,
    SeenIn,
    StatedTrend,
)
from simlab.study.grammar.rules import Rule
from simlab.study.grammar.shares import ShareAtDate
from simlab.study.grammar.states import Clock, Group, Renamed, Resets, Role, State, UnitName
from simlab.study.grammar.study_file import StudyFile
from simlab.study.grammar.world import Convert, Cycle, Redirect
