"""A job file as the table that the engine takes, with what was odd about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.common.sheets import (
    CellError,
    DateOrder,
    Limits,
    guess_columns,
    is_missing,
    open_sheet,
    parse_moment,
    text_of,
)
from holdfast.common.sheets.staging import stage
from holdfast.common.sheets.values.dates import FIRST_YEAR, LAST_YEAR
from holdfast.doors.cli.capability.roles import GREY, JOB_ROLES
from holdfast.doors.cli.orders.files import OrderFile

MOMENT = pa.timestamp("us")
NEEDED = {"start": ("开始时间", "start"), "end": ("结束时间", "end")}
_FIRST, _BEYOND = (pa.scalar(datetime(year, 1, 1), MOMENT) for year in (FIRST_YEAR, LAST_YEAR + 1))
_PLAIN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?)?$"
_ZONED = re.compile(r":[0-9]{2}.*?(z|utc|gmt|[+-][0-9]{2}(:?[0-9]{2})?)\s*$", re.IGNORECASE)
_NOTHING = frozenset({"?", "？", "??", "？？"})


@dataclass
class JobFile:
    """The file, its table in the engine's columns (one row a row of the file), and its counted quirks.

    `by_days`: one of the columns has no clock, so whole days are counted.
    """

    file: OrderFile
    table: pa.Table
    by_days: bool
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def last_moment(self) -> datetime | None:
        """The last thing that happened: a job begun or finished."""
        moments = [pc.max(self.table[name]).as_py() for name in ("started_at", "ended_at")]
        return max((moment for moment in moments if moment is not None), default=None)

    @property
    def reasons(self) -> list[str]:
        """Every reason that stands in the file."""
        return sorted(pc.unique(self.table["reason"]).drop_null().to_pylist())


def open_jobs(path: str, wanted: Mapping[str, str]) -> OrderFile:
    """The file with its columns recognised by name, as a date alone does not tell a start from an end.

    Errors: SheetError.
    """
    sheet = open_sheet(path, limits=Limits())
    guess = guess_columns(sheet.headings, sheet.sample(200), JOB_ROLES, fixed=wanted)
    for role in [role for role, how in guess.how.items() if how == "content"]:
        guess.unused.append(guess.columns.pop(role))
    return OrderFile(Path(path), sheet, guess)


def missing_roles(file: OrderFile) -> list[str]:
    """Roles without which nothing can be said about times."""
    return [role for role in NEEDED if role not in file.columns]


def read_jobs(file: OrderFile, folder: Path) -> JobFile:
    """Every sound row of the file. Errors: SheetError."""
    staged = file.staged = stage(file.sheet, list(file.columns.values()), folder=folder, name="jobs")
    table = pq.read_table(staged.path, columns=[staged.names[heading] for heading in file.columns.values()])
    raw = {role: _whole(table[staged.names[heading]]) for role, heading in file.columns.items()}
    orders = _orders({role: raw[role] for role in NEEDED}, file)
    in_utc = _in_utc(raw[role] for role in NEEDED)
    start, end = (_moments(raw[role], orders[role], in_utc) for role in NEEDED)
    by_days = not in_utc and not (_has_clock(start.moments) and _has_clock(end.moments))
    columns = {
        "started_at": _floored(start.moments, by_days),
        "ended_at": _floored(end.moments, by_days),
        "reason": _reasons(raw["reason"]) if "reason" in raw else pa.nulls(len(start.moments), pa.string()),
    }
    counts = {
        "rows": len(start.moments),
        "ragged": staged.ragged,
        "no_start": start.moments.null_count,
        "no_end": end.moments.null_count,
        "unreadable_starts": start.unreadable,
        "unreadable_ends": end.unreadable,
        "unreadable_dates": start.unreadable + end.unreadable,
    }
    return JobFile(file, pa.table(columns), by_days, counts)


def grey_codes(jobs: JobFile, given: Iterable[str]) -> tuple[list[str], list[str]]:
    """Reasons of the file that are grey, and codes asked for that stand nowhere in it.

    Without any asked for: every reason of a column named grey, else those that mean what the book means by it.
    """
    asked = {_folded(code): code for code in given if code.strip()}
    if asked:
        found = [reason for reason in jobs.reasons if _folded(reason) in asked]
        return found, sorted(asked[code] for code in set(asked) - {_folded(reason) for reason in found})
    heading = _folded(jobs.file.columns.get("reason", ""))
    if any(word in heading for word in ("灰", "grey", "gray")):
        return jobs.reasons, []
    return [reason for reason in jobs.reasons if _folded(reason) in GREY], []


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split())


# --- cells ---
@dataclass(frozen=True)
class _Read:
    moments: pa.Array
    unreadable: int


def _whole(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return found.dictionary_decode() if pa.types.is_dictionary(found.type) else found


def _orders(raw: Mapping[str, pa.Array], file: OrderFile) -> dict[str, str]:
    """In which order day and month stand, per column; where one column leaves it open, the other decides."""
    settled = {role: DateOrder().add_all(_texts(column)) for role, column in raw.items()}
    for role, order in settled.items():
        file.notes[role] = {"order": order.order, "ambiguous": order.ambiguous, "examples": order.examples}
        if order.conflict:
            file.notes[role]["conflict"] = True
    sure = [order.order for order in settled.values() if order.seen and not order.ambiguous]
    for role, order in settled.items():
        if order.ambiguous and sure:
            file.notes[role] |= {"order": sure[0], "ambiguous": False}
    return {role: str(file.notes[role]["order"]) for role in settled}


def _texts(column: pa.Array) -> list[str]:
    """The different cells of a column of text."""
    return pc.unique(column).drop_null().to_pylist() if _is_text(column) else []


def _is_text(column: pa.Array) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _moments(column: pa.Array, order: str, in_utc: bool) -> _Read:
    if not _is_text(column) and (pa.types.is_temporal(column.type)):
        read = _believable(column.cast(MOMENT, safe=False))
        return _Read(read, read.null_count - column.null_count)
    text = column if _is_text(column) else column.cast(pa.string())
    words = pc.unique(text).drop_null()
    if not len(words):
        return _Read(pa.nulls(len(text), MOMENT), 0)
    quick = _quick(words)
    read = (
        quick if quick is not None else pa.array([_moment(word, order, in_utc) for word in words.to_pylist()], MOMENT)
    )
    odd = [word for word in words.filter(pc.is_null(read)).to_pylist() if not _is_nothing(word)]
    unreadable = pc.sum(pc.is_in(text, value_set=pa.array(odd, text.type), skip_nulls=True)).as_py()
    return _Read(read.take(pc.index_in(text, words)), int(unreadable or 0))


def _is_nothing(word: str | None) -> bool:
    text = text_of(word)
    return is_missing(text) or text in _NOTHING


def _quick(words: pa.Array) -> pa.Array | None:
    """Whole columns of 2026-01-05 08:30:00 at once."""
    if not len(words) or not pc.all(pc.match_substring_regex(words, _PLAIN)).as_py():
        return None
    try:
        return _believable(words.cast(MOMENT))
    except pa.ArrowInvalid:
        return None


def _believable(moments: pa.Array) -> pa.Array:
    """Without the moments of years that stand for "never", such as 9999, or for nothing, such as 0001."""
    known = pc.and_(pc.greater_equal(moments, _FIRST), pc.less(moments, _BEYOND))
    return pc.if_else(known, moments, pa.scalar(None, MOMENT))


def _in_utc(columns: Iterable[pa.Array]) -> bool:
    """Whether every moment names its zone: then they are compared in one, else by the clock on the wall."""
    cells = [cell for column in columns for cell in (_texts(column) or [""]) if not _is_nothing(cell)]
    return bool(cells) and all(_ZONED.search(cell) for cell in cells)


def _moment(word: str, order: str, in_utc: bool) -> datetime | None:
    if _is_nothing(word):
        return None
    try:
        moment = parse_moment(word, order=order)
    except CellError:
        return None
    if moment is not None and moment.tzinfo is not None and in_utc:
        moment = moment.astimezone(UTC)
    return None if moment is None else moment.replace(tzinfo=None)


def _has_clock(moments: pa.Array) -> bool:
    """Some cell tells more than its day (an empty column does not say that it has none)."""
    known = moments.drop_null().cast(pa.int64()).to_numpy(zero_copy_only=False)
    return not len(known) or bool(np.any(known % 86_400_000_000))


def _floored(moments: pa.Array, by_days: bool) -> pa.Array:
    return moments.cast(pa.date32(), safe=False).cast(MOMENT) if by_days else moments


def _reasons(column: pa.Array) -> pa.Array:
    """Trimmed; null where nothing is said."""
    text = column if _is_text(column) else column.cast(pa.string())
    words = pc.unique(text).drop_null()
    told = [text_of(word) for word in words.to_pylist()]
    kept = [None if _is_nothing(word) else word for word in told]
    return (
        pa.array(kept, pa.string()).take(pc.index_in(text, words)) if len(words) else pa.nulls(len(text), pa.string())
    )
