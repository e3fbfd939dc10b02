"""`holdfast analyze` on the Online Retail files, beside plain Python loops over the same files that share no code.

The counts are those of the data's own note (UCI Online Retail, CC BY 4.0).
"""

import csv
import gzip
import json
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pyarrow.parquet as pq
import pytest

from holdfast.doors.cli.main import main
from tests.needs import shared_data

FIRST, SECOND = "online_retail_2009_2010.parquet", "online_retail_20101201_20110609.csv.gz"
COUNTED = {
    FIRST: {
        "rows": 525_461,
        "no_customer": 107_927,
        "cancelled": 10_206,
        "negative_quantity": 12_326,
        "nonpositive_price": 3_690,
        "duplicates": 6_865,
    },
    SECOND: {
        "rows": 221_824,
        "no_customer": 63_259,
        "cancelled": 4_001,
        "negative_quantity": 4_685,
        "nonpositive_price": 1_331,
        "duplicates": 1_855,
    },
}
LAST = {FIRST: date(2010, 12, 9), SECOND: date(2011, 6, 9)}
MONTHS = {FIRST: ((2010, 10), (2010, 11)), SECOND: ((2011, 4), (2011, 5))}

pytestmark = [pytest.mark.slow, pytest.mark.shows("PLT-02", "REP-01")]


@pytest.fixture(scope="module", params=[FIRST, SECOND])
def name(request):
    return request.param


def analyzed(folder, *names):
    paths = [str(shared_data() / one) for one in names]
    assert main(["analyze", *paths, "--out", str(folder), "--tables-only", "--lang", "en"]) == 0
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return summary, {row["customer_id"]: row for row in pq.read_table(folder / "customers.parquet").to_pylist()}


@pytest.fixture(scope="module")
def result(name, tmp_path_factory):
    return analyzed(tmp_path_factory.mktemp("one"), name)


@pytest.fixture(scope="module")
def lines(name):
    """(invoice, quantity, day, price, customer or None, whole row) of every line, by the plainest means."""
    path = shared_data() / name
    if name == FIRST:
        return [line_of_table(row) for row in pq.read_table(path).to_pylist()]
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line_of_text(row) for row in csv.DictReader(file)]


def line_of_table(row):
    customer = None if row["Customer ID"] is None else str(row["Customer ID"])
    day = date.fromisoformat(row["InvoiceDate"][:10])
    return row["Invoice"], int(row["Quantity"]), day, Decimal(repr(row["Price"])), customer, tuple(row.values())


def line_of_text(row):
    customer = row["CustomerID"].removesuffix(".0") or None
    day = date.fromisoformat(row["InvoiceDate"][:10])
    return row["InvoiceNo"], int(row["Quantity"]), day, Decimal(row["UnitPrice"]), customer, tuple(row.values())


