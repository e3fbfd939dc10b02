"""What customers do elsewhere: programs send what they browse, say and buy; it enters the customer's history."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from pydantic import AwareDatetime, Field

from holdfast.common.api import In, Key, Line, Out, Problem, Room, Text, Whole, bulk, rows_of
from holdfast.common.refusals import Refusal
from holdfast.doors.api.words import sentence
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Entry

router = Room("events")
SOURCE = "api.event"
WORDS = [Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT]
# What an event is → the kind of its line in the history.
KINDS = {"browse": "need", "feedback": "service", "purchase": "order"}
KEYS = 2**62


class EventIn(In):
    """`customer_id` or `customer_code`. `id`: yours; the same one again changes the event instead of adding another."""

    id: Text(100) = ""  # type: ignore[valid-type]
    customer_id: Key | None = None
    customer_code: Text(40) = ""  # type: ignore[valid-type]
    kind: Literal["browse", "feedback", "purchase"]
    at: AwareDatetime
    what: Line
    amount_minor: Annotated[int, Field(ge=-(10**13), le=10**13)] | None = None
    rating: Annotated[int, Field(ge=0, le=10)] | None = None
    text: Text(2000) = ""  # type: ignore[valid-type]


class EventOut(Out):
    id: int
    customer_id: int = 0
    kind: str = ""
    at: datetime | None = None


class EventsIn(In):
    rows: rows_of("EventIn")  # type: ignore[valid-type]


@router.adds("/events", "create_event", "Send an event", gives=EventOut, words=WORDS)
def create_event(request: StaffRequest, body: EventIn) -> Whole:
    """Tell what a customer browsed, said or bought elsewhere; it stands in the customer's history."""
    row = _row(body, _known(request.user, [body.given()]), request.user)
    entry = timeline.push_entries([row], by=request.user)[0]  # type: ignore[list-item]
    return Whole({"id": row["source_id"], "customer_id": entry.customer_id, "kind": body.kind, "at": entry.at})


@router.adds_many("/events/bulk", "create_events", "Send many events", words=WORDS)
def create_events(request: StaffRequest, body: EventsIn) -> tuple[dict[str, Any], int]:
    """Send up to 500 events, each with its own result."""
    known = _known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: _row(EventIn.model_validate(row), known, request.user),
        write=lambda rows: _pushed(rows, request.user),
        key=lambda entry: entry.source_id,
    )


def _pushed(rows: list[dict[str, Any]], by: User) -> list[Entry]:
    """One entry a row, in their order; two rows of one event share it."""
    made = {entry.source_id: entry for entry in timeline.push_entries(rows, by=by)}  # type: ignore[arg-type]
    return [made[row["source_id"]] for row in rows]


def _known(viewer: User, rows: list[dict[str, Any]]) -> dict[Any, Customer]:
    """Visible customers by key and by code, of all rows at once."""
    keys = {key for row in rows if isinstance(key := row.get("customer_id"), int)}
    codes = {code for row in rows if isinstance(code := row.get("customer_code"), str) and code}
    seen = Customer.objects.visible_to(viewer)
    found: dict[Any, Customer] = dict(seen.in_bulk(keys))
    return found | {customer.code: customer for customer in seen.filter(code__in=codes)}


def _row(body: EventIn, known: dict[Any, Customer], viewer: User) -> dict[str, Any]:
    customer = known.get(body.customer_id or body.customer_code)
    if customer is None:
        raise Problem("not_known", 422, field="customer_id", name="customer_id")
    if body.at > timezone.now():
        raise Refusal(sentence("future_event"), "at")
    payload = {"event": body.kind, "amount_minor": body.amount_minor, "rating": body.rating}
    told = "\n".join(part for part in (body.what, body.text) if part)  # an erasure finds it in the text alone
    return {
        "customer": customer, "source": SOURCE, "source_id": key_of(viewer, body.id), "kind": KINDS[body.kind],
        "at": body.at, "payload": {name: value for name, value in payload.items() if value is not None}, "text": told,
    }  # fmt: skip


def key_of(viewer: User, own: str) -> int:
    """A key of the sender's own id, apart for each person; without an id every event is a new one."""
    if not own:
        return secrets.randbelow(KEYS)
    return int.from_bytes(hashlib.sha256(f"{viewer.pk}\n{own}".encode()).digest()[:8]) % KEYS
