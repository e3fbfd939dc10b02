"""What hangs on the demo company's customers beside orders: money owed, talks, needs, relations, files, gifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from io import BytesIO
from itertools import islice
from random import Random
from typing import Any, TypeVar

from django.utils import timezone

from holdfast.actions.care import services as care
from holdfast.common.months import Month
from holdfast.doors.cli.demo import money, said, story, talk, words
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Invoice, Order
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.services import fields
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment
from holdfast.records.timeline import services as timeline

CHUNK = 500
Row = TypeVar("Row")
Known = dict[str, Customer]
People = dict[str, User]
FIELDS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("设备品牌", "Machine brand", "choice", {"choices": "自有品牌\n进口品牌\n国产其他", "is_filterable": True, "in_list": True}),
    ("装机台数", "Machines", "number", {"is_filterable": True}),
    ("框架合同到期", "Framework contract ends", "date", {"is_filterable": True}),
    ("集团集中采购", "Central purchasing", "yes_no", {}),
]  # fmt: skip


def chunks(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


# --- money --------------------------------------------------------------------------------------------------------
def bill(rng: Random, made: dict[str, Order], known: Known, by: User, end: date) -> None:
    """Invoices, what was paid of them, promises, returns credited, a few who paid ahead."""
    code_of = {customer.pk: code for code, customer in known.items()}
    sold = [(code_of[order.customer_id], order.number, order.ordered_on, order.amount_minor) for order in made.values()]
    bills = money.bills(rng, [row for row in sold if row[3] > 0], end)
    invoices: dict[str, Invoice] = {}
    for some in chunks(bills):
        rows = [_invoice_row(one, known, made) for one in some]
        invoices |= {invoice.number: invoice for invoice in commerce.add_invoices(rows, by=by)}
    paid = sorted((day, one.number, minor, one) for one in bills for day, minor in one.paid)
    for part in chunks(paid):
        commerce.add_payments([_payment_row(day, minor, one, invoices, known) for day, _n, minor, one in part], by=by)
    _credit(made, known, by, end)
    _promise(bills, invoices, by)


def _invoice_row(one: money.Bill, known: Known, made: dict[str, Order]) -> commerce.InvoiceRow:
    return {
        "number": one.number, "customer": known[one.customer], "issued_on": one.issued_on, "due_on": one.due_on,
        "amount_minor": one.amount_minor, "order": made[one.order] if one.order else None,
        "disputed_on": one.disputed_on, "dispute_lost": one.dispute_lost, "written_off_on": one.written_off_on,
    }  # fmt: skip


def _payment_row(
    day: date, minor: int, one: money.Bill, invoices: dict[str, Invoice], known: Known
) -> commerce.PaymentRow:
    return {
        "customer": known[one.customer], "received_on": day, "amount_minor": minor, "method": one.method,
        "allocations": [(invoices[one.number], minor)],
    }  # fmt: skip


def _credit(made: dict[str, Order], known: Known, by: User, end: date) -> None:
    """A credit note for each return of the last year, settled against what is open; ten customers paid ahead."""
    since = end - timedelta(days=365)
    returns = [order for order in made.values() if order.is_return and order.ordered_on > since and order.amount_minor]
    rows: list[commerce.InvoiceRow] = [
        {
            "number": f"HZ{order.number[2:]}", "customer_id": order.customer_id, "issued_on": order.ordered_on,
            "due_on": order.ordered_on, "amount_minor": abs(order.amount_minor), "kind": "credit_note",
        }
        for order in returns
    ]  # fmt: skip
    for some in chunks(rows):
        commerce.add_invoices(some, by=by)
    commerce.allocate_credit(sorted({order.customer_id for order in returns}), by=by)
    ahead: list[commerce.PaymentRow] = [
        {"customer": customer, "received_on": end - timedelta(days=3), "amount_minor": 500_000, "allocations": []}
        for customer in list(known.values())[5:300:30]
    ]
    commerce.add_payments(ahead, by=by)


def _promise(bills: list[money.Bill], invoices: dict[str, Invoice], by: User) -> None:
    rows: list[commerce.PromiseRow] = [
        {"invoice": invoices[one.number], "made_on": one.promise[0], "promised_on": one.promise[1],
         "amount_minor": one.amount_minor}
        for one in bills if one.promise and not one.disputed_on
    ]  # fmt: skip
    for some in chunks(rows):
        commerce.add_promises(some, by=by)
    commerce.judge_due()


# --- talks, needs, relations --------------------------------------------------------------------------------------
def talks(
    rng: Random, company: list[story.Life], made: dict[str, Order], known: Known, people: People, end: date
) -> None:
    """Contacts with their minutes, most with the customers who buy most."""
    persons = dict(Contact.objects.filter(is_primary=True).values_list("customer_id", "pk"))
    contacts = Contact.objects.in_bulk(persons.values())
    owner = {life.code: people[life.owner] for life in company}
    every = talk.contacts(rng, _weights(company, made, known, end), end)
    for some in chunks(every):
        timeline.add_interactions([_contact_row(one, known, owner, persons, contacts) for one in some], by=None)


def _weights(company: list[story.Life], made: dict[str, Order], known: Known, end: date) -> dict[str, float]:
    spent: dict[int, int] = {}
    for order in made.values():
        if order.ordered_on > end - timedelta(days=365):
            spent[order.customer_id] = spent.get(order.customer_id, 0) + order.revenue_minor
    most = max(spent.values(), default=1) or 1
    return {life.code: max(spent.get(known[life.code].pk, 0), 0) / most for life in company if life.active}


def _contact_row(
    one: talk.Contacted, known: Known, owner: dict[str, User], persons: dict, contacts: dict
) -> timeline.InteractionRow:
    customer = known[one.customer]
    return {
        "customer": customer, "channel": one.channel, "direction": one.direction, "at": timezone.make_aware(one.at),
        "minutes": one.minutes, "summary": one.summary, "contact": contacts.get(persons.get(customer.pk)),
        "participants": [owner[one.customer]], "by": owner[one.customer],
    }  # fmt: skip


def needs(rng: Random, company: list[story.Life], known: Known, people: People, end: date) -> None:
    """One to three statements of two customers in five, each with its day, author and source."""
    rows: list[customers.NeedRow] = [
        {
            "customer": known[life.code], "kind": kind, "text": text, "author": people[life.owner],
            "said_on": end - timedelta(days=rng.randint(3, 700)), "source": rng.choice(["visit", "call", "wechat", "overheard"]),
        }
        for life in company if life.active and rng.random() < 0.4
        for kind, text in rng.sample(talk.NEEDS, rng.randint(1, 3))
    ]  # fmt: skip
    for some in chunks(rows):
        customers.add_needs(some, by=people["admin"])


def relate(rng: Random, company: list[story.Life], known: Known, people: People, end: date) -> None:
    """Groups and referrers, second addresses, and what customers agreed to."""
    firms = [known[life.code] for life in company if life.kind == "company" and life.active]
    picked = rng.sample(firms, min(len(firms) // 2 * 2, 80))
    for place, (one, other) in enumerate(zip(picked[::2], picked[1::2], strict=True)):
        kind = ("parent", "referrer", "partner", "supplier")[place % 4]
        customers.add_relation(one, kind=kind, other=other, by=people["lin"])
    for firm in picked[:40]:
        where = f"{firm.city}物流园 {rng.randint(1, 30)} 号库"
        customers.add_address(firm, kind="delivery", address=where, by=people["shen"], city=firm.city)
    for firm in picked[:60]:
        given = rng.random() < 0.8
        customers.add_consent(
            firm, purpose=rng.choice(["marketing", "care", "survey"]), channel=rng.choice(["any", "wechat", "phone"]),
            is_given=given, on=end - timedelta(days=rng.randint(10, 600)), by=people["shen"],
            how="签在供货合同第 6 页" if given else "电话里说不要再发",
        )  # fmt: skip


def own_fields(rng: Random, company: list[story.Life], known: Known, admin: User, end: date) -> None:
    """Four fields of the company's own, filled in for a third of the customers."""
    made = {
        label: fields.add_field(by=admin, label=label, label_en=english, kind=kind, **more)
        for label, english, kind, more in FIELDS
    }
    pairs = [
        (known[life.code], {"custom": {
            made["设备品牌"].code: rng.choice(["自有品牌", "进口品牌", "国产其他"]),
            made["装机台数"].code: str(rng.randint(1, 24)),
            made["框架合同到期"].code: (end + timedelta(days=rng.randint(-60, 400))).isoformat(),
            made["集团集中采购"].code: rng.choice(["是", "否"]),
        }})
        for life in company if rng.random() < 0.33
    ]  # fmt: skip
    for some in chunks(pairs):
        customers.change_customers(some, by=admin)


