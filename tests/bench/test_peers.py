"""Peers give the right answer on a small job, and those that are absent say so."""

from importlib import util
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.peers import c_references
from benchmarks.peers.all import PEERS
from benchmarks.peers.peer import NotHere
from benchmarks.reference import CHANCES, COST_PER_MONTH, START, Reference
from benchmarks.task import Task, wrong_in

CASES = [(peer, job) for peer in PEERS for job in peer.prepare]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(citizens=400, draws=24)


def small(reference: Reference, job: str, threads: int = 2) -> Task:
    return reference.task(threads, by_citizen=job != "J3")


@pytest.mark.filterwarnings("default")  # a peer's own warnings are not ours
@pytest.mark.parametrize(("peer", "job"), CASES, ids=lambda x: getattr(x, "name", x))
def test_a_peer_gives_the_right_answer_or_says_why_it_is_absent(reference, peer, job):
    task = peer.part_of(small(reference, job), job)
    try:
        call = peer.ready(job, task)
    except NotHere as why:
        assert str(why)
        assert peer.package is None or util.find_spec(peer.package) is None
        return
    answers = [call(seed) for seed in (1, 2)]
    for answer in answers:
        assert wrong_in(answer, task, by_chance=job != "J3") == ""
    same = np.array_equal(answers[0].cost, answers[1].cost)
    assert same == (job == "J3"), "another seed should give other lives, and the same expectation"


def test_numpy_is_there_and_the_others_are_left_out_where_they_are_not(reference, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name != "numpy" else name)
    for peer in PEERS:
        if peer.package not in (None, "numpy"):
            with pytest.raises(NotHere, match=r"pip install .\.\[bench\]"):
                peer.ready(next(iter(peer.prepare)), small(reference, "J2"))
            assert peer.full_name == peer.name


def test_without_a_compiler_there_is_no_c(reference, monkeypatch):
    c_references.library.cache_clear()
    monkeypatch.setattr(c_references.shutil, "which", lambda name: None)
    with pytest.raises(NotHere, match="no C compiler"):
        c_references.PEERS[0].ready("J1", small(reference, "J1"))


def test_a_compiler_that_refuses_the_programs_is_told(reference, monkeypatch):
    c_references.library.cache_clear()
    monkeypatch.setattr(c_references.shutil, "which", lambda name: "cc")
    refused = SimpleNamespace(returncode=1)
    monkeypatch.setattr(c_references.subprocess, "run", lambda *a, **k: refused)
    with pytest.raises(NotHere, match="compiler"):
        c_references.PEERS[0].ready("J1", small(reference, "J1"))


def c_program(name: str) -> c_references.Peer:
    found = next(p for p in c_references.PEERS if name in p.name)
    try:
        c_references.library()
    except NotHere as why:
        pytest.skip(str(why))
    return found


@pytest.mark.parametrize("name", ["a uniform number", "event to event"])
def test_threads_do_not_change_what_c_finds_over_draws(reference, name):
    peer = c_program(name)
    one, two = (peer.ready("J2", small(reference, "J2", threads=n))(5) for n in (1, 2))
    assert np.array_equal(one.people, two.people)


@pytest.mark.parametrize("name", ["a uniform number", "event to event"])
def test_c_knows_chances_of_zero_and_one(name):
    p = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.0, 0.5]])
    task = Task(p[None], COST_PER_MONTH[:3], citizens=1_000, months=40, start=0, threads=2)
    people = c_program(name).ready("J1", task)(3).people
    assert people[0, 1].tolist() == [0, 1_000, 0]
    assert people[0, 2].tolist() == [0, 0, 1_000]
    assert wrong_in(c_program(name).ready("J1", task)(4), task, by_chance=True) == ""


def test_eight_draws_to_a_vector_leave_no_draw_over():
    peer = c_program("vector")
    for draws in (1, 7, 8, 9, 17):
        matrices = np.stack([np.linalg.matrix_power(CHANCES, 1 + n % 3) for n in range(draws)])
        task = Task(matrices, COST_PER_MONTH, 1_000, 12, START, threads=2, by_citizen=False)
        assert wrong_in(peer.ready("J3", task)(1), task, by_chance=False) == ""


def test_the_others_are_given_the_draws_that_simlab_simulates(reference):
    task = small(reference, "J3")
    assert wrong_in(reference.simulate("expected", 2), task, by_chance=False) == ""
    assert wrong_in(reference.simulate("counts", 1), task, by_chance=True) == ""
    assert np.allclose(task.matrices.mean(axis=0), CHANCES, atol=0.03)
