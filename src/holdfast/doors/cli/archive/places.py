"""What of the data folder belongs into a backup, and who is using the folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken

DATABASE = "holdfast.sqlite3"
LOCK = "serve.lock"
# Not part of the state: made anew, secret, or about this machine alone.
LEFT_OUT = {"static", "backups", "secret_key", LOCK, "upgrading", "filling", "logs", "tmp"}
LEFT_OUT_STARTS = (DATABASE, "queue.sqlite3", "before-restore-", "restoring-")


def kept_files(data: Path) -> list[Path]:
    """Every file of the state beside the database, relative to the data folder, in order."""
    tops = [
        top for top in sorted(data.iterdir()) if top.name not in LEFT_OUT and not top.name.startswith(LEFT_OUT_STARTS)
    ]
    files = [file for top in tops for file in ([top] if top.is_file() else sorted(top.rglob("*"))) if file.is_file()]
    return [file.relative_to(data) for file in files if not file.is_symlink() and not file.name.endswith(".partial")]


@contextmanager
def folder_to_oneself(data: Path, says: str = "") -> Iterator[None]:
    """Hold the data folder's lock: one server at a time, and no restore while one runs."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem(_in_use(data)) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()} {says}".encode())
        yield
    finally:
        os.close(handle)


def _in_use(data: Path) -> str:
    who = (data / LOCK).read_text(encoding="utf-8").split(" ", 1)
    return spoken()(
        "数据目录 {data} 正被另一个进程使用（进程号 {pid} {what}）。请先停下它，再试一次。",
        "The data folder {data} is in use by another process ({pid} {what}). Stop it, then try again.",
        data=data, pid=who[0] or "?", what=who[1] if len(who) > 1 else "",
    )  # fmt: skip


def is_served(data: Path) -> bool:
    """Whether a server runs on this data folder now."""
    try:
        with folder_to_oneself(data):
            return False
    except Problem:
        return True