def files(rng: Random, company: list[story.Life], known: Known, people: People) -> None:
    """Contracts and photos of thirty customers."""
    for life in [one for one in company if one.active][:30]:
        owner, customer = people[life.owner], known[life.code]
        text = f"框架供货合同\n甲方：恒固工业\n乙方：{customer.name}\n账期 30 天，质保一年。\n".encode()
        timeline.add_document(customer, file=BytesIO(text), name="框架合同要点.txt", folder="contract", by=owner)
        timeline.add_document(customer, file=BytesIO(talk.picture(rng)), name="设备铭牌.png", folder="photo", by=owner)


def twins(company: list[story.Life], known: Known, people: People) -> None:
    """Customers that were entered twice: two of them made one, three still wait in the list of suggestions."""
    firms = [known[life.code] for life in company if life.kind == "company" and life.active][:5]
    rows = [
        {"name": f"{firm.name}（{firm.city}）", "phone": firm.phone, "city": firm.city, "owner": firm.owner,
         "department": firm.department, "source": "展会"}
        for firm in firms
    ]  # fmt: skip
    again = customers.add_customers(rows, by=people["ye"])
    for keep, drop in list(zip(firms, again, strict=True))[:2]:
        customers.merge_customers(keep, drop, by=people["lin"])
    customers.refresh_pairs()


