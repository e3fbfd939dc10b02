"""Whole columns read by DuckDB, giving the same answers as the scalar forms in `values`.

What SQL can read beyond doubt it reads; every other distinct text goes once through the scalar form, and the
answers are joined back. So both forms agree by construction, and odd columns cost what their variety costs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb
import pyarrow as pa

from holdfast.common.sheets.errors import CellError
from holdfast.common.sheets.staging import Staged
from holdfast.common.sheets.values import (
    MISSING_WORDS,
    DateOrder,
    NumberStyle,
    parse_date,
    parse_number,
)
from holdfast.common.sheets.values.numbers import rounded
from holdfast.common.sheets.values.texts import BLANKS

NUMBER = "DECIMAL(18,6)"
_CLOCK = r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
_DAY_AND_CLOCK = rf"[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}[ T]{_CLOCK}"
_PLAIN_POINT = r"[-+]?[0-9]{1,12}([.][0-9]{1,20})?"
_PLAIN_WHOLE = r"[-+]?[0-9]{1,12}"
_MAPPED_AT_ONCE = 500_000


@dataclass
class Columns:
    """The columns of one staged file as SQL: `select` expressions by role over `source`.

    Texts are trimmed once, in an inner query; answers of the scalar forms are joined to it. `clean`: identifiers that
    need no trimming anywhere.
    """

    con: duckdb.DuckDBPyConnection
    staged: Staged
    prefix: str
    select: dict[str, str] = field(default_factory=dict)
    notes: dict[str, dict[str, object]] = field(default_factory=dict)
    clean: set[str] = field(default_factory=set)
    _inner: dict[str, str] = field(default_factory=dict)
    _joins: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        """What stands in FROM, as `b`; `b.file_row_number` is the row's place in the file."""
        inner = ", ".join(["s.file_row_number", *(f"{expr} AS {name}" for name, expr in self._inner.items())])
        return " ".join([f"(SELECT {inner} FROM {self.staged.scan} AS s) AS b", *self._joins])

    def _keep(self, name: str, expression: str) -> str:
        self._inner[name] = expression
        return f"b.{name}"

    def add_id(self, role: str, heading: str) -> None:
        """Identifier as text: leading zeros kept, `17850.0` cut only where the whole column is so."""
        column, kind = self._place(heading)
        if kind == "real":
            self.select[role] = self._keep(role, self._real_id(column))
        elif kind == "text":
            self.select[role] = self._text_id(role, column)
        else:
            self.select[role] = self._keep(role, f"CAST({column} AS VARCHAR)")

    def as_is(self, name: str, heading: str) -> None:
        """A column of the file under another name, in its own type."""
        column, _ = self._place(heading)
        self._inner.pop(name, None)
        self.select[name] = self._keep(name, column)

    def add_text(self, role: str, heading: str) -> None:
        """Trimmed text, null when empty."""
        column, kind = self._place(heading)
        text = f"nullif({_trimmed(column)}, '')" if kind == "text" else f"CAST({column} AS VARCHAR)"
        self.select[role] = self._keep(role, text)

    def add_date(self, role: str, heading: str) -> None:
        """Day as written (DATE, null if unreadable) and, as `<role>_text`, the whole cell."""
        column, kind = self._place(heading)
        text = f"CAST({column} AS VARCHAR)"
        if kind not in ("date", "moment"):
            text = _present(text)
        self.select[f"{role}_text"] = self._keep(f"{role}_text", text)
        if kind in ("date", "moment"):
            day = f"TRY_CAST({column} AS DATE)"
            self.select[role] = self._keep(role, f"CASE WHEN year({day}) BETWEEN 1900 AND 2199 THEN {day} END")
        else:
            self.select[role] = self._mapped_date(role, text)

    def add_number(self, role: str, heading: str) -> None:
        """Number as DECIMAL(18,6), rounded half up, null if empty or unreadable, which `<role>_bad` tells apart."""
        column, kind = self._place(heading)
        if kind == "text":
            self._add_mapped_number(role, column)
            return
        number = f"TRY_CAST({column} AS {NUMBER})"
        present = f"{column} IS NOT NULL" + (f" AND NOT isnan({column})" if kind == "real" else "")
        self.select[role] = self._keep(role, number)
        self.select[f"{role}_bad"] = self._keep(f"{role}_bad", f"({present} AND {number} IS NULL)")

    def _place(self, heading: str) -> tuple[str, str]:
        name = self.staged.names[heading].replace('"', '""')
        return f's."{name}"', self.staged.types[heading]

    def _rows(self, sql: str) -> list[tuple]:
        return self.con.execute(sql).fetchall()

    def _real_id(self, column: str) -> str:
        """Integers that became floats beside empty cells: written without a tail if the whole column allows it."""
        whole = f"{column} = floor({column}) AND abs({column}) < 1e15"
        ((broken,),) = self._rows(
            f"SELECT count(*) FROM {self.staged.scan} AS s WHERE {column} IS NOT NULL AND NOT isnan({column})"
            f" AND NOT ({whole})"
        )
        kept = f"CASE WHEN NOT isnan({column}) THEN {column} END"
        return f"CAST(CAST({kept} AS BIGINT) AS VARCHAR)" if broken == 0 else f"CAST({kept} AS VARCHAR)"

    def _text_id(self, role: str, column: str) -> str:
        text = _present(column)
        # An identifier stands in many rows: each is looked at once.
        every = f"(SELECT DISTINCT {column} FROM {self.staged.scan} AS s) AS s"
        ((tailed, seen, odd),) = self._rows(
            "SELECT count(*) FILTER (regexp_full_match(t, '[0-9]+[.]0')), count(t), count(*) FILTER (t IS DISTINCT FROM r)"
            f" FROM (SELECT {text} AS t, {column} AS r FROM {every})"
        )
        if not odd:
            self.clean.add(role)
        kept = self._keep(role, text if odd else column)
        if not seen or tailed < seen:
            return kept
        self.notes[role] = {"drop_point_zero": True}
        return f"left({kept}, length({kept}) - 2)"

    def _mapped_date(self, role: str, text: str) -> str:
        counted = self._counted(text, _day_part("t"), "true")
        order = DateOrder()
        for value, count in counted:
            order.add(value, count)
        self.notes[role] = {"order": order.order, "ambiguous": order.ambiguous, "examples": order.examples}
        if order.conflict:
            self.notes[role]["conflict"] = True
        answers = _answers((value for value, _ in counted), lambda value: parse_date(value, order=order.order))
        return self._joined(role, _day_part(f"b.{role}_text"), answers, pa.date32())

    def _add_mapped_number(self, role: str, column: str) -> None:
        text = _present(column)
        style = NumberStyle()
        for value, count in self._counted(text, "t", "contains(t, ',')", limit=100_000):
            style.add(value, count)
        if style.seen_comma:
            for value, count in self._counted(text, "t", "contains(t, '.') AND NOT contains(t, ',')", limit=100_000):
                style.add(value, count)
        plain = _PLAIN_WHOLE if style.decimal_comma else _PLAIN_POINT
        odd = [value for value, _ in self._counted(text, "t", f"NOT regexp_full_match(t, '{plain}')")]
        answers = _answers(odd, lambda value: _number(value, style.decimal_comma))
        kept = self._keep(f"{role}_text", text)
        quick = f"CASE WHEN regexp_full_match({kept}, '{plain}') THEN TRY_CAST({kept} AS {NUMBER}) END"
        self.select[role] = quick
        if odd:
            self.select[role] = f"coalesce({quick}, {self._joined(role, kept, answers, pa.decimal128(18, 6))})"
        self.select[f"{role}_bad"] = f"({kept} IS NOT NULL AND {self.select[role]} IS NULL)"
        if style.decimal_comma:
            self.notes[role] = {"decimal_comma": True}

    def _counted(self, text: str, key: str, where: str, limit: int | None = None) -> list[tuple[str, int]]:
        """Distinct present texts and how often each stands."""
        return self._rows(
            f"SELECT k, count(*) FROM (SELECT {key} AS k FROM (SELECT {text} AS t FROM {self.staged.scan} AS s)"
            f" WHERE t IS NOT NULL AND {where}) GROUP BY k ORDER BY k" + (f" LIMIT {limit}" if limit else "")
        )

    def _joined(self, role: str, key: str, answers: "Answers", kind: pa.DataType) -> str:
        name = f"{self.prefix}_{role}"
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (k VARCHAR, v {_SQL_TYPES[str(kind)]})")
        for at in range(0, len(answers), _MAPPED_AT_ONCE):
            part = answers[at : at + _MAPPED_AT_ONCE]
            table = pa.table({"k": pa.array([k for k, _ in part]), "v": pa.array([v for _, v in part], kind)})
            self.con.register("answers", table)
            self.con.execute(f"INSERT INTO {name} SELECT * FROM answers")
            self.con.unregister("answers")
        self._joins.append(f"LEFT JOIN {name} ON {name}.k = {key}")
        return f"{name}.v"


