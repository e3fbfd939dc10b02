"""The rows of one import in a SQLite file of their own beside the upload.

A million rows neither fit into memory nor belong into the company's database before they are wanted there. The file
can always be made again from the upload; nothing in it is a fact.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from holdfast.doors.intake.rules.items import MOST_ROWS, decoded
from holdfast.doors.intake.rules.problems import Problem
from holdfast.doors.intake.rules.rows import FLAGS, Row

STATUSES = ("new", "update", "skip", "duplicate", "rejected", "held")
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode  # made once: a million rows use it
_COLUMNS = "number, cells, fields, problems, key, flags, status, mark, level, own"
_WITHOUT_CELLS = _COLUMNS.replace("cells", "'[]'")
_SCHEMA = """
DROP TABLE IF EXISTS rows; DROP TABLE IF EXISTS items;
CREATE TABLE rows (number INTEGER PRIMARY KEY, cells TEXT, fields TEXT, problems TEXT, key TEXT,
                   flags INTEGER, status TEXT, mark INTEGER, level TEXT, own TEXT);
"""
_GROUP = """
DROP TABLE IF EXISTS items;
CREATE TABLE items (first INTEGER PRIMARY KEY, key TEXT, size INTEGER, is_open INTEGER DEFAULT 1);
INSERT INTO items (first, key, size) SELECT min(number), key, count(*) FROM rows WHERE key IS NOT NULL GROUP BY key;
INSERT INTO items (first, key, size) SELECT number, NULL, 1 FROM rows WHERE key IS NULL;
CREATE INDEX IF NOT EXISTS rows_key ON rows (key, number);
"""


WORK_FILE = "rows.sqlite3"


class WorkFile:
    """Rows by number, and the records (`items`) they group into, in the order of their first rows."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / WORK_FILE
        self._db = sqlite3.connect(self.path, timeout=20)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=WAL")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._db.close()

    # --- writing ---

    def start(self) -> None:
        """Empty, ready for the rows of a new check."""
        self._db.executescript(_SCHEMA)

    def add(self, rows: Iterable[Row]) -> None:
        marks = ",".join("?" * 10)
        self._db.executemany(f"INSERT OR REPLACE INTO rows ({_COLUMNS}) VALUES ({marks})", map(_stored, rows))
        self._db.commit()

    def group(self) -> None:
        """Put the rows of one key together."""
        self._db.executescript(_GROUP)

    def save(self, rows: Iterable[Row]) -> None:
        """Keep what was found out about these rows, where it is news."""
        now = [(row, (_problems(row), row.status, row.flags)) for row in rows]
        changes = [(*told, _level(row), row.number) for row, told in now if told != row.was]
        self._db.executemany("UPDATE rows SET problems=?, status=?, flags=?, level=? WHERE number=?", changes)
        self._db.commit()

    def mark_open(self) -> int:
        """Tell records with something to write from the others; how many rows the former have."""
        writing = "SELECT key FROM rows WHERE status IN ('new', 'update')"
        self._db.execute(f"UPDATE items SET is_open = key IN ({writing})")
        self._db.commit()
        return self.rows_before(1 << 62)

    def reject_oversized(self) -> None:
        """Records of far too many rows: their column is no key. Marked without loading them."""
        for key, size in self._db.execute("SELECT key, size FROM items WHERE size > ?", (MOST_ROWS,)).fetchall():
            remark = json.dumps([["number", "too_many_lines", {"count": size, "limit": MOST_ROWS}, "e"]])
            self._db.execute("UPDATE rows SET status='rejected', level='e', problems=? WHERE key=?", (remark, key))
        self._db.commit()

    # --- reading ---

    def chunks(self, limit: int = 500, after: int = 0, *, only_open: bool = False) -> Iterator[list[list[Row]]]:
        """Records whose first row stands behind `after`, as lists of rows, in lots of at most `limit` rows.

        A single record of more rows comes alone. `only_open` leaves out records with nothing to write.
        """
        lot: list[list[Row]] = []
        size = 0
        for rows in self._records(after, only_open):
            if lot and size + len(rows) > limit:
                yield lot
                lot, size = [], 0
            lot.append(rows)
            size += len(rows)
        if lot:
            yield lot

    def _records(self, after: int, only_open: bool) -> Iterator[list[Row]]:
        """Pages of their own, so that no cursor stays open while others write."""
        which = "AND is_open" if only_open else ""
        while page := self._db.execute(
            f"SELECT first, key FROM items WHERE first > ? AND size <= ? {which} ORDER BY first LIMIT 1000",
            (after, MOST_ROWS),
        ).fetchall():
            after = page[-1][0]
            for first, key in page:
                yield self._rows_of(first, key)

    def _rows_of(self, number: int, key: str | None) -> list[Row]:
        where, value = ("number=?", number) if key is None else ("key=?", key)
        found = self._db.execute(f"SELECT {_WITHOUT_CELLS} FROM rows WHERE {where} ORDER BY number", (value,))
        return [_row(values, own=True) for values in found]

    def record(self, number: int) -> list[Row]:
        """All rows of the record that this row belongs to, as they were read, without their cells."""
        found = self._db.execute("SELECT key FROM rows WHERE number=?", (number,)).fetchone()
        return self._rows_of(number, found[0]) if found else []

    def row(self, number: int) -> Row | None:
        values = self._db.execute(f"SELECT {_COLUMNS} FROM rows WHERE number=?", (number,)).fetchone()
        return _row(values) if values else None

    def rows_before(self, first: int) -> int:
        """Rows of the open records up to and with the one that begins at this row."""
        found = self._db.execute("SELECT sum(size) FROM items WHERE is_open AND first <= ?", (first,)).fetchone()[0]
        return found or 0

    def counts(self) -> dict[str, int]:
        """Rows by outcome; `warned` are those that are written with a remark."""
        counts = dict(self._db.execute("SELECT status, count(*) FROM rows GROUP BY status"))
        sums = self._db.execute("SELECT count(*), sum(level='w'), sum(flags & ? > 0) FROM rows", (FLAGS["duplicates"],))
        rows, warned, repeated = sums.fetchone()
        return {**counts, "rows": rows, "warned": warned or 0, "repeated": repeated or 0}

    def quirks(self) -> dict[str, int]:
        """How many rows carry each flag, each counted alone."""
        sums = ", ".join(f"sum(flags & {bit} > 0)" for bit in FLAGS.values())
        values = self._db.execute(f"SELECT {sums} FROM rows").fetchone()
        return {name: value or 0 for name, value in zip(FLAGS, values, strict=True)}

    def page(self, which: str, *, after: int = 0, size: int = 20) -> list[Row]:
        """Rows of one outcome, one quirk, or "look" (wrong or remarked), in the order of the file."""
        where = _where(which)
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM rows WHERE number > ? AND {where} ORDER BY number LIMIT ?", (after, size)
        )
        return [_row(values) for values in found.fetchall()]

    def count(self, which: str) -> int:
        found: int = self._db.execute(f"SELECT count(*) FROM rows WHERE {_where(which)}").fetchone()[0]
        return found

    def rejected(self) -> Iterator[Row]:
        """Every row that is not written because of an error."""
        for values in self._db.execute(f"SELECT {_COLUMNS} FROM rows WHERE {_where('rejected')} ORDER BY number"):
            yield _row(values)


