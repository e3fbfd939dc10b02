"""Write the invented company into an empty database, through the rooms' services."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.months import Month, today
from holdfast.common.refusals import Refusal
from holdfast.doors.cli.demo import archive, decided, story, words
from holdfast.doors.reports import services as reports
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import Department, Role, User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.insight.facts import services as facts
from holdfast.insight.outlook import services as outlook
from holdfast.insight.scores import services as scores
from holdfast.insight.scores.services.scoring import read_facts
from holdfast.insight.voice import services as voice
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Order, Product
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import services as timeline

PASSWORD = "holdfast-demo"
CHUNK = 500
SCORED_MONTHS = 24
Row = TypeVar("Row")


def fill(*, customers: int = 2000, months: int = 36, seed: int = 7, end: date | None = None) -> None:
    """Make the company, its history, its monthly scores and its first reports; refuses a database with customers."""
    if Customer.objects.exists():
        raise Refusal(_("库里已经有客户，演示公司只填入空库。请换一个数据目录（HOLDFAST_DATA），或先备份再清空。"))
    end = end or today()
    rng = Random(seed)
    people = _staff()
    admin = people["admin"]
    company = story.lives(rng, customers, months, end)
    products = _products(admin)
    known = _customers(company, people, admin)
    made = _orders(list(story.sales(rng, company, end)), known, products, admin)
    _tasks(rng, company, known, people, end)
    _archive(Random(seed + 1), company, known, made, people, end)
    _scores(min(months, SCORED_MONTHS), end, admin)
    outlook.make_outlook(is_fresh=False)
    _say(_("服务标准"))
    archive.care_for(Random(seed + 2), known, people, end)
    archive.look_and_take(known, people)
    _comments(Random(seed + 3), company, known, people, end)
    _reports(end, people)
    _write_logins()
    _say("")


def _say(text: str) -> None:
    """Progress, only where a person watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


@transaction.atomic
def _staff() -> dict[str, User]:
    departments: dict[str, Department] = {}
    for name, parent in words.DEPARTMENTS:
        above = departments.get(parent) if parent else None
        departments[name] = accounts.add_department(name=name, parent=above, by=None)
    people: dict[str, User] = {}
    for login, name, role, team in words.STAFF:
        held = _general_manager(people["admin"]) if role == "general_manager" else Role.objects.get(code=role)
        people[login] = accounts.add_user(
            login=login, name=name, password=PASSWORD, department=departments[team], roles=[held], by=None
        )
    for name, login in words.MANAGERS.items():
        accounts.change_department(departments[name], manager=people[login], by=None)
    return people


def _general_manager(admin: User) -> Role:
    """A role of the company's own: sees everything, signs the report, runs no system."""
    held = set(Permission) - {Permission.USER_ADMIN, Permission.SYSTEM_ADMIN, Permission.IMPORT}
    return accounts.add_role(name="总经理", name_en="General manager", words=sorted(held), scope=Scope.ALL, by=admin)


def _products(admin: User) -> dict[str, Product]:
    rows: list[commerce.ProductRow] = [
        {
            "code": code, "name": name, "category": category, "unit": unit, "grade": grade, "price": Decimal(str(price)),
            "cost": (Decimal(str(price)) * Decimal(str(1 - margin))).quantize(Decimal("0.01")),
        }
        for category, unit, grade, margin, items in words.CATALOGUE
        for code, name, price in items
    ]  # fmt: skip
    return {product.code: product for product in commerce.add_products(rows, by=admin)}


def _customers(company: list[story.Life], people: dict[str, User], admin: User) -> dict[str, Customer]:
    known: dict[str, Customer] = {}
    for lives in _chunks(company):
        rows = [_customer_row(life, people[life.owner]) for life in lives]
        known |= {made.code: made for made in customers.add_customers(rows, by=admin)}
        _say(_("客户 %(done)s / %(total)s") % {"done": len(known), "total": len(company)})
    return known


def _customer_row(life: story.Life, owner: User) -> dict:
    plain = (
        "code", "name", "kind", "channel", "industry", "province", "city", "address", "source", "first_seen_on",
        "special_requirements", "uscc", "phone", "contacts", "tags",
    )  # fmt: skip
    return {name: getattr(life, name) for name in plain} | {"owner": owner, "department": owner.department}


def _orders(
    sales: list[story.Sale], known: dict[str, Customer], products: dict[str, Product], admin: User
) -> dict[str, Order]:
    """Sales first, then the returns, which name the order they belong to."""
    done = 0
    made: dict[str, Order] = {}
    for kind in ("sale", "return"):
        for chunk in _chunks(sale for sale in sales if bool(sale.returns) == (kind == "return")):
            rows = [_order_row(sale, kind, known, products, made) for sale in chunk]
            made |= {order.number: order for order in commerce.add_orders(rows, by=admin)}
            done += len(chunk)
            _say(_("订单 %(done)s / %(total)s") % {"done": done, "total": len(sales)})
    return made


