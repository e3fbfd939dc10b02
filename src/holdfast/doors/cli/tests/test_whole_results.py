"""Results appear whole or not at all: full disks, runs that are killed or meet, files that change while they are read."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.doors.cli.main import main
from holdfast.doors.cli.orders import outcome
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tests.commands import (
    COMMANDS,
    customers,
    names,
    orders,
    refused,
    run,
    summary,
    words,
    written,
)

pytestmark = [pytest.mark.slow, pytest.mark.shows("PLT-02")]


# --- the place for the results ---
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_where_a_folder_should_be_stays_as_it_is(tmp_path, capsys, command):
    blocked = written(tmp_path, b"mine", "blocked")

    assert run(command, written(tmp_path, COMMANDS[command][1]()), blocked / "deeper") == 2

    assert "--out" in capsys.readouterr().err
    assert blocked.read_bytes() == b"mine"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_what_was_there_and_nothing_half_written(tmp_path, capsys, monkeypatch, command):
    path, out = written(tmp_path, COMMANDS[command][1]()), tmp_path / "new" / "out"

    def full(source, target):
        Path(target).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outcome.shutil, "copyfile", full)
    assert run(command, path, out) == 2
    assert "No space left on device" in refused(capsys, out)
    assert not (tmp_path / "new").exists()

    monkeypatch.undo()
    assert run(command, path, out) == 0
    before = {name: (out / name).read_bytes() for name in names(out)}
    monkeypatch.setattr(outcome.shutil, "copyfile", full)
    assert run(command, path, out, lang="zh") == 2
    assert "原有的文件没有动" in capsys.readouterr().err
    assert {name: (out / name).read_bytes() for name in names(out)} == before


def test_a_full_disk_for_temporary_files_is_said_as_such(tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise pa.ArrowException("Error writing bytes to file. Detail: [errno 28] No space left on device")

    monkeypatch.setattr(pq, "write_table", full)

    assert run("analyze", written(tmp_path, orders()), tmp_path / "out") == 2
    assert "The disk is full" in refused(capsys, tmp_path / "out")


def test_a_folder_in_the_place_of_a_result_is_said_and_the_other_results_wait(tmp_path):
    results, out = tmp_path / "results", tmp_path / "out"
    results.mkdir()
    (results / "a.json").write_text("a")
    (results / "b.json").write_text("b")
    (out / "b.json").mkdir(parents=True)

    with pytest.raises(Problem, match=r"choose another|换一个"):
        outcome.deliver(results, out)
    assert names(out) == ["b.json"]


def test_runs_into_the_same_folder_never_mix_two_halves_of_a_file(tmp_path):
    results = [tmp_path / name for name in "ab"]
    for folder in results:
        folder.mkdir()
        (folder / "x.bin").write_bytes(folder.name.encode() * 3_000_000)
    out = tmp_path / "out"
    seen, over = set(), threading.Event()

    def look():
        while not over.is_set():
            if (out / "x.bin").exists():
                seen.add(len(set((out / "x.bin").read_bytes())))
                seen.add((out / "x.bin").stat().st_size)

    threads = [threading.Thread(target=outcome.deliver, args=(folder, out)) for folder in results * 3]
    watcher = threading.Thread(target=look)
    watcher.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()

    assert seen <= {1, 3_000_000}
    assert names(out) == ["x.bin"]


def test_a_run_that_is_killed_leaves_no_half_of_a_file_under_its_name(tmp_path):
    path, out = written(tmp_path, orders(200)), tmp_path / "out"
    command = [sys.executable, "-m", "holdfast.doors.cli.main", *words("analyze", path, out)]

    for wait in (0.4, 0.9, 1.4):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name in [name for name in names(out) if not name.startswith(".")]:
            whole = pq.read_table(out / name) if name.endswith("parquet") else summary(out)
            assert len(whole)

    assert main(words("analyze", path, out)) == 0
    assert len(customers(out)) == 7


def test_a_file_that_is_replaced_while_it_is_read_gives_the_old_or_the_new_or_a_sentence(tmp_path, capsys):
    path, fresh = written(tmp_path, orders(3_000)), orders(2_000)
    over = threading.Event()

    def replace():
        at = 0
        while not over.is_set():
            at += 1
            os.replace(written(tmp_path, fresh if at % 2 else orders(3_000), "next.csv"), path)

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        statuses = [run("analyze", path, tmp_path / str(at)) for at in range(2)]
    finally:
        over.set()
        thread.join()

    assert set(statuses) <= {0, 2}
    assert "Traceback" not in capsys.readouterr().err
    for at in [at for at, status in enumerate(statuses) if status == 0]:
        assert summary(tmp_path / str(at))["input"]["rows"] in (2_000, 3_000)
