"""Rows about customers already known: what each must say, what makes two rows one, and the record they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.utils import timezone

from holdfast.common import searchkeys
from holdfast.doors.intake.rules.comments import settle_comment
from holdfast.doors.intake.rules.kinds import KEYS, KINDS
from holdfast.doors.intake.rules.problems import error, warning
from holdfast.doors.intake.rules.rows import Row
from holdfast.records.timeline.rules import MOST_MINUTES


def finish_of(kind: str) -> Callable[[Row], None]:
    """What is done with every row of this kind once its cells are read."""
    required = [field.name for field in KINDS[kind].fields if field.required]
    twins = Twins() if kind == "payments" else None

    def finish(row: Row) -> None:
        wrong = {problem.field for problem in row.problems if problem.is_error}
        for name in required:
            if name not in row.fields and name not in wrong:
                row.problems.append(error(name, "missing", field=f"{kind}.{name}"))
        if not KEYS & (row.fields.keys() | wrong) and not (kind == "payments" and "invoice" in row.fields):
            row.problems.append(error("customer_code", "no_customer"))
        if kind in SETTLE:
            SETTLE[kind](row)
        row.key = KEY_OF.get(kind, _whole)(row.fields)
        if twins and row.key is None:
            twins.count(row)
            row.key = f"row {row.number}"

    return finish


class Twins:
    """Counts payments of the same customer, day and amount that bear no number: each may be a payment of its own."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}

    def count(self, row: Row) -> None:
        """Tell a row the how-manieth of its like it is (`twin`, from the second on), and its reader."""
        said = {name: row.fields[name] for name in (*KEYS, "received_on", "amount") if name in row.fields}
        if not KEYS & said.keys():
            said["invoice"] = row.fields.get("invoice")
        key = _whole(said)
        count, first = self._seen.get(key, (0, row.number))
        self._seen[key] = count + 1, first
        if count:
            row.fields["twin"] = count + 1
            row.problems.append(warning("amount", "twin_payment", row=first))


# --- kind by kind -------------------------------------------------------------------------------------------------


def _settle_invoice(row: Row) -> None:
    """A negative amount is a credit note, unless the file says otherwise."""
    fields = row.fields
    if "kind" not in fields and fields.get("amount", 0) < 0:
        fields["kind"] = "credit_note"


def _settle_interaction(row: Row) -> None:
    fields = row.fields
    fields.setdefault("channel", "other")
    fields.setdefault("direction", "out")
    if "at" in fields and moment_of(fields["at"]) > timezone.now():
        row.problems.append(error("at", "future_talk"))
    minutes = fields.pop("minutes", None)
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        row.problems.append(warning("minutes", "minutes_range", most=MOST_MINUTES))
    elif minutes is not None:
        fields["minutes"] = int(minutes)


def _settle_need(row: Row) -> None:
    row.fields.setdefault("kind", "need")
    row.fields.setdefault("source", "import")


def moment_of(text: str) -> datetime:
    """The moment of a stored time, in the company's zone."""
    return timezone.make_aware(datetime.fromisoformat(text))


SETTLE: Mapping[str, Callable[[Row], None]] = {
    "invoices": _settle_invoice, "interactions": _settle_interaction, "needs": _settle_need,
    "comments": lambda row: settle_comment(row, moment_of),
}  # fmt: skip


# --- which rows are one record ------------------------------------------------------------------------------------


def _whole(fields: Mapping[str, Any]) -> str:
    """Rows that say the same are one."""
    said = repr(sorted((name, str(value)) for name, value in fields.items()))
    return blake2b(said.encode(errors="replace"), digest_size=12).hexdigest()


def _person(fields: Mapping[str, Any]) -> str | None:
    customer = next((str(fields[name]) for name in sorted(KEYS) if name in fields), "")
    if "name" not in fields:
        return None
    return "|".join((customer, searchkeys.person_key(fields["name"]), searchkeys.phone_key(fields.get("phone", ""))))


def _payment(fields: Mapping[str, Any]) -> str | None:
    """By its number, with day, amount and invoices: one transfer may be told in parts. Without a number none is known."""
    if "reference" not in fields:
        return None
    names = (*KEYS, "reference", "received_on", "amount", "invoice")
    return _whole({name: fields[name] for name in names if name in fields})


KEY_OF: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "invoices": lambda fields: fields.get("number"), "contacts": _person, "payments": _payment,
}  # fmt: skip
