"""Orders that change or no longer count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import DIRECT_COSTS, Order, OrderLine
from holdfast.records.commerce.services import checks, journal, telling
from holdfast.records.commerce.services.journal import Entry
from holdfast.records.commerce.services.rows import LINE_FIELDS, built_lines, refuse

FIELDS = ("number", "customer_id", "ordered_on", "kind", "returns_id", "currency", "rate", "note", *DIRECT_COSTS)
SAID = (
    "text", "quantity", "list_price", "price", "cost_price", "tax_rate", "is_tax_included", "promised_on",
    "shipped_on", "delivered_on", "shipped_quantity", "delivered_quantity",
)  # fmt: skip
RECKONED_FROM = ("rate", "kind", *DIRECT_COSTS)
SEVERAL = 400


@dataclass
class _Work:
    """What differs in the lines of many orders."""

    removed: list[OrderLine] = field(default_factory=list)
    altered: list[OrderLine] = field(default_factory=list)
    added: list[OrderLine] = field(default_factory=list)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    order_ids: set[int] = field(default_factory=set)

    def compare(self, order: Order, old: Sequence[OrderLine], new: Sequence[OrderLine]) -> None:
        """Match by position: equal lines stay, others are altered, removed or added."""
        by_position = {line.position: line for line in old}
        for line in new:
            self._compare_one(order, by_position.pop(line.position, None), line)
        for line in by_position.values():
            self.before[line.pk] = journal.line_facts(line)
            self.removed.append(line)
            self.order_ids.add(order.pk)

    def _compare_one(self, order: Order, old: OrderLine | None, new: OrderLine) -> None:
        if old is None:
            self.added.append(new)
        elif any(getattr(old, name) != getattr(new, name) for name in LINE_FIELDS):
            self.before[old.pk] = journal.line_facts(old)
            new.pk = old.pk
            self.altered.append(new)
        else:
            return
        self.order_ids.add(order.pk)

    def write(self) -> None:
        for start in range(0, len(self.removed), SEVERAL):
            OrderLine.objects.filter(pk__in=[line.pk for line in self.removed[start : start + SEVERAL]]).delete()
        if self.altered:
            OrderLine.objects.bulk_update(self.altered, LINE_FIELDS, batch_size=SEVERAL)
        OrderLine.objects.bulk_create(self.added)

    def entries(self) -> list[Entry]:
        """One entry a line, removals first: walked back newest first, no two lines meet at one position."""
        subject = {line.pk: journal.subject_of(line.order) for line in (*self.removed, *self.altered)}
        gone: list[Entry] = [(line, self.before[line.pk], None, subject[line.pk]) for line in self.removed]
        gone += [(line, self.before[line.pk], journal.line_facts(line), subject[line.pk]) for line in self.altered]
        return gone + [(line, None, journal.line_facts(line), journal.subject_of(line.order)) for line in self.added]


def change_order(
    order: Order, *, by: User | None, batch: Batch | None = None, seen: datetime | None = None, **fields: Any
) -> Order:
    """Change an order; `lines` given replace the old ones. `seen`: its `updated_at` when the form was opened."""
    with transaction.atomic():
        if seen is not None and Order.objects.select_for_update(of=("self",)).get(pk=order.pk).updated_at != seen:
            raise Refusal(_("这张订单刚被别人改过。您填写的内容还在下面，请打开原订单对照后再保存。"))
        change_orders([(order, fields)], by=by, batch=batch)
    return order


@transaction.atomic
def change_orders(
    pairs: Iterable[tuple[Order, Mapping[str, Any]]], *, by: User | None, batch: Batch | None = None
) -> list[Order]:
    """Change many orders in one transaction; gives back those that really differ.

    Fields as in OrderRow. Lines are matched by position; what a line does not say keeps its old value while the
    product is the same, and equal lines are left alone: the same file twice changes nothing. Every changed line has
    a journal entry of its own.
    """
    given = [(order, _with_ids(fields)) for order, fields in pairs]
    before = {order.pk: journal.order_facts(order) for order, _fields in given}
    old = _lines_of([order for order, _fields in given])
    work = _Work()
    for order, fields in given:
        _apply(order, fields, old[order.pk], work)
    changed = [order for order, _f in given if order.pk in work.order_ids or _differs(order, before[order.pk])]
    _check(changed, before)
    work.write()
    _save(changed)
    checks.check_returned({order.returns_id or order.pk for order in changed})
    entries = [(order, before[order.pk], journal.order_facts(order), journal.subject_of(order)) for order in changed]
    audit.record_many([*entries, *work.entries()], actor=by, verb="change", batch=batch)
    telling.tell_orders([order.pk for order in changed])
    return changed


def _with_ids(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(fields)
    for name in ("customer", "returns"):
        if name in known:
            row = known.pop(name)
            known[f"{name}_id"] = None if row is None else row.pk
    return known


def _lines_of(orders: Sequence[Order]) -> defaultdict[int, list[OrderLine]]:
    found: defaultdict[int, list[OrderLine]] = defaultdict(list)
    for start in range(0, len(orders), SEVERAL):
        some = [order.pk for order in orders[start : start + SEVERAL]]
        for line in OrderLine.objects.filter(order__in=some).select_related("order", "product").order_by("position"):
            found[line.order_id].append(line)
    return found


def _apply(order: Order, fields: Mapping[str, Any], old: list[OrderLine], work: _Work) -> None:
    """Set the order's fields and, where lines or what they are reckoned from changed, compare its lines."""
    if order.voided_at:
        raise Refusal(_("订单 %(number)s 已作废，不能再改；如需更正，请另开一张。") % {"number": order.number})
    reckon = "lines" in fields or any(name in fields and getattr(order, name) != fields[name] for name in RECKONED_FROM)
    for name in FIELDS:
        if name in fields and getattr(order, name) != fields[name]:
            setattr(order, name, fields[name])
    if reckon:
        rows = _merged(old, fields["lines"]) if "lines" in fields else [_said(line) for line in old]
        refuse(None if rows else "no_lines", number=order.number, field="lines")
        work.compare(order, old, built_lines(order, rows))


