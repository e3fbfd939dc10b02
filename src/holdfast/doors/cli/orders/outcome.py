"""What the commands on plain files share: the day to count to, and where results go."""

import os
import shutil
from datetime import date
from pathlib import Path

from holdfast.common.sheets import CellError, parse_date
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue


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
    """Everything is ready: move it to where it was asked for; the names of the files."""
    out.mkdir(parents=True, exist_ok=True)
    names = sorted(file.name for file in results.iterdir())
    for name in names:
        shutil.move(results / name, out / name)
    return names
