"""The demo company's life, from a seed: who buys what and when, who declines, leaves and comes back.

Pure: no database, no clock. The same seed, size and end day give the same company to the cent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from holdfast.common.months import Month
from holdfast.doors.cli.demo import words

# How busy a month is, January first: Spring Festival, then the two selling seasons.
SEASON = [0.78, 0.55, 1.12, 1.10, 1.05, 0.98, 0.92, 0.95, 1.16, 1.14, 1.12, 1.13]
# kind of life → share of all customers
LIVES = {
    "steady": 0.36, "growing": 0.12, "fading": 0.12, "left": 0.15, "returned": 0.04, "rare": 0.08, "once": 0.07, "lead": 0.06,
}  # fmt: skip


@dataclass
class Life:
    """One invented customer: who it is, and how it buys."""

    code: str
    name: str
    industry: str
    province: str
    city: str
    address: str
    channel: str
    kind: str
    source: str
    owner: str
    first_seen_on: date
    contacts: list[dict]
    tags: list[str]
    special_requirements: str
    uscc: str
    phone: str
    life: str
    gap_days: float
    basket_yuan: float
    discount: float
    active: list[tuple[date, date]]
    favourites: list[str] = field(default_factory=list)


@dataclass
class Line:
    product: str
    quantity: Decimal
    list_price: Decimal
    price: Decimal
    promised_on: date
    delivered_on: date | None


@dataclass
class Sale:
    number: str
    customer: str
    ordered_on: date
    lines: list[Line]
    returns: str = ""


def lives(rng: Random, count: int, months: int, end: date) -> list[Life]:
    """`count` customers whose first day lies in the `months` before `end` or earlier."""
    start = Month.of(end).plus(-months).first
    taken: set[str] = set()
    return [_life(rng, number, start, end, taken) for number in range(1, count + 1)]


def _life(rng: Random, number: int, start: date, end: date, taken: set[str]) -> Life:
    life = rng.choices(list(LIVES), list(LIVES.values()))[0]
    province, city, district, _ = rng.choices(words.PLACES, [place[3] for place in words.PLACES])[0]
    industry, trades, size = rng.choice(words.INDUSTRIES)
    channel = "distributor" if rng.random() < 0.12 else "end"
    person = channel == "end" and rng.random() < 0.03
    name = _person(rng) if person else _company(rng, city, trades if channel == "end" else words.DEALERS, taken)
    first = _first_day(rng, start, end)
    gap = min(160.0, max(6.0, rng.lognormvariate(math.log(30), 0.55))) * (3 if life == "rare" else 1)
    return Life(
        code=f"HG{number:05d}", name=name, industry=industry, province=province, city=city,
        address=f"{province if province != city else ''}{city}{'市' if province != city else ''}{district}{rng.choice('兴民建创振长东西')}"
        f"{rng.choice('业园发新华安')}路 {rng.randint(1, 888)} 号",
        channel=channel, kind="person" if person else "company", source=rng.choice(words.SOURCES), owner=_owner(rng, province),
        first_seen_on=first - timedelta(days=rng.randint(3, 60)), contacts=_contacts(rng, name if person else ""),
        tags=[tag for tag in words.TAGS if rng.random() < 0.06],
        special_requirements=rng.choice(words.REQUIREMENTS) if rng.random() < 0.14 else "",
        uscc="" if person else _uscc(rng), phone=_phone(rng), life=life, gap_days=gap,
        basket_yuan=rng.lognormvariate(math.log(5200), 0.85) * size * (1.8 if channel == "distributor" else 1),
        discount=min(0.22, max(0.0, rng.gauss(0.07, 0.05)) + (0.05 if channel == "distributor" else 0)),
        active=_active(rng, life, first, end, gap), favourites=_favourites(rng),
    )  # fmt: skip


def _first_day(rng: Random, start: date, end: date) -> date:
    """Half of them were there before the story begins; the others joined along the way."""
    if rng.random() < 0.5:
        return start + timedelta(days=rng.randint(0, 45))
    return start + timedelta(days=int((end - start).days * rng.random() ** 0.9))


def _active(rng: Random, life: str, first: date, end: date, gap: float) -> list[tuple[date, date]]:
    """The spans of days in which the customer buys."""
    if life == "lead":
        return []
    days = max(1, (end - first).days)
    if life == "left":
        return [(first, first + timedelta(days=int(days * rng.uniform(0.25, 0.97))))]
    if life == "returned":
        stop = first + timedelta(days=int(days * rng.uniform(0.3, 0.6)))
        again = end - timedelta(days=rng.randint(1, max(2, int(days * 0.2))))
        return [(first, stop), (max(again, stop + timedelta(days=int(5 * gap))), end)]
    return [(first, first if life == "once" else end)]


def _favourites(rng: Random) -> list[str]:
    codes = [product[0] for *_, products in words.CATALOGUE for product in products]
    return rng.sample(codes, rng.randint(3, 8))


def _owner(rng: Random, province: str) -> str:
    south = province in {"广东", "福建", "湖北", "重庆", "四川"}
    teams = ["华南部"] if south else ["华东一部", "华东二部"]
    return rng.choice([login for login, _, role, team in words.STAFF if team in teams and role == "sales"])


def _company(rng: Random, city: str, trades: list[str], taken: set[str]) -> str:
    while True:
        name = f"{city}{rng.choice(words.HEADS)}{rng.choice(words.TAILS)}{rng.choice(trades)}有限公司"
        if name not in taken:
            taken.add(name)
            return name


def _person(rng: Random) -> str:
    return rng.choice(words.SURNAMES) + rng.choice(words.GIVEN)


def _phone(rng: Random) -> str:
    return f"1{rng.choice(['38', '39', '36', '58', '59', '77', '86', '88', '99'])}{rng.randint(0, 99_999_999):08d}"


def _contacts(rng: Random, only: str) -> list[dict]:
    names = [only] if only else [_person(rng) for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
    return [_contact(rng, name, place == 0) for place, name in enumerate(names)]


def _contact(rng: Random, name: str, first: bool) -> dict:
    contact = {"name": name, "title": rng.choice(words.TITLES), "phone": _phone(rng), "is_primary": first}
    if rng.random() < 0.45:
        contact |= {
            "birth_calendar": "lunar" if rng.random() < 0.35 else "solar",
            "birth_year": rng.randint(1962, 1998),
            "birth_month": rng.randint(1, 12),
            "birth_day": rng.randint(1, 28),
        }
    return contact


def _uscc(rng: Random) -> str:
    """A well-formed unified social credit code (GB 32100): 17 characters and the check character."""
    body = "91" + f"{rng.choice(['320', '330', '310', '340', '440'])}{rng.randint(100, 999)}MA"
    body += "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(17 - len(body)))
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + signs[(31 - total % 31) % 31]


def sales(rng: Random, company: list[Life], end: date) -> Iterator[Sale]:
    """Every order and return up to `end`, by day; numbers run through the year."""
    days = sorted((day, life.code) for life in company for day in _purchase_days(rng, life, end))
    by_code = {life.code: life for life in company}
    prices = {code: (Decimal(str(price)), grade) for *_, grade, _, items in _flat() for code, _, price in items}
    for place, (day, code) in enumerate(days, start=1):
        sale = _sale(rng, by_code[code], day, end, prices, place)
        yield sale
        back = day + timedelta(days=rng.randint(5, 25))
        if rng.random() < 0.018 and back <= end:
            yield _return(rng, sale, back)


def _flat() -> list[tuple]:
    return [(category, unit, grade, margin, items) for category, unit, grade, margin, items in words.CATALOGUE]


def _purchase_days(rng: Random, life: Life, end: date) -> Iterator[date]:
    for first, last in life.active:
        day = first
        while day <= min(last, end):
            if day.weekday() < 5 or rng.random() < 0.15:
                yield day
            progress = (day - first).days / max(1, (end - first).days)
            pace = {"growing": 1.25 - 0.5 * progress, "fading": 0.9 + 1.3 * progress**2}.get(life.life, 1.0)
            gap = life.gap_days * pace / SEASON[day.month - 1] * rng.lognormvariate(0, 0.32)
            day += timedelta(days=max(1, round(gap)))


def _sale(rng: Random, life: Life, day: date, end: date, prices: dict, place: int) -> Sale:
    progress = (day - life.active[0][0]).days / max(1, (end - life.active[0][0]).days)
    trend = {"growing": 0.7 + 0.9 * progress, "fading": 1.2 - 0.8 * progress}.get(life.life, 1.0)
    budget = life.basket_yuan * trend * rng.lognormvariate(0, 0.35)
    chosen = rng.sample(life.favourites, min(len(life.favourites), rng.choice([1, 1, 2, 2, 3, 4])))
    promised = day + timedelta(days=rng.choice([5, 7, 7, 10, 15]))
    lines = [_line(rng, code, budget / len(chosen), life.discount, promised, end, prices) for code in chosen]
    return Sale(f"SO{day:%y%m}{place:06d}", life.code, day, lines)


def _line(rng: Random, code: str, budget: float, discount: float, promised: date, end: date, prices: dict) -> Line:
    list_price, _grade = prices[code]
    quantity = max(1, round(budget / float(list_price)))
    price = (list_price * Decimal(str(round(1 - discount, 3)))).quantize(Decimal("0.01"))
    late = rng.random() < 0.13
    delivered = promised + timedelta(days=rng.randint(1, 9) if late else -rng.randint(0, 3))
    return Line(code, Decimal(quantity), list_price, price, promised, delivered if delivered <= end else None)


def _return(rng: Random, sale: Sale, day: date) -> Sale:
    line = rng.choice(sale.lines)
    back = Line(line.product, -max(Decimal(1), line.quantity // 4), line.list_price, line.price, day, day)
    return Sale(f"RT{sale.number[2:]}", sale.customer, day, [back], returns=sale.number)
