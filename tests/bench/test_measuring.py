"""The benchmark itself: goals and ratios are told, threads and blocks leave answers alone."""

import json
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import candidates, contest, growth, hjoerring
from benchmarks.__main__ import JOBS as OFFERED
from benchmarks.__main__ import command
from benchmarks.bars import BLOCKS, PLAIN, bar, ink_for
from benchmarks.contest import Turn, paired_ratio
from benchmarks.jobs import JOBS, Ready
from benchmarks.machine import machine, peak_memory
from benchmarks.markdown import page
from benchmarks.measure import NAMES, SIZES, reached
from benchmarks.profile import ROOMS, Clocks, profile
from benchmarks.reference import Reference
from benchmarks.screen import lines_of
from benchmarks.task import Answer
from simlab.folders import results
from simlab.runs import files

ROOT = Path(__file__).resolve().parent.parent.parent
GOALS = {
    "J1": {"C, from event to event": 1.0},
    "J2": {"C, from event to event": 1.0},
    "J3": {"JAX": 2.0, "C, eight draws to a vector": 0.8},
    "J4": {"NumPy": 5.0},
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> tuple[str, dict, str]:
    """What ``--quick`` prints and writes for J3, J4 and the pair of threads."""
    folder = tmp_path_factory.mktemp("bench")
    files = ["--json", str(folder / "found.json"), "--markdown", str(folder / "found.md")]
    with pytest.MonkeyPatch.context() as patched:
        nothing = lambda name, *rest: find_spec(name) if name == "numpy" else None  # noqa: E731
        patched.setattr("importlib.util.find_spec", nothing)
        ended = CliRunner().invoke(command, ["J3", "j4", "--quick", *files])
    assert ended.exit_code == 0, ended.output
    text = (folder / "found.json").read_text(encoding="utf-8")
    return ended.output, json.loads(text), (folder / "found.md").read_text(encoding="utf-8")


def test_the_jobs_have_the_goals_that_were_set():
    assert {name: job.goals for name, job in JOBS.items()} == GOALS
    assert [case.goal for case in hjoerring.CASES] == [4, 10, 1.5, 3]
    assert [asked.goal for asked in candidates.ASKED] == [0.100, 0.150]
    assert NAMES == OFFERED


def test_goals_ratios_and_who_is_absent_are_printed(measured):
    screen, _, _ = measured
    for text in ("J3", "2 times JAX; 0.8 times C", "J4", "5 times NumPy", "of the goal", "threads"):
        assert text in screen
    assert "times as fast" in screen
    assert 'JAX                                    not installed: pip install ".[bench]"' in screen


def test_json_keeps_every_time_and_markdown_is_made_of_it(measured):
    _, found, markdown = measured
    entries = {e["name"].split()[0]: e for e in found["records"][0]["entries"]}
    ours = entries["simlab"]
    assert len(ours["seconds"]) == SIZES["quick"].rounds
    assert ours["speed"] == pytest.approx(ours["work"] / np.median(ours["seconds"]))
    assert entries["JAX"]["trouble"].startswith("not installed")
    assert page(found) == markdown
    assert "| **simlab expected** |" in markdown


def test_neither_json_nor_markdown_names_the_machine_or_a_place(measured):
    import platform

    _, found, markdown = measured
    for text in (json.dumps(found), markdown):
        assert platform.node() not in text
        assert str(Path.home()) not in text


def test_the_page_of_the_docs_is_made_of_the_published_figures():
    published = json.loads((ROOT / "benchmarks" / "measured.json").read_text(encoding="utf-8"))
    shown = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert page(published) == shown, "run python -m benchmarks --publish"


# ---- contests -----------------------------------------------------------------------------------


class Clock:
    """A clock that moves only when somebody works: no load on the machine changes a ratio."""

    def __init__(self) -> None:
        self.now = 0.0

    def work(self, seconds: float) -> None:
        self.now += seconds

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(contest, "time", found)
    return found


def turn(name: str, clock: Clock, seconds: float, work: float, answer: Answer, task) -> Turn:
    def call(seed: int) -> Answer:
        clock.work(seconds)
        return answer

    return Turn(name, "1", work, call, task)


@pytest.fixture(scope="module")
def expected() -> tuple[Answer, object]:
    reference = Reference(citizens=10, draws=2)
    return reference.simulate("expected", 1), reference.task(1, by_citizen=False)


def test_a_ratio_is_of_speeds_not_of_seconds(expected, clock):
    answer, task = expected
    turns = [
        turn("simlab", clock, 0.25, 100, answer, task),
        turn("other", clock, 0.25, 50, answer, task),
    ]
    ours, other = contest.contest(turns, by_chance=False, rounds=3)
    assert ours.ratio == 1
    assert other.ratio == 2
    assert ours.speed == 400


def test_a_wrong_answer_has_no_speed(expected, clock):
    answer, task = expected
    wrong = Answer.of(answer.people[:, ::-1], answer.cost)
    turns = [turn("simlab", clock, 1, 1, answer, task), turn("fast", clock, 1, 1, wrong, task)]
    _, fast = contest.contest(turns, by_chance=False, rounds=1)
    assert fast.trouble.startswith("wrong answer")
    assert (fast.speed, fast.ratio) == (0, None)


def test_the_first_call_is_apart(expected, clock):
    answer, task = expected
    slow_once = iter([8.0])

    def call(seed: int) -> Answer:
        clock.work(next(slow_once, 0.5))
        return answer

    (found,) = contest.contest([Turn("simlab", "1", 1, call, task)], by_chance=False, rounds=3)
    assert found.compile_seconds == 7.5
    assert found.seconds == (0.5, 0.5, 0.5)


def test_pairs_give_the_ratio_of_their_times(clock):
    assert paired_ratio(lambda: clock.work(0.5), lambda: clock.work(0.25), pairs=3) == 2


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_threads_leave_the_answer_alone(engine):
    reference = Reference(citizens=50, draws=300)
    one, two = (reference.simulate(engine, threads) for threads in (1, 2))
    assert np.array_equal(one.people, two.people)


@pytest.mark.long
def test_every_engine_that_is_there_does_its_job():
    for job in JOBS.values():
        if job.is_possible:
            (found,) = Ready(job.quick()).measured((), threads=2, rounds=1)
            assert found.trouble == ""
            assert found.speed > 0


def test_a_goal_is_reached_when_every_peer_that_it_names_is_left_behind():
    record = {
        "unit": "draw-months a second",
        "goals": {"JAX": 2.0, "C, eight": 0.8},
        "entries": [
            {"name": "simlab expected", "ratio": 1.0},
            {"name": "JAX 0.10", "ratio": 5.0},
            {"name": "C, eight draws", "ratio": 0.6},
        ],
    }
    assert reached(record) == pytest.approx(0.6 / 0.8)
    absent = {"name": "C, eight draws", "trouble": "no C compiler"}
    assert reached(record | {"entries": [*record["entries"][:2], absent]}) == 2.5
    assert reached(record | {"entries": record["entries"][:1]}) is None


# ---- J5 to J8, profile ---------------------------------------------------------------------------


@pytest.mark.parametrize("asked", candidates.ASKED, ids=lambda asked: asked.name)
def test_what_is_asked_for_is_the_same_on_two_threads_and_another_in_another_round(asked):
    one, two = (asked.curve(0, 64, threads).chance for threads in (1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, asked.curve(300, 64, 2).chance)


def test_a_real_run_leaves_a_time():
    found = hjoerring.measured(hjoerring.CASES[2], draws=4, threads=1, rounds=1)
    assert found.speed > 0


@pytest.mark.parametrize("citizens", [1_700, 1_700_000])
def test_a_scaled_study_has_so_many_citizens(citizens):
    from simlab.model.compiled import compile_study

    study = hjoerring.with_citizens(hjoerring.CASES[0].study(), citizens)
    block = compile_study(study).block(0, 256)
    people = sum(cohort.people.start.sum(axis=1) for cohort in block.cohorts)
    assert people.mean() == pytest.approx(citizens, rel=0.1)


def test_growth_takes_every_case_in_full_and_few_else():
    full = growth.cases("full")
    assert len(full) == len(set(full)) == 4 * 3 * 2
    assert set(growth.cases("default")) < set(full)


@pytest.mark.long
def test_a_case_of_growth_that_fails_says_why():
    found = growth.measured((1_700, 0, 1))
    assert found["trouble"]
    record = {"kind": "growth", "job": "J6", **found}
    assert any(found["trouble"] in text for text, _ in lines_of(record, None, PLAIN))


def test_peak_memory_is_that_of_a_python_with_numpy_or_not_told():
    peak = peak_memory()
    assert peak is None or 3e7 < peak < 1e11


def test_every_second_of_a_profile_is_in_one_room(monkeypatch):
    def parquet_alone(finished, folder, *about):
        files.write_parquet(folder / "paths.parquet", results.paths_table(finished))

    # Charts and report take seconds, and are clocked as the rest is.
    monkeypatch.setattr("simlab.folders.results.write_results", parquet_alone)
    began = time.process_time()
    found = profile(hjoerring.CASES[2], draws=8)
    assert 0 < found["seconds"] < time.process_time() - began
    rooms = {room["room"]: room for room in found["rooms"]}
    assert set(ROOMS) - set(rooms) == {"charts", "report"}
    assert sum(room["seconds"] for room in rooms.values()) == pytest.approx(found["seconds"])
    assert all(0 <= room["kernels"] <= room["seconds"] for room in rooms.values())
    assert rooms["engines"]["kernels"] > 0
    assert 0 < found["kernels_of_job"] < 1


def busy(seconds: float) -> None:
    """Use so much processor time."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_clock_inside_another_stops_the_outer_one():
    clocks = Clocks()
    inner = clocks.around(lambda: busy(0.05), "inner")
    kernel = clocks.around(lambda: busy(0.05), None, kernel=True)
    outer = clocks.around(lambda: (inner(), kernel(), busy(0.05), time.sleep(0.05)), "outer")
    outer()
    assert clocks.seconds["inner"] == pytest.approx(0.05, rel=0.2)
    assert clocks.seconds["outer"] == pytest.approx(0.10, rel=0.2)
    assert clocks.kernels == {"outer": pytest.approx(0.05, rel=0.2)}


def test_threads_have_clocks_of_their_own():
    clocks = Clocks()
    first, second = (clocks.around(lambda: busy(0.05), name) for name in ("first", "second"))
    threads = [threading.Thread(target=function) for function in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clocks.seconds["first"] == pytest.approx(0.05, rel=0.2)
    assert clocks.seconds["second"] == pytest.approx(0.05, rel=0.2)


def test_a_profile_leaves_no_clock_behind():
    from simlab.model.compiled import Compiled
    from simlab.runs import block, run

    assert not hasattr(Compiled.block, "__wrapped__")
    assert not hasattr(block.simulate_block, "__wrapped__")
    assert not hasattr(run.summarise, "__wrapped__")


# ---- what is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize("page_of_codes", ["cp850", "cp865", "utf-8"])
def test_danish_consoles_have_the_blocks(page_of_codes):
    assert ink_for(page_of_codes) is BLOCKS


@pytest.mark.parametrize("page_of_codes", ["cp1252", "ascii", None, "no such code"])
def test_a_console_without_blocks_gets_plain_characters(page_of_codes):
    assert ink_for(page_of_codes) is PLAIN


def test_every_line_of_the_screen_survives_a_danish_code_page(measured):
    _, found, _ = measured
    ink = ink_for("cp1252")
    for record in found["records"]:
        for text, _ in lines_of(record, None, ink):
            text.encode("cp1252")
            text.encode("cp865")


def test_a_bar_is_as_long_as_it_should_be():
    for value in (0.0, 1.0, 5.0, 10.0):
        drawn = bar(value, goal=10, longest=10, ink=PLAIN, width=20)
        assert len(drawn) == 20
        assert drawn.count("#") == min(round(2 * value), 19)  # the goal's mark covers the last


def test_the_machine_is_told():
    here = machine(cores=2)
    assert here["cores"] == 2
    assert here["processor"]
    assert "numpy" in here["libraries"]
