"""The writers of the history. Lines are derived: pushed by the room that keeps the thing, made anew by the doctor."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, transaction

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.rules import ENTRY_KINDS, EntryRow, wordings

CHUNK = 2000
TOLD = ["customer_id", "kind", "at", "payload", "text", "author_id"]


def push_entry(
    customer: Customer,
    *,
    source: str,
    source_id: int,
    kind: str,
    at: datetime,
    payload: dict[str, Any],
    by: User | None = None,
    text: str = "",
) -> Entry:
    """Put a line into a customer's history, or change the one that this source and id already have.

    `source` is "<app>.<model>"; `kind` one of ENTRY_KINDS (contact, order, money, service, need, file, change).
    `payload` holds codes and numbers, never sentences: the words are made by the registered `register_wording`.
    `text` is what a person wrote; a search in the history reads it. `at` is a moment with a time zone.
    """
    row: EntryRow = {
        "customer": customer, "source": source, "source_id": source_id, "kind": kind, "at": at, "payload": payload,
        "text": text, "by": by,
    }  # fmt: skip
    return push_entries([row], by=by)[0]


@transaction.atomic
def push_entries(rows: Iterable[EntryRow], *, by: User | None = None) -> list[Entry]:
    """Many lines at once (see EntryRow); a row without an author is by `by`. Of two rows for one thing the last counts.

    Errors: ValueError for an unknown kind or a moment without a time zone, which only a program can send.
    """
    entries = {(row["source"], int(row["source_id"])): entry_of(row, by) for row in rows}
    return write(entries.values())


@transaction.atomic
def push_rows(rows: Iterable[EntryRow]) -> int:
    """As `push_entries` at thrice its speed, for a file's thousands of rows that nobody needs back; how many.

    Every row says customer_id, text and author_id itself.
    """
    names = ("source", "source_id", *TOLD)
    columns = ", ".join(names)
    told_anew = ", ".join(f"{name} = excluded.{name}" for name in TOLD)
    sql = (
        f"INSERT INTO {Entry._meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(names))}) "
        f"ON CONFLICT (source, source_id) DO UPDATE SET {told_anew}"
    )
    moment = lru_cache(connection.ops.adapt_datetimefield_value)
    values = [
        (row["source"], row["source_id"], row["customer_id"], row["kind"], moment(row["at"]),
         json.dumps(row["payload"]), row["text"], row["author_id"])
        for row in rows
    ]  # fmt: skip
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)
    return len(values)


def entry_of(row: Mapping[str, Any], by: User | None) -> Entry:
    """The entry that a row asks for, not yet written."""
    if row["kind"] not in ENTRY_KINDS:
        raise ValueError(f"{row['kind']!r} is no kind of entry; it is one of {', '.join(ENTRY_KINDS)}")
    if row["at"].tzinfo is None:
        raise ValueError(f"the moment of {row['source']}:{row['source_id']} has no time zone")
    author = row["author_id"] if "author_id" in row else getattr(row.get("by") or by, "pk", None)
    customer = row["customer_id"] if "customer_id" in row else row["customer"].pk
    return Entry(
        customer_id=customer, source=row["source"], source_id=int(row["source_id"]), at=row["at"], kind=row["kind"],
        payload=row.get("payload") or {}, text=row.get("text") or "", author_id=author,
    )  # fmt: skip


def remove_entry(source: str, source_id: int) -> int:
    """Take a line out of the history; how many went (0 or 1)."""
    return remove_entries(source, [source_id])


def remove_entries(source: str, source_ids: Iterable[int | str]) -> int:
    """Take lines of one source out of the history; how many went."""
    wanted, gone = sorted({int(key) for key in source_ids}), 0
    for start in range(0, len(wanted), CHUNK):
        gone += Entry.objects.filter(source=source, source_id__in=wanted[start : start + CHUNK]).delete()[0]
    return gone


# --- compare and make anew ---
def rebuild_entries(source: str | None = None, *, is_dry: bool = False) -> dict[str, dict[str, int]]:
    """Compare the history with the rows it tells of and mend it: {source: {missing, changed, extra, right}}.

    For one source, or for every source that registered how its lines are made. `is_dry` only counts. Memory stays
    small: rows go by in chunks of 2,000, a transaction each.
    """
    found = {name: wording.rebuild for name, wording in wordings().items() if source in (None, name)}
    return {name: _rebuild(name, rebuild, is_dry) for name, rebuild in found.items() if rebuild is not None}


def _rebuild(source: str, rebuild: Callable[[], Iterable[EntryRow]], is_dry: bool) -> dict[str, int]:
    counts: Counter[str] = Counter()
    stream = iter(rebuild())
    while chunk := list(islice(stream, CHUNK)):
        counts.update(mend(chunk, source, is_dry=is_dry))
    known = counts["right"] + counts["changed"] + (0 if is_dry else counts["missing"])
    kept = Entry.objects.filter(source=source).order_by()
    if kept.count() > known:  # only then is a list of all keys needed
        true = {int(row["source_id"]) for row in rebuild()}
        extra = [key for key in kept.values_list("source_id", flat=True).iterator(CHUNK) if key not in true]
        counts["extra"] = len(extra)
        if not is_dry:
            remove_entries(source, extra)
    return {name: counts[name] for name in ("missing", "changed", "extra", "right")}


@transaction.atomic
def mend(rows: Iterable[EntryRow], source: str, *, is_dry: bool = False) -> dict[str, int]:
    """Write those lines of one source that are missing or tell something else: {missing, changed, right}."""
    wanted = {entry.source_id: entry for entry in (entry_of(row, None) for row in rows)}
    kept = Entry.objects.filter(source=source, source_id__in=list(wanted)) if wanted else Entry.objects.none()
    known = {row[0]: row[1:] for row in kept.order_by().values_list("source_id", *TOLD)}
    missing = [entry for key, entry in wanted.items() if key not in known]
    changed = [entry for key, entry in wanted.items() if key in known and known[key] != told(entry)]
    if not is_dry and (missing or changed):
        write([*missing, *changed])
    return {"missing": len(missing), "changed": len(changed), "right": len(wanted) - len(missing) - len(changed)}


def told(entry: Entry) -> tuple[Any, ...]:
    """What an entry tells, in the order of TOLD."""
    return tuple(getattr(entry, name) for name in TOLD)


def write(entries: Iterable[Entry]) -> list[Entry]:
    """Insert, or change those whose source and id stand already."""
    return Entry.objects.bulk_create(
        entries, batch_size=CHUNK, update_conflicts=True, unique_fields=["source", "source_id"],
        update_fields=["customer", "kind", "at", "payload", "text", "author"],
    )  # fmt: skip