def _merged(old: Sequence[OrderLine], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """New rows over the old lines of the same position and product."""
    kept = {line.position: line for line in old}
    return [_over(kept.get(position), row) for position, row in enumerate(rows, 1)]


def _over(line: OrderLine | None, row: Mapping[str, Any]) -> dict[str, Any]:
    product = row.get("product")
    if line is None or line.product_id != (product.pk if product else None):
        return dict(row)
    if product is None and (row.get("text") or "") != line.text:
        return dict(row)
    return {**_said(line), **{name: value for name, value in row.items() if not _is_default(name, value)}}


def _is_default(name: str, value: Any) -> bool:
    """A price or cost that is not said falls back to the line's own, not to today's product."""
    return name in ("price", "cost_price") and value is None


def _said(line: OrderLine) -> dict[str, Any]:
    return {"product": line.product, **{name: getattr(line, name) for name in SAID}}


def _differs(order: Order, before: Mapping[str, Any]) -> bool:
    return journal.order_facts(order) != before


def _check(orders: Sequence[Order], before: Mapping[int, Mapping[str, Any]]) -> None:
    for order in orders:
        refuse(rules.order_problem({**_own(order), "lines": True}), number=order.number)
    checks.check_numbers([order.number for order in orders if order.number != before[order.pk]["number"]])
    checks.check_links(orders)


def _own(order: Order) -> dict[str, Any]:
    own = ("number", "ordered_on", "rate", *DIRECT_COSTS)
    return {name: getattr(order, name) for name in own}


def _save(orders: Sequence[Order]) -> None:
    now = timezone.now()
    for order in orders:
        order.updated_at = now
    columns = [
        *(name.removesuffix("_id") for name in FIELDS),
        "amount_minor",
        "revenue_minor",
        "cost_minor",
        "updated_at",
    ]
    if orders:
        Order.objects.bulk_update(orders, columns, batch_size=SEVERAL)


@transaction.atomic
def void_order(order: Order, *, by: User, batch: Batch | None = None) -> Order:
    """Keep an order on file and count it nowhere. Refused twice, and while a standing return hangs on it."""
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.voided_at:
        raise Refusal(_("订单 %(number)s 已经作废，不必再作废一次。") % {"number": locked.number})
    linked = locked.returned_by.filter(voided_at=None).first()
    if linked is not None:
        words = {"number": locked.number, "other": linked.number}
        raise Refusal(_("订单 %(number)s 有退货 %(other)s 关联，请先作废退货，再作废订单。") % words)
    before = journal.order_facts(locked)
    locked.voided_at = order.voided_at = timezone.now()
    locked.save(update_fields=["voided_at", "updated_at"])
    audit.record(
        actor=by, verb="void", target=locked, before=before, after=journal.order_facts(locked), batch=batch,
        subject=journal.subject_of(locked),
    )  # fmt: skip
    telling.tell_orders([locked.pk])
    return locked