# --- what they say -------------------------------------------------------------------------------------------------
def comments(rng: Random, company: list[story.Life], known: Known, people: People, end: date) -> None:
    """What customers said and how they scored us; salespeople write down what they hear, service the rest."""
    buyers = {life.code: people[life.owner] for life in company if life.active}
    things = [
        name
        for category, _unit, _grade, _margin, items in words.CATALOGUE
        if category != "维保服务"
        for _code, name, _price in items
    ]
    every = said.comments(rng, list(buyers), [name.split(" ")[0] for name in things], end)
    for some in chunks(every):
        feedback.add_comments([_said_row(one, known, buyers, people) for one in some], by=people["shen"])


def _said_row(one: said.Said, known: Known, buyers: dict[str, User], people: People) -> feedback.CommentRow:
    heard = buyers[one.customer] if one.channel in ("sales", "phone", "wechat", "meeting") else people["ye"]
    return {
        "customer": known[one.customer], "channel": one.channel, "said_at": timezone.make_aware(one.at),
        "text": one.text, "csat": one.csat, "nps": one.nps, "author": heard, **said.factors(one),  # type: ignore[typeddict-item]
    }  # fmt: skip


def confirm(by: User, most: int = 60) -> None:
    """The newest complaints and a few more were looked at by a person, who mostly agreed with the machine."""
    found = Comment.objects.exclude(text="").filter(reading__isnull=False).select_related("reading")
    for place, comment in enumerate(found.order_by("-said_at", "-pk")[: most * 3 : 3]):
        read = comment.reading
        tone = "neutral" if place % 9 == 4 else read.shown_tone
        feedback.confirm_reading(comment, tone=tone, is_complaint=read.shown_complaint, topics=read.topics, by=by)


# --- after the scores ---------------------------------------------------------------------------------------------
def care_for(rng: Random, known: Known, people: People, end: date) -> None:
    """The standards of three months with their tasks, and gifts of the year to the best."""
    care.backfill(Month.of(end).plus(-2))
    care.care_for(end)
    best = Customer.objects.filter(standing__stars=5).order_by("-standing__revenue_12m_minor")[:40]
    for customer in best:
        item, yuan = rng.choice([("中秋茶礼", 288), ("春节坚果礼盒", 198), ("生日鲜花", 168), ("定制保温杯", 128)])
        day = end - timedelta(days=rng.randint(5, 300))
        care.add_gift(customer, item=item, cost_minor=yuan * 100, on=day, by=people["lin"])


def look_and_take(known: Known, people: People) -> None:
    """A number looked up for a reason and a list taken out, so that the journal has something to show."""
    one = next(customer for customer in known.values() if customer.phone)
    customers.reveal_number(one, field="phone", why="money", by=people["shen"])
    customers.note_export(by=people["lin"], filters={"stars": ["5"]}, rows=40, kind="xlsx")
