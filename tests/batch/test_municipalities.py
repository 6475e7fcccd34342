"""A study for each of the 98 municipalities."""

import tomllib

import pytest

from simlab.batch.municipalities import NATIONAL, municipalities, study_of
from simlab.cli import group as commands
from simlab.study.study import load


def test_there_are_ninety_eight_each_with_a_file_of_its_own():
    found = municipalities()
    assert len(found) == len({one.file for one in found}) == 98
    assert all(one.file.removesuffix(".toml").replace("-", "").isascii() for one in found)


def test_the_country_is_shared_out_to_the_last_citizen():
    found = municipalities()
    assert sum(one.by_people for one in found) == pytest.approx(NATIONAL)
    assert sum(one.by_support for one in found) == pytest.approx(NATIONAL)
    assert all(one.low < one.middle < one.high for one in found)


def test_the_largest_has_its_share_of_the_country():
    """Statistics Denmark, FOLK1A, first quarter of 2019: 623,404 of 5,806,081."""
    largest = max(municipalities(), key=lambda one: one.by_people)
    assert largest.name == "København"
    assert largest.by_people / NATIONAL == pytest.approx(623_404 / 5_805_991)


def test_every_study_is_toml_with_a_source_for_each_figure():
    for one in municipalities():
        tables = tomllib.loads(study_of(one))
        groups = tables["citizens"].values()
        figures = [figure for group in groups for figure in group.values()]
        assert len(figures) == 4
        assert all(figure["source"] and figure["tag"] == "A" for figure in figures)


@pytest.mark.parametrize("name", ["København", "Læsø"])
def test_the_largest_and_the_smallest_are_whole_studies(name, tmp_path):
    one = next(one for one in municipalities() if one.name == name)
    (tmp_path / one.file).write_text(study_of(one), encoding="utf-8")
    study = load(tmp_path / one.file)
    people = sum(
        study.quantities[f"citizens.{g}.number"].mean() for g in ("nearer", "hard_to_move")
    )
    assert one.low < people < one.high
    assert name in study.title["da"]


def test_a_study_that_is_there_already_is_left_alone(tmp_path):
    (tmp_path / "hjoerring.toml").write_text("mine", encoding="utf-8")
    commands.main(["municipalities", str(tmp_path)], standalone_mode=False)
    assert (tmp_path / "hjoerring.toml").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.glob("*.toml"))) == 98
