"""Orders of a file, with the customers and products they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects

from holdfast.common import searchkeys
from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.rules.problems import Problem
from holdfast.doors.intake.writers.base import Writer, write_around
from holdfast.doors.intake.writers.customers import ownership, row_problem
from holdfast.doors.intake.writers.differences import order_differs
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce import rules as commerce_rules
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Order, Product
from holdfast.records.commerce.queries import orders_by_number, products_by_code
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import customers_by_code, customers_by_name_key

# Which column a refusal of the order's room is about.
PROBLEM_FIELDS = {
    "no_number": "number", "no_day": "ordered_on", "no_quantity": "quantity", "no_product": "product_name",
    "no_price": "price", "too_large": "price", "bad_rate": "rate", "bad_tax": "tax_rate",
    "negative_sale": "quantity", "shipped_early": "shipped_on", "delivered_early": "delivered_on",
}  # fmt: skip
ROW_FIELDS = ("number", "ordered_on", "kind", "currency", "rate", "note")


MOST_PRODUCTS = 50_000


class OrderWriter(Writer):
    def __init__(self, options: Mapping[str, str], *, by: User, batch: Batch | None = None) -> None:
        super().__init__(options, by=by, batch=batch)
        self._products: dict[str, Product] = {}

    def look_up(self, items: Sequence[Item]) -> None:
        live = [item for item in items if item.is_open]
        self._find_products(live)
        orders = orders_by_number([item.fields["number"] for item in live])
        prefetch_related_objects(list(orders.values()), "lines")
        self._find_customers(live, orders)
        for item in live:
            if item.is_open:
                self._decide(item, orders.get(item.fields["number"]))
        self._warn_of_lost_returns([item for item in live if item.is_open], orders)

    # --- customers ---

    def _find_customers(self, items: Sequence[Item], orders: Mapping[str, Order]) -> None:
        by_code = customers_by_code({i.fields["customer_code"] for i in items if "customer_code" in i.fields})
        names = {item.fields["customer_name"] for item in items if "customer_code" not in item.fields}
        by_name = customers_by_name_key(names)
        found = {c.pk for c in by_code.values()} | {c.pk for some in by_name.values() for c in some}
        self._visible = self.visible(found | {order.customer_id for order in orders.values()})
        for item in items:
            code = item.fields.get("customer_code")
            matches = [by_code[code]] if code in by_code else [] if code else _named(item, by_name)
            self._choose_customer(item, matches)

    def _choose_customer(self, item: Item, matches: Sequence[Customer]) -> None:
        said = str(item.fields.get("customer_code") or item.fields["customer_name"])[:60]
        column = "customer_code" if item.fields.get("customer_code") else "customer_name"
        seen = [customer for customer in matches if customer.pk in self._visible]
        if len(seen) == 1:
            item.target = seen[0]
        elif len(seen) > 1:
            item.reject(column, "twin_customer", text=said, count=len(seen))
        elif matches:
            item.reject(column, "hidden_customer", text=said)
        elif self.options["customers"] != "create" or not self.by.may(Permission.CUSTOMER_EDIT):
            item.reject(column, "unknown_customer", text=said)
        elif "ordered_on" in item.fields and (problem := row_problem(self._customer_row(item))):
            item.reject(column, problem[0])

    # --- products ---

    def _find_products(self, items: Sequence[Item]) -> None:
        lines = [line for item in items for line in item.parts]
        for line in lines:
            if self._creates_products and not line.get("is_bare"):
                line["code"] = line["code"] or line["text"][:60]
        if len(self._products) > MOST_PRODUCTS:
            self._products.clear()
        unknown = {line["code"] for line in lines if line["code"]} - self._products.keys()
        self._products |= products_by_code(unknown)
        for line in lines:
            line["product"] = self._products.get(line["code"] or "")

    @property
    def _creates_products(self) -> bool:
        return self.options["products"] == "create" and self.by.may(Permission.PRODUCT_EDIT)

    # --- orders ---

    def _decide(self, item: Item, order: Order | None) -> None:
        self._check(item)
        if not item.is_open:
            return
        item.changes = {"order": order}
        if order is None:
            item.settle("new")
        elif order.customer_id not in self._visible:
            item.reject("number", "order_hidden")
        elif order.voided_at:
            item.note("number", "order_voided")
            item.settle("skip")
        elif not order_differs(order, self._row(item)):
            item.note("number", "identical")
            item.settle("skip")
        elif self.options["on_duplicate"] == "skip":
            item.note("number", "order_exists")
            item.settle("skip")
        else:
            item.settle("update")

    def _check(self, item: Item) -> None:
        """The order room's own rules, line by line, so that the reason stands on its row."""
        header = item.fields
        if header.get("currency", settings.CURRENCY) != settings.CURRENCY and "rate" not in header:
            item.reject("currency", "rate_missing", text=header["currency"])
            return
        wrong = []
        for row, line in zip(item.live_rows(), item.parts, strict=True):
            code = commerce_rules.line_problem(_line_row(line), ordered_on=header["ordered_on"])
            if code:
                wrong.append((row, code))
        self._keep_out(item, wrong)

    def _keep_out(self, item: Item, wrong: Sequence[tuple[Any, str]]) -> None:
        if not wrong:
            return
        rows = item.live_rows()
        for row, code in wrong:
            row.status = "rejected"
            row.problems.append(Problem(PROBLEM_FIELDS.get(code, ""), code, {}))
        for row in rows:
            if row.status != "rejected":
                row.status = "held"
                row.problems.append(Problem("", "held", {"row": wrong[0][0].number}))
        item.status = "rejected"

    def _warn_of_lost_returns(self, items: Sequence[Item], orders: Mapping[str, Order]) -> None:
        """Returns whose original is neither on file nor among these records stand alone."""
        here = {item.fields["number"] for item in items} | orders.keys()
        wanted = {item.fields["returns"] for item in items if item.fields.get("returns")} - here
        lost = wanted - orders_by_number(wanted).keys() if wanted else set()
        for item in items:
            if item.fields.get("returns") in lost and item.status in ("new", "update"):
                item.warn("returns", "unknown_order", text=item.fields["returns"])

    def _link_returns(self, items: Sequence[Item]) -> None:
        """Find the originals of returns; one of another customer is no original."""
        wanted = {item.fields["returns"] for item in items if item.fields.get("returns")}
        originals = orders_by_number(wanted) if wanted else {}
        for item in items:
            original = originals.get(item.fields.get("returns") or "")
            if original and item.target and original.customer_id == item.target.pk:
                item.changes["returns"] = original

    def _row(self, item: Item) -> dict[str, Any]:
        header = item.fields
        row: dict[str, Any] = {
            name: header[name]
            for name in ("number", "ordered_on", "kind", "currency", "rate", "note")
            if name in header
        }
        row["customer"] = item.target
        row["lines"] = [_line_row(line) for line in item.parts]
        if item.changes.get("returns"):
            row["returns"] = item.changes["returns"]
        return row

    # --- writing ---

    def write(self, items: Sequence[Item]) -> Counter[str]:
        new = [item for item in items if item.status == "new"]
        changed = [item for item in items if item.status == "update"]
        written = Counter(customers=self._add_customers(new + changed), products=self._add_products(new + changed))
        sales = [item for item in new if item.fields["kind"] == "sale"]
        returns = [item for item in new if item.fields["kind"] != "sale"]
        written["orders"] = write_around(sales, self._add)
        self._link_returns([*returns, *changed])
        written["orders"] += write_around(returns, self._add)
        written["lines"] = sum(len(item.parts) for item in new if item.status == "new")
        written["updated"] = write_around(changed, self._change)
        return written

    def _add(self, items: Sequence[Item]) -> int:
        rows: Any = [self._row(item) for item in items]
        return len(commerce.add_orders(rows, by=self.by, batch=self.batch))

    def _change(self, items: Sequence[Item]) -> int:
        pairs = [(item.changes["order"], self._row(item)) for item in items]
        return len(commerce.change_orders(pairs, by=self.by, batch=self.batch))

    def _add_customers(self, items: Sequence[Item]) -> int:
        """Customers that no archive knows: by their code, with the name if the file has one."""
        missing: dict[str, list[Item]] = {}
        for item in items:
            if item.target is None:
                missing.setdefault(item.fields.get("customer_code") or _name_key(item), []).append(item)
        rows = [self._customer_row(some[0]) for some in missing.values()]
        added = customers.add_customers(rows, by=self.by, batch=self.batch) if rows else []
        for customer, some in zip(added, missing.values(), strict=True):
            for item in some:
                item.target = customer
        return len(added)

    def _customer_row(self, item: Item) -> dict[str, Any]:
        code, name = item.fields.get("customer_code"), item.fields.get("customer_name")
        row: dict[str, Any] = {"name": name or code, **ownership(None, self.options["owner"], self.by)}
        if code:
            row["code"] = code
        row["first_seen_on"] = item.fields["ordered_on"]
        return row

    def _add_products(self, items: Sequence[Item]) -> int:
        if not self._creates_products:
            return 0
        lines = [line for item in items for line in item.parts if line["code"] and line["product"] is None]
        names = {line["code"]: (line["text"] or line["code"])[:200] for line in reversed(lines)}
        rows: Any = [{"code": code, "name": name} for code, name in sorted(names.items())]
        made = commerce.add_products(rows, by=self.by, batch=self.batch) if rows else []
        by_code = {product.code: product for product in made}
        for line in lines:
            line["product"] = by_code[line["code"]]
        return len(made)


def _name_key(item: Item) -> str:
    return searchkeys.company_key(item.fields.get("customer_name") or "")


def _named(item: Item, by_name: Mapping[str, list[Customer]]) -> list[Customer]:
    """Customers of this name, companies and persons."""
    name = item.fields["customer_name"]
    keys = dict.fromkeys((searchkeys.company_key(name), searchkeys.person_key(name)))
    return list({customer.pk: customer for key in keys for customer in by_name.get(key, [])}.values())


def _line_row(line: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in line.items() if name not in ("code", "product", "text", "is_bare")}
    row["product"] = line.get("product")
    row["text"] = line["text"][:200]
    return row
