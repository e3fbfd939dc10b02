"""What was found, told twice: as `summary.json` and as lines for the person at the terminal."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from holdfast.common.sheets import heading_factor
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.orders.rows import Flags, cost_is_per_unit
from holdfast.doors.cli.tongue import Tongue


@dataclass(frozen=True)
class Reading:
    """All that is known of the input once it has been read."""

    files: Sequence[OrderFile]
    flags: Flags
    duplicates: int
    dropped: int
    after_as_of: int
    kept: int
    as_of: date
    today: date

    @property
    def ragged(self) -> int:
        """Rows left out because their cells do not match the headings."""
        return sum(file.staged.ragged for file in self.files if file.staged)


def input_figures(reading: Reading) -> dict[str, Any]:
    """The `input` part of summary.json; flags are counted each alone over all rows."""
    flags = asdict(reading.flags)
    named = ("no_customer", "cancelled", "negative_quantity", "nonpositive_price", "unreadable_dates", "amount_missing")
    return {
        "rows": flags["rows"],
        **{name: flags[name] for name in named},
        "duplicates": reading.duplicates,
        "dropped_duplicates": reading.dropped,
        "after_as_of": reading.after_as_of,
        "ragged": reading.ragged,
        "kept": reading.kept,
        "columns": _columns(reading.files),
        "files": [file_figures(file) for file in reading.files],
    }


def _columns(files: Sequence[OrderFile]) -> dict[str, Any]:
    """Role → heading; a list of headings where files differ."""
    found: dict[str, list[str]] = {}
    for file in files:
        for role, heading in file.columns.items():
            found.setdefault(role, [])
            if heading not in found[role]:
                found[role].append(heading)
    return {role: headings[0] if len(headings) == 1 else headings for role, headings in found.items()}


def file_figures(file: OrderFile) -> dict[str, Any]:
    """How one file was read: its columns and what told them, encoding, what was settled."""
    sheet, staged = file.sheet, file.staged
    told = {
        "file": file.path.name,
        "kind": sheet.kind,
        "rows": staged.rows if staged else 0,
        "ragged": staged.ragged if staged else 0,
        "ragged_rows": staged.ragged_rows if staged else [],
        "columns": file.columns,
        "told_by": file.guess.how,
        "confidence": file.guess.confidence,
        "unused": file.guess.unused,
        "settled": file.notes,
        "encoding": sheet.encoding,
        "damaged_characters": sheet.damaged,
        "delimiter": sheet.delimiter,
        "sheet": sheet.sheet_name,
        "other_sheets": [name for name in sheet.sheet_names if name != sheet.sheet_name],
    }
    if "cost" in file.columns:
        told["cost_is"] = "per_unit" if cost_is_per_unit(file) else "per_line"
    return {name: value for name, value in told.items() if value not in (None, [], {}, 0) or name == "rows"}


def as_json(summary: Mapping[str, Any]) -> str:
    """Readable JSON, Chinese as it is; what is no number is null."""
    return json.dumps(_finite(summary), ensure_ascii=False, indent=2, default=str, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def lines(reading: Reading, tongue: Tongue) -> list[str]:
    """What to tell the person: what was read, left out, and decided on their behalf."""
    told = [_overall(reading, tongue), *_left_out(reading, tongue), *_oddities(reading, tongue)]
    for file in reading.files:
        told += decisions(file, tongue)
    return told


def _overall(reading: Reading, tongue: Tongue) -> str:
    return tongue(
        "读入 {rows:,} 行，采用 {kept:,} 行，截止 {as_of}。",
        "Read {rows:,} {word}, kept {kept:,}, as of {as_of}.",
        rows=reading.flags.rows,
        word="row" if reading.flags.rows == 1 else "rows",
        kept=reading.kept,
        as_of=reading.as_of,
    )


def _left_out(reading: Reading, tongue: Tongue) -> list[str]:
    ragged = [n for file in reading.files if file.staged for n in file.staged.ragged_rows][:5]
    counts = (
        (reading.flags.no_customer, tongue("没有客户", "without a customer")),
        (reading.flags.unreadable_dates, tongue("日期读不出", "with no readable date")),
        (reading.after_as_of, tongue("晚于截止日", "after the as-of day")),
        (reading.dropped, tongue("重复，按要求去掉", "repeated and dropped as asked")),
        (reading.ragged, tongue("列数不齐，如第 {n} 行", "with too few or many cells, such as row {n}", n=ragged)),
    )
    told = "，".join(f"{n:,} 行{what}" for n, what in counts if n)
    if tongue.lang == "en":
        told = ", ".join(f"{n:,} {what}" for n, what in counts if n)
    return [tongue("没有采用：{told}。", "Not kept: {told}.", told=told)] if told else []


def _oddities(reading: Reading, tongue: Tongue) -> list[str]:
    flags = reading.flags
    counts = (
        (flags.cancelled, tongue("取消（订单号以 C 开头）", "cancelled (order number begins with C)")),
        (flags.negative_quantity, tongue("数量为负", "with a negative quantity")),
        (flags.nonpositive_price, tongue("单价为零或负", "with a price of zero or less")),
        (0 if reading.dropped else reading.duplicates, tongue("与前面某行相同", "equal to an earlier row")),
        (flags.amount_missing, tongue("金额读不出，按 0 计", "with no readable amount, counted as 0")),
    )
    told = tongue("，", ", ").join(tongue("{n:,} 行{what}", "{n:,} {what}", n=n, what=what) for n, what in counts if n)
    notes = [tongue("留意：{told}。", "Worth knowing: {told}.", told=told)] if told else []
    if flags.cancelled and not flags.c_cancels:
        notes.append(
            tongue(
                "这里 C 只是订单号里的一个普通字母，没有当作取消。",
                "Here C is only one letter of the order numbers, so these are not taken as cancellations.",
            )
        )
    if reading.as_of > reading.today:
        notes.append(
            tongue(
                "截止日 {as_of} 在今天之后：请检查日期列，或用 --as-of 指定。",
                "The as-of day {as_of} is in the future: check the date column, or set --as-of.",
                as_of=reading.as_of,
            )
        )
    return notes


def decisions(file: OrderFile, tongue: Tongue, dates: Sequence[str] = ("date",)) -> list[str]:
    """What was decided on the person's behalf about one file."""
    read_from = tongue("，", ", ").join(f"{role}={heading}" for role, heading in file.columns.items())
    told = [f"{file.path.name}: {read_from}"]
    for note in (file.notes.get(role, {}) for role in dates):
        if note.get("ambiguous") or note.get("conflict"):
            told.append(_date_order(file, note, tongue))
    if file.sheet.damaged:
        told.append(
            tongue(
                "{file}：有 {n} 处字符与编码 {encoding} 不符，已用 \ufffd 代替。",
                "{file}: {n} characters do not fit the encoding {encoding} and show as \ufffd.",
                file=file.path.name,
                n=file.sheet.damaged,
                encoding=file.sheet.encoding,
            )
        )
    told += [
        tongue(
            "{file}：「{heading}」按 {factor:,} 倍计。",
            "{file}: “{heading}” is counted times {factor:,}.",
            file=file.path.name,
            heading=heading,
            factor=heading_factor(heading),
        )
        for role, heading in file.columns.items()
        if role in ("amount", "price", "cost") and heading_factor(heading) != 1
    ]
    told += [
        tongue(
            "{file}：有 {n} 列都叫「{heading}」，读的是第一列；要读别的请改列名。",
            "{file}: {n} columns are headed “{heading}” and the first was read; rename the other to read it.",
            file=file.path.name,
            n=1 + _repeats(heading, file),
            heading=heading,
        )
        for heading in dict.fromkeys(file.columns.values())
        if _repeats(heading, file)
    ]
    others = [name for name in file.sheet.sheet_names if name != file.sheet.sheet_name]
    if others:
        told.append(
            tongue(
                "{file}：只读了工作表「{sheet}」，没有读：{others}。",
                "{file}: only the sheet “{sheet}” was read, not {others}.",
                file=file.path.name,
                sheet=file.sheet.sheet_name,
                others="、".join(others),
            )
        )
    return told


def _repeats(heading: str, file: OrderFile) -> int:
    """How many further columns have the same heading: the reader numbers them."""
    return sum(name.startswith(f"{heading}#") and name[len(heading) + 1 :].isdigit() for name in file.sheet.headings)


def _date_order(file: OrderFile, note: Mapping[str, Any], tongue: Tongue) -> str:
    orders = {"dmy": ("日在前", "day first"), "mdy": ("月在前", "month first"), "ymd": ("年在前", "year first")}
    return tongue(
        "{file}：日期如 {example} 分不清先后，按{order}读。",
        "{file}: dates such as {example} do not show their order and are read {order}.",
        file=file.path.name,
        example=", ".join(note.get("examples") or ["?"]),
        order=tongue(*orders[str(note["order"])]),
    )
