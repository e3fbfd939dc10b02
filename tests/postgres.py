"""A throw-away PostgreSQL cluster for one test run, on a socket in a folder of its own."""

from __future__ import annotations

import atexit
import glob
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl: on PATH, or where Debian puts them."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    path = shutil.which("initdb") or (found[-1] if found else None)
    return Path(path).parent if path else None


def start() -> str:
    """Start a cluster, stop it when this process ends; its address for DATABASE_URL."""
    folder = binaries()
    if folder is None:
        raise SystemExit("PostgreSQL's server programs are missing: install the package postgresql, then run again.")
    home = Path(tempfile.mkdtemp(prefix="holdfast-pg-"))
    prefix = _as_somebody_else(home)
    data = home / "data"
    _run(
        prefix,
        folder / "initdb",
        "-D",
        data,
        "-U",
        "holdfast",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    options = f"-k {home} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    _run(prefix, folder / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
    atexit.register(_stop, prefix, folder, data, home, os.getpid())
    return f"postgresql://holdfast@{quote(str(home), safe='')}/postgres"


def _as_somebody_else(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the package's own user does it then."""
    if os.geteuid() != 0:
        return []
    shutil.chown(home, "postgres", "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(prefix: list[str], *command: object) -> None:
    subprocess.run([*prefix, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL)


def _stop(prefix: list[str], folder: Path, data: Path, home: Path, owner: int) -> None:
    if os.getpid() != owner:
        return
    _run(prefix, folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(home, ignore_errors=True)
