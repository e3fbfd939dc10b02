"""Run every contender on every file, each in a process of its own, and print seconds as ratios to Holdfast.

python tools/peers.py             bring the others into .venv-peers, once
python -m benchmarks.peers        CDNOW, 100,000 and 1,000,000 customers; about five minutes
HOLDFAST_PEERS_CUSTOMERS=20000 python -m benchmarks.peers
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.files import ROOT, Lines, files
from benchmarks.peers.watch import TASKS

PEERS = ROOT / ".venv-peers"
# Each contender with the environment that has it.
CONTENDERS = {
    "holdfast": Path(sys.executable),
    "lifetimes": PEERS / "lifetimes" / "bin" / "python",
    "pymc_marketing": PEERS / "pymc" / "bin" / "python",
    "pandas": PEERS / "pymc" / "bin" / "python",
    "polars": PEERS / "pymc" / "bin" / "python",
    "duckdb": PEERS / "pymc" / "bin" / "python",
}
LONGEST = 900
LABELS = {
    "read": "read the file",
    "summary": "summary (x, t_x, T, m)",
    "bgnbd": "fit BG/NBD",
    "mbgnbd": "fit MBG/NBD",
    "p_alive": "P(alive)",
    "expected": "purchases of 90 days",
    "gamma_gamma": "fit Gamma-Gamma",
    "rfm": "RFM quintiles",
}


def main() -> int:
    print(f"Holdfast beside its peers: {platform.machine()}, {os.cpu_count()} cores. Best of up to 5 runs per task,")
    print("seconds (× = times Holdfast's). Everything = all columns of customers.parquet, which no peer computes.\n")
    versions: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="holdfast-peers-") as folder:
        for lines in files(Path(folder)):
            print(f"{lines.name}, {lines.rows:,} lines", flush=True)
            told = {name: run(name, python, lines) for name, python in CONTENDERS.items()}
            show(told)
            versions |= {name: answer["error"] for name, answer in told.items() if "error" in answer}
            versions |= {name: _versions(answer) for name, answer in told.items() if "error" not in answer}
            lines.path.unlink()
    for name, text in versions.items():
        print(f"{name:16} {text}")
    return 0


def run(name: str, python: Path, lines: Lines) -> dict[str, Any]:
    """What the contender said, or `error` with a sentence."""
    if not python.exists():
        return {"error": "not installed; tools/peers.py brings it"}
    command = [str(python), "-W", "ignore", "-m", f"benchmarks.peers.with_{name}", str(lines.path), f"{lines.as_of}"]
    quiet = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    try:
        done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return {"error": f"stopped after {LONGEST} s"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        return {"error": f"ended with status {done.returncode}: {last[0][:160]}"}
    return {**json.loads(done.stdout.strip().splitlines()[-1]), "whole": time.perf_counter() - start}


def show(told: dict[str, dict[str, Any]]) -> None:
    """A table: tasks down, contenders across."""
    there = {name: answer for name, answer in told.items() if "error" not in answer}
    ours = there.get("holdfast", {}).get("seconds", {})
    print(f"  {'':24}" + "".join(f"{name:>22}" for name in there))
    for task in TASKS:
        print(
            f"  {LABELS[task]:24}"
            + "".join(_cell(answer["seconds"].get(task), ours.get(task)) for answer in there.values())
        )
    shared = [sum(answer["seconds"].get(task, 0.0) for task in TASKS) for answer in there.values()]
    print(f"  {'all of these it can do':24}" + "".join(f"{total:>12.3f} s{'':8}" for total in shared))
    print(
        f"  {'process with its imports':24}" + "".join(f"{answer['whole']:>12.2f} s{'':8}" for answer in there.values())
    )
    print(f"  {'peak memory':24}" + "".join(f"{answer['peak_mb']:>11,.0f} MB{'':8}" for answer in there.values()))
    if "everything" in ours:
        print(f"  {'everything':24}{ours['everything']:>12.3f} s")
    for name, answer in there.items():
        print(f"  {name:24}" + _figures(answer["figures"]))
    counted = {(answer["figures"]["customers"], answer["figures"]["purchases"]) for answer in there.values()}
    print("  all counted the same customers and purchases" if len(counted) == 1 else "  THEY DID NOT COUNT THE SAME")
    print(flush=True)


def _cell(seconds: float | None, ours: float | None) -> str:
    if seconds is None:
        return f"{'–':>22}"
    ratio = f"×{seconds / ours:,.1f}" if ours else ""
    return f"{seconds:>12.4f} s{ratio:>8}"


def _figures(figures: dict[str, Any]) -> str:
    """What shows that all did the same: the parameters they found."""
    parts = []
    for name, value in figures.items():
        if isinstance(value, dict):
            parts.append(f"{name} " + " ".join(f"{part:.4g}" for part in value.values()))
        else:
            parts.append(f"{name} {value:,.6g}")
    return "; ".join(parts)


def _versions(answer: dict[str, Any]) -> str:
    named = ", ".join(f"{name} {version}" for name, version in answer["versions"].items())
    return f"{named} (Python {answer['python']})"


if __name__ == "__main__":
    sys.exit(main())
