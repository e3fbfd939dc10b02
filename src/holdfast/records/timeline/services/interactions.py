"""The writers of contacts that have taken place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.timeline.models import Interaction, Participant, Task
from holdfast.records.timeline.queries.interactions import entry_rows, interactions_by_source
from holdfast.records.timeline.rules import CHANNELS, DIRECTIONS, MOST_MINUTES, SUMMARY_LENGTH
from holdfast.records.timeline.services.entries import push_entries, remove_entry

CHUNK = 1000


class InteractionRow(TypedDict, total=False):
    """customer, channel, at required. `minutes` above 0 or None; `participants` staff who took part, else the author.

    `source` names what brought it in, as `intake.import:7/3`: the same one again brings the one that stands.
    """

    customer: Customer
    channel: str
    direction: str
    at: datetime
    minutes: int | None
    summary: str
    contact: Contact | None
    participants: Sequence[User]
    planned: Task | None
    source: str
    by: User | None


def add_interaction(
    customer: Customer,
    *,
    channel: str,
    direction: str = "out",
    at: datetime,
    minutes: int | None = None,
    summary: str = "",
    by: User | None,
    contact: Contact | None = None,
    participants: Sequence[User] = (),
    planned: Task | None = None,
    source: str = "",
    batch: Batch | None = None,
) -> Interaction:
    """Keep a contact that has taken place; with a `source` once only. Errors: Refusal naming the field."""
    row: InteractionRow = {
        "customer": customer, "channel": channel, "direction": direction, "at": at, "minutes": minutes,
        "summary": summary, "contact": contact, "participants": participants, "planned": planned, "source": source,
    }  # fmt: skip
    return add_interactions([row], by=by, batch=batch)[0]


@transaction.atomic
def add_interactions(
    rows: Iterable[InteractionRow], *, by: User | None, batch: Batch | None = None
) -> list[Interaction]:
    """Many contacts at once, in the order of `rows`; those whose source is known come back as they are.

    A row's own `by` is its author, else `by`. The first row that cannot stand refuses all.
    """
    given = list(rows)
    known = interactions_by_source(row.get("source") or "" for row in given)
    new: list[tuple[Interaction, Sequence[User]]] = []
    made = [_added(row, by, known, new) for row in given]
    fresh = [interaction for interaction, _people in new]
    Interaction.objects.bulk_create(fresh, batch_size=CHUNK)
    _take_part(new)
    entries = [(row, None, snapshot(row, people), subject_of(row)) for row, people in new]
    audit.record_many(entries, actor=by, verb="log", batch=batch)
    push_entries(entry_rows(fresh))
    return made


def _added(
    row: Mapping[str, Any],
    by: User | None,
    known: dict[str, Interaction],
    new: list[tuple[Interaction, Sequence[User]]],
) -> Interaction:
    """The contact that its source has brought, else a new one."""
    source = row.get("source") or ""
    if source in known:
        return known[source]
    author = row.get("by") or by
    interaction = Interaction(author=author, source=source, customer=row["customer"])
    fill(interaction, row)
    people = list(dict.fromkeys(row.get("participants") or ([author] if author else [])))
    new.append((interaction, people))
    if source:
        known[source] = interaction
    return interaction


def fill(interaction: Interaction, row: Mapping[str, Any]) -> None:
    """Put checked values on a contact. Errors: Refusal naming the field."""
    interaction.channel = _known(row["channel"], CHANNELS, "channel", _("没有「%(text)s」这种联系方式，请另选一种。"))
    interaction.direction = _known(
        row.get("direction") or "out", DIRECTIONS, "direction", _("联系方向只有 in 和 out，没有「%(text)s」。")
    )
    interaction.at = row["at"]
    if interaction.at > timezone.now():
        raise Refusal(_("联系日期在未来；还没做的事请派成任务。"), "at")
    interaction.on = timezone.localdate(interaction.at)
    interaction.minutes = _minutes(row.get("minutes"))
    interaction.summary = _summary(row.get("summary"))
    interaction.contact = _of_customer(row.get("contact"), interaction)
    interaction.task = row.get("planned")


def _known(code: str, words: Mapping[str, Any], field: str, refusal: str) -> str:
    if code not in words:
        raise Refusal(refusal % {"text": code}, field)
    return code


def _minutes(minutes: int | None) -> int | None:
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(_("用时请填 1 到 %(most)s 分钟；不记得就留空。") % {"most": MOST_MINUTES}, "minutes")
    return minutes


def _summary(text: str | None) -> str:
    text = (text or "").strip()
    if len(text) > SUMMARY_LENGTH:
        raise Refusal(_("记录最多 %(limit)s 个字，请写短一些。") % {"limit": SUMMARY_LENGTH}, "summary")
    return text


def _of_customer(contact: Contact | None, interaction: Interaction) -> Contact | None:
    if contact is not None and contact.customer_id != interaction.customer_id:
        raise Refusal(_("%(name)s 不是这位客户的联系人，请另选。") % {"name": contact.name}, "contact")
    return contact


def _take_part(new: list[tuple[Interaction, Sequence[User]]]) -> None:
    seats = [Participant(interaction=row, user=user) for row, people in new for user in people]
    Participant.objects.bulk_create(seats, batch_size=CHUNK)


def snapshot(interaction: Interaction, people: Iterable[User]) -> dict[str, Any]:
    """The row and who took part by name, for the journal."""
    return {**audit.snapshot(interaction), "participants": sorted(user.name for user in people)}


def subject_of(interaction: Interaction) -> str:
    return f"customers.customer:{interaction.customer_id}"


@transaction.atomic
def change_interaction(
    interaction: Interaction, *, by: User, participants: Sequence[User] | None = None, **fields: Any
) -> Interaction:
    """Correct a contact: channel, direction, at, minutes, summary, contact; `participants` None leaves them."""
    locked = Interaction.objects.select_for_update(of=("self",)).get(pk=interaction.pk)
    people = _people(locked)
    before = snapshot(locked, people)
    values = {name: getattr(locked, name) for name in ("channel", "direction", "at", "minutes", "summary", "contact")}
    fill(locked, {**values, "planned": locked.task, **fields})
    if participants is not None and set(participants) != set(people):
        locked.participants.all().delete()
        people = list(dict.fromkeys(participants))
        _take_part([(locked, people)])
    after = snapshot(locked, people)
    if after != before:
        locked.save()
        audit.record(
            actor=by, verb="change", target=locked, before=before, after=snapshot(locked, people),
            subject=subject_of(locked),
        )  # fmt: skip
        push_entries(entry_rows([locked]))
    return locked


def _people(interaction: Interaction) -> list[User]:
    return [seat.user for seat in interaction.participants.select_related("user").order_by("pk")]


@transaction.atomic
def remove_interaction(interaction: Interaction, *, by: User) -> None:
    """Take back a contact logged by mistake; what it said stays in the journal."""
    locked = Interaction.objects.select_for_update(of=("self",)).get(pk=interaction.pk)
    before, subject = snapshot(locked, _people(locked)), subject_of(locked)
    audit.record(actor=by, verb="delete", target=locked, before=before, subject=subject)
    remove_entry("timeline.interaction", locked.pk)
    locked.delete()


def refresh_interactions(pks: Iterable[str]) -> None:
    """Tell contacts anew that an undo put back."""
    push_entries(entry_rows(Interaction.objects.filter(pk__in=list(pks))))