_SQL_TYPES = {"date32[day]": "DATE", "decimal128(18, 6)": NUMBER}
Answers = list[tuple[str, object]]


def _answers(values: Iterable[str], read: Callable[[str], object]) -> Answers:
    """Each text with what the scalar form makes of it; those it cannot read are left out."""
    answers: Answers = []
    for value in values:
        try:
            answer = read(value)
        except CellError:
            continue
        if answer is not None:
            answers.append((value, answer))
    return answers


def _number(value: str, decimal_comma: bool) -> Decimal | None:
    number = parse_number(value, decimal_comma=decimal_comma)
    return None if number is None else rounded(number, 6)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _day_part(text: str) -> str:
    """The day of a day with an ordinary clock, else the whole text: there are far fewer days than moments."""
    return (
        f"(CASE WHEN regexp_full_match({text}, '{_DAY_AND_CLOCK}')"
        f" THEN split_part(replace({text}, 'T', ' '), ' ', 1) ELSE {text} END)"
    )


def _trimmed(column: str) -> str:
    """`text_of`: without blanks around, and without the mark our own writing sets before formulas.

    Trimming a set of letters is dear, so only cells that need it go that way.
    """
    bare = f"trim({column}, '{_BLANKS}')"
    clean = f"regexp_replace({bare}, '^''([=+@\\t\\r-])', '\\1')"
    return f"(CASE WHEN regexp_matches({column}, '{_UNTIDY}') THEN {clean} ELSE {column} END)"


def _present(column: str) -> str:
    """Trimmed text, null where it is empty or a word for nothing."""
    text = _trimmed(column)
    return f"(CASE WHEN lower({text}) NOT IN ({_MISSING_SQL}) THEN {text} END)"


_BLANKS = BLANKS.replace("\0", "")
_UNTIDY = f"^[{_BLANKS}]|[{_BLANKS}]$|^''[=+@-]"
_MISSING_SQL = ", ".join(_quoted(word) for word in sorted(MISSING_WORDS))


def half_up(number: str) -> str:
    """SQL for rounding a decimal to a whole number, half away from zero."""
    return f"CAST(round({number}, 0) AS BIGINT)"
