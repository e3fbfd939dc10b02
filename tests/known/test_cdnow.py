"""CDNOW, 2,357 buyers of CDs: the published counts and classes, and the file read once more in plain loops."""

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date, timedelta

import pyarrow as pa
import pytest

from holdfast.analysis import accounts, rfm, rhythm
from holdfast.analysis.days import customer_days
from tests.needs import shared_data

WEEK_39 = date(1997, 9, 30)
END = date(1998, 6, 30)


def rows():
    """(customer, day, cents) of every row, money read as whole cents."""
    with gzip.open(shared_data() / "cdnow_sample.txt.gz", "rt") as file:
        for line in file:
            _, customer, day, _, amount = line.split()
            whole, _, part = amount.partition(".")
            yield customer, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(whole) * 100 + int(part or 0)


@pytest.fixture(scope="module")
def log():
    return list(rows())


@pytest.fixture(scope="module")
def days(log):
    customer, day, amount = zip(*log, strict=True)
    table = pa.table({"customer_id": customer, "day": pa.array(day, pa.date32()), "amount_minor": amount})
    return customer_days(table, as_of=END)


@pytest.mark.shows("TIE-10")
def test_6919_rows_are_6696_customer_days(log, days):
    # Source: methods §0.
    assert (len(log), days.num_rows, len(set(days["customer_id"].to_pylist()))) == (6919, 6696, 2357)


def test_eighty_rows_of_nothing_are_purchases_too(log, days):
    # Source: methods §0: CDNOW's free CDs count as purchases.
    assert all(days["is_purchase"].to_pylist())
    assert sum(amount for _, _, amount in log) == sum(days["amount_minor"].to_pylist())


@pytest.mark.shows("TIE-10")
def test_the_published_rfm_classes_of_week_39(days):
    # Source: methods §3.1.
    found = rfm.rfm(days, as_of=WEEK_39)

    counts = {name: Counter(found[name].to_pylist()) for name in ("rfm_r", "rfm_f", "rfm_m")}
    assert counts["rfm_f"] == {2: 1411, 4: 439, 5: 507}
    assert [counts["rfm_r"][q] for q in range(1, 6)] == [466, 475, 476, 467, 473]
    assert [counts["rfm_m"][q] for q in range(1, 6)] == [480, 462, 472, 472, 471]


@pytest.mark.parametrize(
    ("score", "published"),
    [("rfm_r", [0.193, 0.284, 0.311, 0.758, 2.442]), ("rfm_m", [0.208, 0.299, 0.424, 0.710, 2.355])],
)
def test_the_published_orders_of_the_next_39_weeks_by_class(days, score, published):
    # Source: methods §3.1.
    found = rfm.rfm(days, as_of=WEEK_39)
    later = Counter(row["customer_id"] for row in days.to_pylist() if row["day"] > WEEK_39)

    orders, size = Counter(), Counter()
    for row in found.to_pylist():
        orders[row[score]] += later[row["customer_id"]]
        size[row[score]] += 1
    assert [orders[q] / size[q] for q in range(1, 6)] == pytest.approx(published, abs=0.0006)


def test_repeat_purchases_and_their_last_week_equal_the_published_summary(days):
    # Source: the summary shipped with the data; x exact, t_x within .0043 weeks (methods §4).
    with open(shared_data() / "cdnow_customers_summary_with_transactions.csv", newline="") as file:
        published = [(int(row["x"]), float(row["t_x"])) for row in csv.DictReader(file)]

    found = rhythm.rhythm(days, as_of=WEEK_39).to_pylist()

    assert [row["purchase_days"] - 1 for row in found] == [x for x, _ in published]
    weeks = [(row["last_on"] - row["first_on"]).days / 7 for row in found]
    assert weeks == pytest.approx([t_x for _, t_x in published], abs=0.0043)


@pytest.mark.shows("REP-01")
@pytest.mark.parametrize("month", [(1997, 3), (1997, 12), (1998, 6)])
def test_the_bridge_equals_a_plain_loop_over_the_file(log, month):
    start = date(*month, 1)
    end = (start + timedelta(days=31)).replace(day=1)
    before = (start - timedelta(days=1)).replace(day=1)
    table = pa.table(dict(zip(("customer_id", "day", "amount_minor"), map(list, zip(*log, strict=True)), strict=True)))

    found = accounts.analyze(table, as_of=end - timedelta(days=1)).summary

    assert found["movement"] == plain_bridge(log, before, start, end)
    assert found["movement_to"] == f"{start:%Y-%m}"


def plain_bridge(log, before, start, end):
    """Methods §3.4 in plain Python; no returns in this file, so no purchase is ever undone."""
    a, b, first = defaultdict(int), defaultdict(int), {}
    for customer, day, cents in log:
        if day < end:
            first[customer] = min(day, first.get(customer, day))
        if before <= day < start:
            a[customer] += cents
        elif start <= day < end:
            b[customer] += cents
    names = ("new", "returned", "rising", "stable", "declining", "lost", "irregular", "totals")
    found = {name: {"n": 0, "previous": 0, "current": 0, "delta": 0} for name in names}
    for customer in first:
        x, y = a[customer], b[customer]
        if x == y == 0:
            continue
        if y == 0:
            name = "lost"
        elif x == 0:
            name = "new" if first[customer] >= start else "returned" if first[customer] < before else "irregular"
        else:
            name = "rising" if 10 * y > 11 * x else "declining" if 10 * y < 9 * x else "stable"
        for line in (found[name], found["totals"]):
            line["n"] += 1
            line["previous"] += x
            line["current"] += y
            line["delta"] += y - x
    return found


@pytest.mark.shows("TIE-10")
@pytest.mark.parametrize(
    ("rank", "orders", "spend"),
    [
        (lambda row: row["rfm_r"] + row["rfm_f"] + row["rfm_m"], 0.642, 0.675),
        (lambda row: row["monetary_minor"], None, 0.663),
        (lambda row: row["frequency"], None, 0.631),
    ],
    ids=["R+F+M", "M alone", "x alone"],
)
def test_the_best_fifth_of_week_39_brings_the_published_part_of_the_future(days, rank, orders, spend):
    # Source: methods §3.1: the best 471 of 2,357.
    later = [row for row in days.to_pylist() if row["day"] > WEEK_39]

    best = sorted(rfm.rfm(days, as_of=WEEK_39).to_pylist(), key=rank, reverse=True)[:471]

    chosen = {row["customer_id"] for row in best}
    caught = [row for row in later if row["customer_id"] in chosen]
    money = sum(row["amount_minor"] for row in caught) / sum(row["amount_minor"] for row in later)
    assert money == pytest.approx(spend, abs=0.0006)
    if orders:
        assert len(caught) / len(later) == pytest.approx(orders, abs=0.0006)
