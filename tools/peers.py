"""Bring the programs that Holdfast is measured beside into `.venv-peers`. Holdfast itself needs none of them.

    .venv/bin/python tools/peers.py             install what benchmarks/peers/*.txt pin, by hash
    .venv/bin/python tools/peers.py --lock      pin them anew from benchmarks/peers/*.in

Two environments, because `lifetimes` wants an older pandas. What cannot be installed is named; the rest goes on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "benchmarks" / "peers"
FOLDER = ROOT / ".venv-peers"
UV = ROOT / ".venv" / "bin" / "uv"
ENVIRONMENTS = ("lifetimes", "pymc")


def main(arguments: list[str]) -> int:
    if not UV.exists():
        sys.exit("There is no .venv with uv yet: run `make setup` first.")
    work = lock if "--lock" in arguments else install
    return max(work(name) for name in ENVIRONMENTS)


def install(name: str) -> int:
    """One environment, exactly as pinned; 1 if that was not possible."""
    python = FOLDER / name / "bin" / "python"
    if not python.exists() and uv("venv", "--quiet", "--python", sys.executable, FOLDER / name):
        return told(name)
    requirements = LISTS / f"{name}.txt"
    failed = uv("pip", "sync", "--quiet", "--python", python, "--require-hashes", requirements)
    return told(name) if failed else 0


def lock(name: str) -> int:
    """The pins with their hashes and without any address they were fetched from."""
    options = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url")
    more = ("--no-emit-find-links", "--custom-compile-command", "tools/peers.py --lock", "--quiet")
    return uv("pip", "compile", *options, *more, LISTS / f"{name}.in", "-o", LISTS / f"{name}.txt")


def uv(*arguments: object) -> int:
    return subprocess.run([str(UV), *map(str, arguments)], cwd=ROOT).returncode


def told(name: str) -> int:
    print(f"{name}: could not be installed; benchmarks.peers goes on without it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
