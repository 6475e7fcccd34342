"""The central world in the workbook: computed again by LibreOffice, and by a reader's changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from report.all_money import ALL_MONEY
from report.libreoffice import computed

import simlab
from simlab.finance.central_world import Recomputable, central_world
from simlab.finance.unit_amounts import money_lines, unit_amounts
from simlab.model.compiled import compile_study
from simlab.model.parameters import Values
from simlab.observe.payback import payback
from simlab.report import write_workbook
from simlab.report.sheets.recomputed.amounts import Amounts
from simlab.report.sheets.recomputed.frame import CHOICE, Frame
from simlab.report.sheets.recomputed.unit_amounts import UnitAmounts
from simlab.result.answer import Answer
from simlab.runs.run import run
from simlab.study.study import Study
from simlab.words import Words

openpyxl = pytest.importorskip("openpyxl")
WORDS = Words("en")
PROGRAMMES = Path(__file__).parent.parent.parent / "configs" / "programmes"
AMOUNT = "payments.benefit.amount.benefit.2020-01"
STEPS, ANSWER = "Recomputed by step", "Recomputed"


def central_of(study: Study) -> Recomputable:
    return central_world(compile_study(study))


def balance_of(world: Recomputable, perspective: str) -> np.ndarray:
    saving, cost = (money[0] for money in world.cash.seen_by(perspective))
    return np.cumsum(saving - cost)


@pytest.fixture(scope="module")
def result() -> Answer:
    return run(simlab.loads(ALL_MONEY), draws=64).answer


@dataclass(frozen=True)
class Book:
    """The values of a workbook, by sheet and row, as they stand in the file."""

    values: dict[str, list[tuple[Any, ...]]]

    def column(self, sheet: str, title: str) -> list[Any]:
        head, *rows = self.values[sheet]
        return [row[head.index(title)] for row in rows]

    def beside(self, label: str) -> list[Any]:
        """What stands to the right of a label of the answer."""
        return next(list(row[1:]) for row in self.values[ANSWER] if row[0] == label)

    @property
    def balance(self) -> np.ndarray:
        return np.array(self.column(STEPS, "Balance, DKK"), dtype=float)


def opened(file: Path) -> Book:
    book = openpyxl.load_workbook(file, data_only=True, read_only=True)
    found = Book({sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book})
    book.close()
    return found


def with_amount(book: Any, path: str, amount: float) -> None:
    """What a reader does who types another amount in every row of a figure."""
    sheet = book["Amounts"]
    head = [c.value for c in sheet[1]]
    where, what = head.index("In the study"), head.index("Amount as written, DKK")
    hits = [row[what] for row in sheet.iter_rows(min_row=2) if row[where].value == path]
    assert hits, path
    for cell in hits:
        cell.value = amount


def with_share(book: Any, old: float, new: float) -> None:
    sheet = book["Amounts"]
    column = [c.value for c in sheet[1]].index("Reimbursed share") + 1
    hits = [c for (c,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column)]
    hits = [c for c in hits if c.value == old]
    assert hits
    for cell in hits:
        cell.value = new


@pytest.fixture(scope="module")
def books(result, tmp_path_factory) -> dict[str, Book]:
    """The workbook as written, and with a reader's changes, each after LibreOffice."""
    folder = tmp_path_factory.mktemp("books")
    file = folder / "written.xlsx"
    write_workbook(result, file, WORDS)

    def changed(name: str) -> Iterator[Any]:
        book = openpyxl.load_workbook(file)  # without the values that were written
        yield book
        book.save(folder / f"{name}.xlsx")

    for _ in changed("bare"):
        pass  # nothing but the values is gone
    for book in changed("amount"):
        with_amount(book, AMOUNT, 12_500.0)
    for book in changed("share"):
        with_share(book, 0.2, 0.6)
    for book in changed("society"):
        book[ANSWER].cell(CHOICE + 1, 2).value = "society"
    for book in changed("nothing"):
        with_amount(book, AMOUNT, 0.0)
        with_amount(book, "payments.benefit.amount.benefit.2022-06", 0.0)
    files = sorted(folder.glob("*.xlsx"))
    return {name: opened(one) for name, one in computed(files, folder).items()}


def formulas(book: Any) -> Iterator[tuple[str, int, int, str]]:
    """Sheet, row, column and text of every formula."""
    for sheet in book:
        for r, row in enumerate(sheet.iter_rows()):
            for c, cell in enumerate(row):
                if cell.data_type == "f":
                    yield sheet.title, r, c, cell.value


def test_every_formula_is_what_was_written_with_it(result, books, tmp_path):
    file = tmp_path / "written.xlsx"
    write_workbook(result, file, WORDS)
    known, asked = opened(file).values, list(formulas(openpyxl.load_workbook(file)))
    assert len(asked) > 1_500
    for name in ("written", "bare"):
        for sheet, r, c, formula in asked:
            found, value = books[name].values[sheet][r][c], known[sheet][r][c]
            close = (
                isinstance(found, int | float) and abs(found - value) <= 1e-9 * abs(value) + 1e-6
            )
            assert close or found == value, (name, sheet, r, c, formula, found, value)


@pytest.mark.parametrize("name", ["written", "bare", "society"])
def test_the_row_of_differences_is_zero(books, name):
    book = books[name]
    assert len(book.balance) == 49
    assert set(book.column(STEPS, "Difference, DKK")) == {0}
    years = [x for x in book.beside("Difference, DKK") if x is not None]
    assert years == [0] * 5
    assert book.beside("Check")[0] == "agrees with the simulator to the øre"


