"""What the commands on plain files share: the day to count to, and where results go."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from errno import EISDIR
from pathlib import Path
from uuid import uuid4

from holdfast.common.sheets import CellError, parse_date
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue, spoken

_PARTIAL = ".holdfast-"


def check_out(out: Path, t: Tongue) -> None:
    """Refuse a folder that cannot be written to, before anything is read."""
    place = next((folder for folder in (out, *out.absolute().parents) if folder.exists()), Path("/"))
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise Problem(
            t(
                "不能写入「{place}」，请换一个 --out。",
                "“{place}” cannot be written to: choose another --out.",
                place=place,
            )
        )


def as_of_day(text: str | None, t: Tongue) -> date | None:
    """The day that `--as-of` names. Raises Problem."""
    if text is None:
        return None
    try:
        day = parse_date(text)
    except CellError as error:
        raise Problem("--as-of: " + error.sentence(t.lang)) from None
    if day is None:
        raise Problem("--as-of: " + CellError("date", text=text).sentence(t.lang))
    return day


def deliver(results: Path, out: Path) -> list[str]:
    """Everything is ready: put it where it was asked for; the names of the files.

    Each file appears under its name whole or not at all, also when the run is killed or the disk is full, and a run
    beside this one gets its own files through as well. Raises Problem where they cannot be written; what stood there
    before stays.
    """
    names = sorted(file.name for file in results.iterdir())
    _deliver([(results / name, out / name) for name in names], out)
    return names


def deliver_file(result: Path, out: Path) -> None:
    """One file under any name, whole or not at all. Raises Problem as `deliver` does."""
    _deliver([(result, out)], out.parent)


def _deliver(files: list[tuple[Path, Path]], out: Path) -> None:
    with _sayable(out), _folder(out), _beside(out) as partial:
        for source, target in files:
            if target.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), target)
            _copy(source, partial / target.name)
        for _, target in files:
            (partial / target.name).replace(target)


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """The folder, made where it is missing; what was made goes again if nothing came into it."""
    made = [folder for folder in (out, *out.absolute().parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except OSError:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A folder for files that are not whole yet, on the same disk."""
    partial = out / f"{_PARTIAL}{uuid4().hex}"
    partial.mkdir()
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Copied down to the disk: a full one is noticed here and not later."""
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _sayable(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        t = spoken()
        raise Problem(
            t(
                "结果写不进「{out}」（{why}）：请腾出空间、检查权限，或换一个 --out。原有的文件没有动。",
                "The results cannot be written to “{out}” ({why}): make room, check your rights or choose another "
                "--out. What stood there is untouched.",
                out=out,
                why=error.strerror or type(error).__name__,
            )
        ) from None
