"""Online Retail, both files: the engine against plain loops over the file that share no code with it."""

import csv
import gzip
from collections import defaultdict
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pyarrow.parquet as pq
import pytest

from holdfast.analysis import accounts
from holdfast.analysis.tables import connect, register
from tests.needs import shared_data

FIRST, SECOND = "online_retail_2009_2010.parquet", "online_retail_20101201_20110609.csv.gz"
AS_OF = {FIRST: date(2010, 12, 9), SECOND: date(2011, 6, 9)}
# Previous month, current month, end of the current month.
MONTHS = {
    FIRST: (date(2010, 10, 1), date(2010, 11, 1), date(2010, 12, 1)),
    SECOND: (date(2011, 4, 1), date(2011, 5, 1), date(2011, 6, 1)),
}


def engine_lines(name):
    """The file as order lines, in one SQL statement."""
    source = f"read_csv('{shared_data() / name}', all_varchar = true)"
    columns = ("InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
    if name == FIRST:
        source, columns = f"'{shared_data() / name}'", ("Invoice", "Quantity", "InvoiceDate", "Price", '"Customer ID"')
    invoice, quantity, moment, price, customer = columns
    query = f"""
        SELECT replace({customer}::text, '.0', '') AS customer_id, {moment}::timestamp::date AS day,
               round({quantity}::int * {price}::decimal(18, 6) * 100)::bigint AS amount_minor,
               {invoice} LIKE 'C%' AS cancelled
        FROM {source} WHERE {customer} IS NOT NULL
    """
    return duckdb.sql(query).to_arrow_table()


def plain_lines(name):
    """(customer, day, cents, cancelled) one by one."""
    if name == FIRST:
        for row in pq.read_table(shared_data() / name).to_pylist():
            if row["Customer ID"] is not None:
                yield plain_line(str(row["Customer ID"]), row, row["Invoice"], row["Price"])
        return
    with gzip.open(shared_data() / name, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["CustomerID"]:
                yield plain_line(row["CustomerID"].removesuffix(".0"), row, row["InvoiceNo"], row["UnitPrice"])


def plain_line(customer, row, invoice, price):
    cents = (int(row["Quantity"]) * Decimal(str(price)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return customer, datetime.fromisoformat(row["InvoiceDate"]).date(), int(cents), invoice.startswith("C")


def plain_customers(name):
    """Per customer: first, last and number of purchase days, revenue, and revenue of the two months."""
    net, real = defaultdict(lambda: defaultdict(int)), defaultdict(set)
    for customer, day, cents, cancelled in plain_lines(name):
        net[customer][day] += cents
        if not cancelled:
            real[customer].add(day)
    before, start, end = MONTHS[name]
    found = {}
    for customer, amounts in net.items():
        bought = sorted(day for day, amount in amounts.items() if amount >= 0 and day in real[customer])
        months = [
            sum(amount for day, amount in amounts.items() if low <= day < high)
            for low, high in ((before, start), (start, end))
        ]
        found[customer] = (bought, sum(amounts.values()), *months)
    return found


def label(bought, before, start, end, a, b):
    if b == 0:
        return "lost" if a else None
    earlier = [day for day in bought if day < end]
    if a == 0 and earlier and earlier[0] >= start:
        return "new"
    if a == 0 and earlier and earlier[0] < before:
        return "returned"
    if a <= 0:
        return "irregular"
    return "rising" if 10 * b > 11 * a else "declining" if 10 * b < 9 * a else "stable"


@pytest.fixture(scope="module", params=[FIRST, SECOND])
def both_ways(request):
    name = request.param
    lines = register(connect(), "lines", engine_lines(name))
    return name, accounts.analyze(lines, as_of=AS_OF[name]), plain_customers(name)


@pytest.mark.slow
def test_customers_their_days_and_their_revenue_are_the_same_both_ways(both_ways):
    _, found, plain = both_ways

    rows = {row["customer_id"]: row for row in found.customers.to_pylist()}
    assert rows.keys() == plain.keys()
    for customer, (bought, revenue, *_) in plain.items():
        row = rows[customer]
        assert (row["purchase_days"], row["revenue"] * 100) == (len(bought), revenue), customer
        assert (row["first_on"], row["last_on"]) == ((bought[0], bought[-1]) if bought else (None, None)), customer


@pytest.mark.slow
@pytest.mark.shows("REP-01")
def test_the_movement_is_the_same_both_ways(both_ways):
    name, found, plain = both_ways
    expected = defaultdict(lambda: {"n": 0, "previous": 0, "current": 0, "delta": 0})
    labels = {}
    for customer, (bought, _, a, b) in plain.items():
        labels[customer] = label(bought, *MONTHS[name], a, b)
        if labels[customer]:
            for line in (expected[labels[customer]], expected["totals"]):
                line["n"] += 1
                line["previous"] += a
                line["current"] += b
                line["delta"] += b - a

    rows = found.customers.select(["customer_id", "movement"]).to_pylist()
    assert {row["customer_id"]: row["movement"] for row in rows} == labels
    told = {name: line for name, line in found.summary["movement"].items() if line["n"]}
    assert told == dict(expected)
    assert (found.summary["movement_from"], found.summary["movement_to"]) == (
        f"{MONTHS[name][0]:%Y-%m}",
        f"{MONTHS[name][1]:%Y-%m}",
    )


@pytest.mark.slow
def test_the_measured_80_20_is_the_same_both_ways(both_ways):
    _, found, plain = both_ways
    values = sorted((max(revenue, 0) for _, revenue, *_ in plain.values()), reverse=True)
    total, size = sum(values), len(values)

    needed, running = 0, 0
    while running * 10 < total * 8:
        running += values[needed]
        needed += 1
    inequality = sum((2 * place - size - 1) * value for place, value in enumerate(reversed(values), 1))

    pareto = found.summary["pareto"]
    assert pareto["customers_for_80"] == pytest.approx(needed / size)
    assert pareto["gini"] == pytest.approx(inequality / (size * total))
    assert sum(values[: int(size * 0.2)]) <= pareto["top20_share"] * total <= sum(values[: int(size * 0.2) + 1])
