"""A colleague leaves: customers, seats and open work pass to others, as one batch that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Collaborator, Customer
from holdfast.records.customers.queries.lookups import editable_customers
from holdfast.records.customers.services.owning import assign_customers
from holdfast.records.customers.services.rows import subject_of

To = Callable[[int | None], User | None]
Count = Callable[[User], int]
Move = Callable[..., int]


@dataclass(frozen=True)
class Work:
    """What a higher room hands over: its words, how much there is of somebody, and how it moves."""

    title: Any
    count: Count
    move: Move


_registered: dict[str, Work] = {}


def register_handover(name: str, *, title: Any, count: Count, move: Move) -> None:
    """Let a room above hand over its work: `count(user) -> int`, `move(user, to, *, by, batch) -> int`.

    `to(customer_id)` names the colleague who takes what belongs to that customer; None leaves it where it is.
    """
    _registered[name] = Work(title, count, move)


@dataclass(frozen=True)
class Share:
    """One line of the preview."""

    title: Any
    count: int


def handover_preview(from_user: User, *, by: User | None) -> list[Share]:
    """What would pass on, by kind."""
    shares = [
        Share(_("客户"), _customers(from_user, by).count()),
        Share(_("协作席位"), Collaborator.objects.filter(user=from_user).count()),
    ]
    return [*shares, *(Share(work.title, work.count(from_user)) for work in _registered.values())]


@transaction.atomic
def hand_over(
    from_user: User, to: User | Mapping[int, User], *, by: User | None, reason: str = ""
) -> tuple[Batch, dict[str, int]]:
    """Pass everything of one colleague on; `to` is one colleague, or customer → colleague (others stay).

    Customers that `by` may change, seats on others' customers (to one colleague only), and the open work that higher
    rooms registered. The batch can be undone; the counts are by kind.
    """
    one = to if isinstance(to, User) else None
    takers = [to] if isinstance(to, User) else list(to.values())
    _refuse(from_user, takers)
    batch = audit.open_batch("handover", by=by, note=f"{from_user.login} → {one.login if one else len(set(takers))}")

    def taker(customer_id: int | None) -> User | None:
        return one if one is not None or customer_id is None else to.get(customer_id)  # type: ignore[union-attr]

    counts = {"customers": _move_customers(from_user, taker, by, batch, reason)}
    counts["seats"] = _move_seats(from_user, one, by, batch) if one else 0
    for name, work in _registered.items():
        counts[name] = work.move(from_user, taker, by=by, batch=batch)
    return batch, counts


def undo_handover(batch: Batch, *, by: User | None) -> dict[str, int]:
    """Give everything back; refuses, naming them, when rows were changed since."""
    if batch.kind != "handover":
        raise Refusal(_("这不是一次交接，不能在这里撤销。"))
    return audit.undo(batch, by=by)


def _refuse(from_user: User, takers: list[User]) -> None:
    if not takers:
        raise Refusal(_("请选交给谁。"), field="to_user")
    for taker in takers:
        if taker.pk == from_user.pk:
            raise Refusal(_("不能交给本人，请选另一位同事。"), field="to_user")
        if not taker.is_active:
            raise Refusal(_("%(name)s 的账号已停用，请选择在岗的同事。") % {"name": taker.name}, field="to_user")


def _customers(from_user: User, by: User | None) -> Any:
    seen = Customer.objects.all() if by is None else editable_customers(by)
    return seen.filter(owner=from_user, merged_into=None).order_by("pk")


def _move_customers(from_user: User, taker: To, by: User | None, batch: Batch, reason: str) -> int:
    shares: dict[User, list[Customer]] = {}
    for customer in _customers(from_user, by):
        user = taker(customer.pk)
        if user is not None:
            shares.setdefault(user, []).append(customer)
    told = reason or batch.note
    return sum(assign_customers(rows, to=user, by=by, batch=batch, reason=told) for user, rows in shares.items())


def _move_seats(from_user: User, to: User, by: User | None, batch: Batch) -> int:
    """Seats beside owners; where the taker sits or owns already, the seat goes."""
    seats = list(Collaborator.objects.select_related("customer").filter(user=from_user).order_by("pk"))
    taken = set(Collaborator.objects.filter(user=to).values_list("customer_id", flat=True))
    entries: list[Any] = []
    for seat in seats:
        before, subject = audit.snapshot(seat), subject_of(seat.customer_id)
        if seat.customer_id in taken or seat.customer.owner_id == to.pk:
            entries.append((seat, before, None, subject))
        else:
            seat.user = to
            entries.append((seat, before, audit.snapshot(seat), subject))
    audit.record_many(entries, actor=by, verb="assign", batch=batch)
    for seat, _before, after, _subject in entries:
        if after is None:
            Collaborator.objects.filter(pk=seat.pk).delete()
        else:
            Collaborator.objects.filter(pk=seat.pk).update(user=to)
    return len(entries)