def test_the_balance_is_the_simulator_s_own(result, books):
    assert books["bare"].balance == pytest.approx(balance_of(result.central, "municipality"))
    assert books["society"].balance == pytest.approx(balance_of(result.central, "society"))


def rerun_and_compared(book: Book, study: Study) -> float:
    """Compare with a simulator that was asked the same; the payback in years."""
    world = central_of(study)
    assert book.balance == pytest.approx(balance_of(world, "municipality"), abs=0.005)
    return float(payback(world.cash).years[0])


def test_a_changed_amount_moves_balance_and_payback_as_in_the_simulator(result, books):
    book = books["amount"]
    years = rerun_and_compared(book, simlab.loads(ALL_MONEY).replace({AMOUNT: 12_500}))
    assert book.beside("Payback time in the central world, years")[0] == pytest.approx(years)
    assert years != payback(result.central.cash).years[0], "the change does not show"


def test_a_changed_amount_shows_in_check_and_differences(books):
    assert books["amount"].beside("Check")[0] == "differs: a figure was changed"
    assert any(books["amount"].column(STEPS, "Difference, DKK"))


def test_a_changed_reimbursement_moves_the_balance_as_in_the_simulator(books):
    ladder = {"reimbursement.ladder.share.2021-07.7+": 0.6}
    rerun_and_compared(books["share"], simlab.loads(ALL_MONEY).replace(ladder))


def test_without_benefits_the_money_is_never_back(books):
    said = books["nothing"].beside("Payback time in the central world, years")[0]
    study = simlab.loads(ALL_MONEY)
    nothing = dict.fromkeys((AMOUNT, "payments.benefit.amount.benefit.2022-06"), 0)
    assert rerun_and_compared(books["nothing"], study.replace(nothing)) == np.inf
    assert said == "not within 4 years"


# ── without LibreOffice ──


@pytest.mark.parametrize("name", ["hjoerring", "ips", "opgang-til-opgang", None])
def test_unit_amounts_of_the_items_are_those_of_the_simulator(result, name):
    study = simlab.load(PROGRAMMES / f"{name}.toml") if name else simlab.loads(ALL_MONEY)
    world = central_of(study)
    frame = Frame(result, world, WORDS)
    built = UnitAmounts(frame, Amounts(frame))
    units = unit_amounts(study, Values.at_means(study), world.accounts)
    first = money_lines(study, world.accounts).first
    for lag, unit in units.by_lag.items():
        found = np.zeros((len(world.first) - 1, *unit.shape[1:3]))
        for ((kind, its, payer), epoch, account), spot in built.here.items():
            if (kind, its) == ("paid", lag):
                found[epoch, account, payer] = spot.value
        own = np.searchsorted(first, world.first[:-1], side="right") - 1
        np.testing.assert_allclose(found, unit[own][..., 0], rtol=1e-12, atol=1e-7)


def test_the_central_world_has_no_business_cycle():
    without = ALL_MONEY.replace("[business_cycle]\nsd = 0.1", "[business_cycle]\nsd = 1e-12")
    assert "1e-12" in without
    calm, stormy = (central_of(simlab.loads(text)) for text in (without, ALL_MONEY))
    np.testing.assert_array_equal(calm.heads[1], stormy.heads[1])


def test_uncertain_figures_are_at_their_means(result):
    world = result.central
    effort = next(one for one in world.items if one.path.startswith("payments.effort"))
    quantity = world.study.quantities["payments.effort.amount.benefit"]
    assert effort.amount == pytest.approx(quantity.mean(), rel=1e-12)
    start = world.study.quantities["citizens.benefit.number"].mean()
    assert world.heads[1, 0].sum() == pytest.approx(start, rel=1e-12), "as the study writes it"


def test_a_smaller_plan_is_paid_fewer_times_at_the_same_prices(result):
    of_plan = [one for one in result.central.items if one.kind in ("change", "cost")]
    assert {one.kind for one in of_plan} == {"change", "cost"}
    assert {(one.times, one.price) for one in of_plan} == {(0.75, 1.0)}, "none is indexed"


def test_the_result_without_a_central_world_has_no_such_sheets(result, tmp_path):
    from dataclasses import replace

    file = tmp_path / "workbook.xlsx"
    write_workbook(replace(result, central=None), file, WORDS)
    names = openpyxl.load_workbook(file, read_only=True).sheetnames
    assert not {STEPS, ANSWER, "Amounts"} & set(names)


def test_a_study_too_large_for_a_spreadsheet_says_so(result, tmp_path, monkeypatch):
    monkeypatch.setattr("simlab.report.sheets.recomputed.MOST", 100)
    file = tmp_path / "workbook.xlsx"
    write_workbook(result, file, WORDS)
    book = opened(file)
    assert "Amounts" not in book.values
    assert book.values[ANSWER][1][0].startswith("Left out: 588 cells")


@pytest.mark.parametrize("lang", ["en", "da"])
def test_sheet_names_are_names_that_excel_takes(result, tmp_path, lang):
    file = tmp_path / "workbook.xlsx"
    write_workbook(result, file, Words(lang))
    names = openpyxl.load_workbook(file, read_only=True).sheetnames
    assert len({name.lower() for name in names}) == len(names) == 12
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_a_study_s_text_is_never_in_a_formula(result, tmp_path):
    file = tmp_path / "workbook.xlsx"
    write_workbook(result, file, WORDS)
    book = openpyxl.load_workbook(file)
    assert book["Amounts"]["A2"].value == "=Benefit"
    assert book["Amounts"]["A2"].data_type == "s"
    assert not any("Benefit" in formula for *_, formula in formulas(book))