def cents(quantity, price):
    return int((quantity * price * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def test_the_quirks_come_out_as_published(name, result):
    summary, _ = result

    assert {flag: summary["input"][flag] for flag in COUNTED[name]} == COUNTED[name]
    assert summary["input"]["kept"] == COUNTED[name]["rows"] - COUNTED[name]["no_customer"]
    assert summary["input"]["unreadable_dates"] == summary["input"]["after_as_of"] == 0
    assert summary["as_of"] == LAST[name].isoformat()


def test_plain_loops_count_the_same(name, lines):
    seen, found = set(), dict.fromkeys(COUNTED[name], 0)
    for invoice, quantity, _day, price, customer, row in lines:
        found["rows"] += 1
        found["no_customer"] += customer is None
        found["cancelled"] += invoice.startswith("C")
        found["negative_quantity"] += quantity < 0
        found["nonpositive_price"] += price <= 0
        found["duplicates"] += row in seen
        seen.add(row)

    assert found == COUNTED[name]


def test_every_customer_s_days_and_revenue_are_those_of_plain_loops(result, lines):
    _, customers = result
    net, alive = defaultdict(int), defaultdict(bool)
    for invoice, quantity, day, price, customer, _row in lines:
        if customer:
            net[customer, day] += cents(quantity, price)
            alive[customer, day] |= not invoice.startswith("C")
    revenue, bought = defaultdict(int), defaultdict(list)
    for (customer, day), amount in net.items():
        revenue[customer] += amount
        bought[customer] += [day] if amount >= 0 and alive[customer, day] else []

    assert set(customers) == set(revenue)
    for customer, row in customers.items():
        days = sorted(bought[customer])
        assert int(row["revenue"] * 100) == revenue[customer]
        assert row["purchase_days"] == len(days)
        assert (row["first_on"], row["last_on"]) == ((days[0], days[-1]) if days else (None, None))


def test_the_movement_of_the_month_is_exact_to_the_cent(name, result, lines):
    summary, _ = result
    before, month = MONTHS[name]
    assert summary["movement_from"] == f"{before[0]}-{before[1]:02d}"
    assert summary["movement_to"] == f"{month[0]}-{month[1]:02d}"
    previous, current = defaultdict(int), defaultdict(int)
    for _invoice, quantity, day, price, customer, _row in lines:
        if customer and (day.year, day.month) == before:
            previous[customer] += cents(quantity, price)
        if customer and (day.year, day.month) == month:
            current[customer] += cents(quantity, price)

    moves = summary["movement"]
    assert moves["totals"]["previous"] == sum(previous.values())
    assert moves["totals"]["current"] == sum(current.values())
    assert moves["totals"]["delta"] == sum(current.values()) - sum(previous.values())
    for column in ("n", "previous", "current", "delta"):
        assert sum(move[column] for code, move in moves.items() if code != "totals") == moves["totals"][column]
    for code, found in classed(previous, current).items():
        assert (moves[code]["n"], moves[code]["previous"], moves[code]["current"]) == found, code


def classed(previous, current):
    """Number, previous and current cents of the classes that need no history: an amount above zero before, or none now."""
    classes = {"rising": [], "stable": [], "declining": [], "lost": []}
    for customer in {**previous, **current}:
        a, b = previous.get(customer, 0), current.get(customer, 0)
        if a > 0 and b:
            code = "rising" if 100 * b > 110 * a else "declining" if 100 * b < 90 * a else "stable"
            classes[code].append((a, b))
        elif a and not b:
            classes["lost"].append((a, b))
    return {code: (len(pairs), sum(a for a, _ in pairs), sum(b for _, b in pairs)) for code, pairs in classes.items()}


def test_both_files_together_are_one_run(tmp_path):
    summary, customers = analyzed(tmp_path, FIRST, SECOND)

    for flag in ("rows", "no_customer", "cancelled", "negative_quantity", "nonpositive_price"):
        assert summary["input"][flag] == COUNTED[FIRST][flag] + COUNTED[SECOND][flag]
    assert summary["input"]["duplicates"] > COUNTED[FIRST]["duplicates"] + COUNTED[SECOND]["duplicates"]
    assert summary["as_of"] == "2011-06-09"
    assert summary["input"]["columns"]["customer"] == ["Customer ID", "CustomerID"]
    assert not [customer for customer in customers if customer.endswith(".0")]


def test_the_same_lines_in_both_files_count_once_when_asked(tmp_path):
    paths = [str(shared_data() / one) for one in (FIRST, SECOND)]
    options = ["--tables-only", "--lang", "en", "--drop-duplicates", "--as-of", "2010-12-09"]

    assert main(["analyze", *paths, "--out", str(tmp_path / "both"), *options]) == 0
    assert main(["analyze", paths[0], "--out", str(tmp_path / "first"), *options]) == 0

    both, first = (
        {row["customer_id"]: row["revenue"] for row in pq.read_table(tmp_path / one / "customers.parquet").to_pylist()}
        for one in ("both", "first")
    )
    assert sum(both.values()) == sum(first.values())
    assert both == first