_WHICH = {
    "look": "level IN ('e', 'w')",
    "warned": "level = 'w'",
    "rejected": "status IN ('rejected', 'held')",
    "duplicate": f"(status = 'duplicate' OR flags & {FLAGS['duplicates']} > 0)",
    "all": "1=1",
} | {status: f"status = '{status}'" for status in ("new", "update", "skip")}


def _where(which: str) -> str:
    if which in FLAGS:
        return f"flags & {FLAGS[which]} > 0"
    return _WHICH.get(which, "1=1")


def _stored(row: Row) -> tuple[Any, ...]:
    cells, fields = _encode(row.cells), _encode(row.fields)
    own = _problems(row)
    return (row.number, cells, fields, own, row.key, row.flags, row.status, row.mark, _level(row), own)


def _problems(row: Row) -> str:
    if not row.problems:
        return ""
    return _encode([problem.stored() for problem in row.problems])


def _level(row: Row) -> str:
    levels = {problem.level for problem in row.problems}
    return next((level for level in "ewi" if level in levels), "")


def _row(values: Iterable[Any], *, own: bool = False) -> Row:
    """A row with all that was found out, or (`own`) with what was wrong with it alone, to be looked up anew."""
    number, cells, fields, problems, key, flags, status, mark, _level, read = values
    told = read if own else problems
    found = [Problem(*problem) for problem in json.loads(told)] if told else []
    return Row(
        number, json.loads(cells), decoded(json.loads(fields)), found, key, flags, status, mark,
        (problems, status, flags),
    )  # fmt: skip
