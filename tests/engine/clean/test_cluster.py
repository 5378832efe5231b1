"""The same run on the workers of a Dask cluster: two processes of this machine."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from kairos.engine import reconstruct
from kairos.engine.api import open_stack
from kairos.engine.clean.left_over import broken_off
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.errors import CancelledError, ClusterError, ReadError
from kairos.engine.rasters.grid import Window
from kairos.engine.registry import readiness

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=":0") as made:
        yield made


@pytest.fixture(autouse=True)
def many_tiles(monkeypatch):
    monkeypatch.setattr(reconstruct, "_SIDES", (16, 16))


@pytest.fixture(scope="module")
def stack(make_stack, tmp_path_factory):
    return make_stack(tmp_path_factory.mktemp("cluster") / "stack", size=(44, 40)).folder


@pytest.fixture
def here(stack, tmp_path):
    """What one process writes."""
    with open_stack(stack) as images:
        made = remove_clouds(images, tmp_path / "here", CleanOptions(source=True))
    return made.files


def there(stack, cluster, output, told=lambda stage, done: None):
    options = CleanOptions(source=True, cluster=cluster.scheduler_address)
    with open_stack(stack) as images:
        return remove_clouds(images, output, options, told).files


def assert_same(files, others, read):
    assert [f.name for f in files] == [f.name for f in others]
    for one, other in zip(files, others):
        assert np.array_equal(read(one), read(other))
    assert {f.name for f in files[0].parent.iterdir()} == {
        f.name for f in others[0].parent.iterdir()
    }


@pytest.mark.skipif(readiness()["agflow"] != "ready", reason="agflow cannot run here")
def test_a_learned_model_travels_without_its_sample(sample, cluster, read, tmp_path):
    options = CleanOptions(model="agflow", window=Window(0, 0, 32, 16))
    with open_stack(sample) as images:
        one = remove_clouds(images, tmp_path / "here", options).files
        options = replace(options, cluster=cluster.scheduler_address)
        other = remove_clouds(images, tmp_path / "there", options).files
    for ours, theirs in zip(one, other):
        apart = read(ours).astype(int) - read(theirs).astype(int)
        assert np.abs(apart).max() <= 1  # threads sum in another order


def test_the_result_is_that_of_one_process(stack, cluster, here, read, tmp_path):
    stages = []
    files = there(
        stack, cluster, tmp_path / "out", lambda stage, done: stages.append((stage, done))
    )
    assert_same(files, here, read)
    assert list(dict.fromkeys(s for s, _ in stages)) == [
        "learning", "filling", "writing", "done",
    ]  # fmt: skip
    assert [done for _, done in stages] == sorted(done for _, done in stages)


def test_a_worker_that_dies_is_replaced(stack, cluster, here, read, tmp_path):
    with distributed.Client(cluster, set_as_default=False) as client:
        victims = list(client.run(os.getpid).values())

    def told(stage, done):
        if stage == "filling" and done > 0.3 and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    files = there(stack, cluster, tmp_path / "out", told)
    assert victims == []
    assert_same(files, here, read)


def test_a_run_on_a_cluster_is_cancelled_and_goes_on_here(stack, cluster, here, read, tmp_path):
    def told(stage, done):
        if stage == "filling" and done > 0.4:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        there(stack, cluster, tmp_path / "out", told)
    assert broken_off(tmp_path / "out")
    with open_stack(stack) as images:
        made = remove_clouds(images, tmp_path / "out", CleanOptions(source=True, resume=True))
    assert_same(made.files, here, read)


def test_an_error_of_a_worker_is_the_one_of_one_process(make_stack, cluster, tmp_path):
    made = make_stack(tmp_path / "stack", size=(44, 40))

    def told(stage, done):
        if stage == "filling":  # the images go while the workers are at them
            for file in made.files:
                file.unlink(missing_ok=True)

    with pytest.raises(ReadError, match="cannot be opened any more"):
        there(made.folder, cluster, tmp_path / "out", told)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://", "http://x:1"])
def test_an_address_that_does_not_answer_is_named(run, stack, tmp_path, address):
    start = time.monotonic()
    done = run("clean", stack, "--output", tmp_path / "out", "--cluster", address)
    assert done.code == 1
    assert address in done.error
    assert time.monotonic() - start < 20
    assert not (tmp_path / "out").exists()


def test_a_cluster_without_workers_is_named(stack, monkeypatch, tmp_path):
    from kairos.engine.clean import cluster as module

    monkeypatch.setattr(module, "_WORKERS", 1.0)
    with distributed.LocalCluster(1, processes=False, dashboard_address=":0") as empty:
        empty.scale(0)
        with distributed.Client(empty, set_as_default=False) as client:
            while client.scheduler_info()["workers"]:
                time.sleep(0.05)
        with pytest.raises(ClusterError, match="no workers"):
            there(stack, empty, tmp_path / "out")


def test_without_the_library_it_is_named(run, stack, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "kairos.engine.clean.cluster", raising=False)
    done = run("clean", stack, "--output", tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert done.code == 1
    assert "kairos-eo[cluster]" in done.error