def _order_row(
    sale: story.Sale, kind: str, known: dict[str, Customer], products: dict[str, Product], made: dict[str, Order]
) -> commerce.OrderRow:
    row: commerce.OrderRow = {
        "number": sale.number, "customer": known[sale.customer], "ordered_on": sale.ordered_on, "kind": kind,
        "lines": [_line_row(line, products[line.product]) for line in sale.lines],
    }  # fmt: skip
    if sale.returns:
        row["returns"] = made[sale.returns]
    return row


def _line_row(line: story.Line, product: Product) -> commerce.LineRow:
    return {
        "product": product, "quantity": line.quantity, "list_price": line.list_price, "price": line.price,
        "promised_on": line.promised_on, "delivered_on": line.delivered_on,
        "delivered_quantity": line.quantity if line.delivered_on and line.quantity > 0 else None,
    }  # fmt: skip


def _tasks(
    rng: Random, company: list[story.Life], known: dict[str, Customer], people: dict[str, User], end: date
) -> None:
    """A few ordinary tasks, so that the salespeople's own list is not empty on day one."""
    buyers = [life for life in company if life.active]
    for life in rng.sample(buyers, min(len(buyers), 60)):
        due = end + timedelta(days=rng.randint(-6, 14))
        kind, title = rng.choice(
            [
                ("call", "回访上次到货情况"),
                ("visit", "拜访，看设备运行情况"),
                ("call", "确认下季度采购计划"),
                ("thank", "致谢电话"),
            ]
        )
        owner = people[life.owner]
        timeline.open_task(known[life.code], kind=kind, title=title, assignee=owner, due_on=due, by=owner)
    for life in rng.sample(buyers, min(len(buyers), 12)):
        owner, day = people[life.owner], end - timedelta(days=rng.randint(3, 20))
        task = timeline.open_task(
            known[life.code], kind="call", title="每月对账", assignee=owner, due_on=day, by=owner,
            repeat={"unit": "month", "n": 1, "start": day.isoformat(), "day": day.day},
        )  # fmt: skip
        timeline.finish_task(task, outcome="对账一致，月底付款", by=owner, on=day)


def _archive(
    rng: Random, company: list[story.Life], known: dict[str, Customer], made: dict[str, Order], people: dict[str, User],
    end: date,
) -> None:  # fmt: skip
    """Everything known of the customers beside their orders."""
    _say(_("发票与回款"))
    archive.bill(rng, made, known, people["admin"], end)
    _say(_("联系与需求"))
    archive.talks(rng, company, made, known, people, end)
    archive.needs(rng, company, known, people, end)
    archive.relate(rng, company, known, people, end)
    archive.own_fields(rng, company, known, people["admin"], end)
    archive.files(rng, company, known, people)
    archive.twins(company, known, people)


def _scores(months: int, end: date, admin: User) -> None:
    """Month after month, so that stars rise and fall as they would have."""
    month = Month.of(end).plus(-months)
    snapshot = facts.take_snapshot()
    read = read_facts(snapshot)
    while month <= Month.of(end):
        _say(_("评分 %(month)s") % {"month": month})
        scores.score_month(month, by=admin, snapshot=snapshot, facts=read, ahead=month.plus(2) >= Month.of(end))
        month = month.next


def _comments(
    rng: Random, company: list[story.Life], known: dict[str, Customer], people: dict[str, User], end: date
) -> None:
    """What customers said, read by the machine, some of it by people too."""
    _say(_("客户之声"))
    archive.comments(rng, company, known, people, end)
    decided.said_again(Random(len(company)), people["shen"])
    voice.read_comments()
    archive.confirm(people["shen"])
    decided.decide(people["admin"], end)


def _reports(end: date, people: dict[str, User]) -> None:
    """The report before last is signed and its actions half done; last month's waits as a draft."""
    _say(_("维析月报"))
    last = Month.of(end).previous
    reports.make_history(
        last, drafter=people["shen"], reviewer=people["lin"], signer=people["gao"], outcomes=words.OUTCOMES
    )


def _write_logins() -> None:
    """What `holdfast serve` prints and the side bar shows: this is a demo, its passwords are no secret."""
    logins = [
        {"login": login, "password": PASSWORD, "name": name, "role": role}
        for login, name, role, _team in words.STAFF
        if login in {"admin", "gao", "lin", "zhou", "shen"}
    ]
    path = settings.DATA / "demo_logins.json"
    path.write_text(json.dumps(logins, ensure_ascii=False, indent=1), encoding="utf-8")
    os.chmod(path, 0o600)
    (settings.DATA / "company_name").write_text(words.COMPANY, encoding="utf-8")


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
