"""The benchmark beside other packages goes on without what is not installed, and all are asked the same."""

import sys
from datetime import date
from pathlib import Path

import pytest
from benchmarks.peers import __main__ as peers
from benchmarks.peers import files


@pytest.fixture
def lines(tmp_path):
    return files.saved(files.drawn(50), "fifty", tmp_path / "lines.parquet", files.END)


def test_a_peer_that_is_not_installed_is_named_with_what_brings_it(lines, capsys):
    told = peers.run("lifetimes", Path("/nowhere/python"), lines)

    assert told == {"error": "not installed; tools/peers.py brings it"}
    peers.show({"lifetimes": told})
    assert "lifetimes" not in capsys.readouterr().out


@pytest.mark.slow
def test_a_peer_that_fails_is_told_by_its_last_words(lines):
    told = peers.run("nobody", Path(sys.executable), lines)

    assert told["error"].startswith("ended with status 1")
    assert "with_nobody" in told["error"]


def test_seconds_stand_with_their_ratio_to_ours(capsys):
    figures = {"customers": 2, "purchases": 3}
    told = {
        name: {"seconds": {"read": seconds}, "whole": 1.0, "peak_mb": 10.0, "figures": figures}
        for name, seconds in (("holdfast", 0.5), ("pandas", 2.0))
    }

    peers.show(told)

    out = capsys.readouterr().out
    assert "×4.0" in out
    assert "all counted the same" in out


def test_a_drawn_company_is_the_same_every_time_and_ends_before_its_last_day():
    first, again = files.drawn(200), files.drawn(200)

    assert first.equals(again)
    assert len(first["customer_id"].unique()) == 200
    assert date(2024, 6, 30) <= min(first["day"].to_pylist()) <= max(first["day"].to_pylist()) <= files.END
    assert min(first["amount_minor"].to_pylist()) > 0
