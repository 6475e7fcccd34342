"""Blocks on a Dask cluster: the bits of one machine, whoever computes them, and whoever dies."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from dataclasses import replace

import numpy as np
import pytest
from runs.worlds import STUDY

from simlab.engine.invariants import UnsoundDraw
from simlab.folders.run_folder import run_into
from simlab.runs.cluster import Cluster, connected, scheduler_of
from simlab.runs.cluster_worker import BlockError, ClusterError, difference, of_this_machine
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.study import loads

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

ALONE = STUDY.partition("[[published]]")[0]


@pytest.fixture(scope="module")
def study():
    return loads(ALONE)


@pytest.fixture(scope="module")
def on_one_machine(study, tmp_path_factory):
    return files_of(run_into(study, tmp_path_factory.mktemp("one"), RunOptions(bare=True)).folder)


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process, as `--dask local` has them."""
    with connected("local", 2) as cluster:
        yield cluster


def files_of(folder):
    names = ("draws.parquet", "paths.parquet", "summary.json")
    return [(folder / name).read_bytes() for name in names]


def pids(client):
    return sorted(client.run(os.getpid).values())


@pytest.mark.long
def test_a_cluster_whose_workers_die_and_join_gives_the_bits_of_one_machine(
    cluster, study, on_one_machine, tmp_path
):
    client = cluster.client
    before, changed = pids(client), []

    def kill_and_add(done, count):
        if done >= 64 and not changed:
            changed.append(done)
            os.kill(before[0], getattr(signal, "SIGKILL", signal.SIGTERM))
            client.cluster.scale(3)

    options = RunOptions(block=8, bare=True, cluster=cluster)
    made = run_into(study, tmp_path / "a", options, kill_and_add)
    assert changed and changed[0] < study.form.draws
    client.wait_for_workers(3, timeout=30)
    assert before[0] not in pids(client)
    assert files_of(made.folder) == on_one_machine


@pytest.mark.long
def test_a_run_that_began_here_goes_on_there(cluster, study, on_one_machine, tmp_path):
    def stop(done, count):
        if done >= 32:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_into(study, tmp_path, RunOptions(block=8, bare=True), stop)
    options = RunOptions(block=16, bare=True, resume=True, cluster=cluster)
    made = run_into(study, tmp_path, options)
    assert 32 <= made.taken < study.form.draws
    assert files_of(tmp_path) == on_one_machine


class Answering:
    """A client whose workers say this of themselves."""

    def __init__(self, **workers):
        self.workers = workers

    def run(self, work, **_):
        return self.workers


def test_before_anything_is_computed_a_worker_of_another_version_is_refused_by_name():
    ours = of_this_machine()
    Cluster(Answering(a=ours, b=ours))
    theirs = tuple((name, "0.1" if name == "numpy" else value) for name, value in ours)
    with pytest.raises(ClusterError, match=r"worker b: numpy 0\.1 there, \S+ here\. Results"):
        Cluster(Answering(a=ours, b=theirs))
    missing = ModuleNotFoundError("No module named 'simlab'")
    with pytest.raises(ClusterError, match="worker b: simlab cannot be used there"):
        Cluster(Answering(a=ours, b=missing))


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"versions": (("numpy", "0.1"),)}, "numpy .* there, 0.1 here"),
        ({"probe": "other digits"}, "gives other last digits than this machine"),
    ],
)
def test_a_worker_that_joins_late_is_asked_with_its_first_block(
    cluster, study, monkeypatch, change, told
):
    import simlab.runs.cluster as there

    wanted = there.expected
    monkeypatch.setattr(there, "expected", lambda *a: replace(wanted(*a), **change))
    with pytest.raises(ClusterError, match=rf"worker tcp://\S+: .*{told}"):
        run(study, RunOptions(cluster=cluster), draws=8)


@pytest.mark.long
def test_workers_of_this_machine_leave_ctrl_c_to_the_run(cluster):
    found = cluster.client.run(lambda: signal.getsignal(signal.SIGINT) == signal.SIG_IGN)
    assert len(found) >= 2 and all(found.values())


@pytest.mark.long
def test_a_block_that_kills_its_workers_is_told_with_its_draws(cluster, study, monkeypatch):
    import simlab.runs.cluster as there

    monkeypatch.setattr(there, "block_there", dies)
    with pytest.raises(BlockError, match=r"draws 0 to 8: every worker that took them died"):
        cluster.finder(study, "counts")(0, 8)


def dies(*_):
    os._exit(1)


def test_an_unsound_draw_is_told_from_another_machine_as_here():
    here = UnsoundDraw(812, "people are lost", {"a.b": np.float64(0.5)})
    there = pickle.loads(pickle.dumps(here))
    assert (str(there), there.draw, there.parameters) == (str(here), 812, {"a.b": 0.5})


def test_only_what_differs_is_told():
    assert difference((("numpy", "2.1"), ("python", "3.12")), (("numpy", "2.1"),)) == (
        "python 3.12 there, - here"
    )
    assert difference(of_this_machine(), of_this_machine()) == ""


def test_without_an_address_there_is_no_cluster():
    with connected(None, 2) as cluster:
        assert cluster is None


def test_a_scheduler_that_is_not_there_is_named(monkeypatch):
    import simlab.runs.cluster as there

    monkeypatch.setattr(there, "ANSWERS", 0.5)
    with (
        pytest.raises(ClusterError, match=r"127\.0\.0\.1:9: no Dask scheduler answers"),
        connected("tcp://127.0.0.1:9", 2),
    ):
        pass


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"address": 3}', "# Readme"])
def test_a_file_that_is_of_no_scheduler_is_named(monkeypatch, tmp_path, content):
    import simlab.runs.cluster as there

    monkeypatch.setattr(there, "ANSWERS", 0.1)
    path = tmp_path / "scheduler.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ClusterError, match="holds no address"), connected(str(path), 2):
        pass
    with pytest.raises(ClusterError, match="is no file, and"), connected("not-there.json", 2):
        pass


def test_a_scheduler_file_is_waited_for(tmp_path):
    path = tmp_path / "scheduler.json"
    written = threading.Timer(0.5, path.write_text, ['{"address": "tcp://10.0.0.5:8786"}'])
    written.start()
    assert scheduler_of(str(path)) == "tcp://10.0.0.5:8786"
    written.join()


def test_without_dask_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r'pip install "simlab\[cluster\]"'), connected("a:1", 2):
        pass
