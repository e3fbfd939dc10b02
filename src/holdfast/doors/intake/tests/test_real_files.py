"""Real order files made by others: every quirk is counted, and the good rows come in."""

from __future__ import annotations

import gzip

import pytest
from tests.needs import shared_data

from holdfast.doors.intake.tests import making
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.customers.models import Customer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
QUIRKS = {
    "online_retail_2009_2010.parquet": (525_461, 107_927, 10_206, 12_326, 3_690, 6_865),
    "online_retail_20101201_20110609.csv.gz": (221_824, 63_259, 4_001, 4_685, 1_331, 1_855),
}


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize("name", QUIRKS)
def test_the_preview_counts_the_quirks_of_the_online_retail_files_exactly(manager, name):
    content = (shared_data() / name).read_bytes()

    imp = making.checked(content, "orders", manager, name, options={"customers": "create"})

    q = imp.quirks
    counted = (q["no_customer"], q["cancelled"], q["negative_quantity"], q["nonpositive_price"], q["duplicates"])
    assert (imp.rows, *counted) == QUIRKS[name]
    assert imp.rejected == q["no_customer"]
    assert imp.to_write == imp.rows - imp.rejected


def test_two_days_of_real_orders_come_in_and_go_again(manager):
    with gzip.open(shared_data() / "online_retail_20101201_20110609.csv.gz", "rt", encoding="utf-8") as file:
        lines = [next(file) for _ in range(3001)]
    rows = [line.rstrip("\n").split(",") for line in lines[1:] if line.count(",") == 7]
    bought = [row for row in rows if row[6]]
    before = making.dump()

    imp = making.applied("".join(lines).encode(), "orders", manager, "retail.csv", options={"customers": "create"})
    written = (OrderLine.objects.count(), Order.objects.filter(kind="return").count(), Customer.objects.count())
    making.undone(imp, manager)

    assert written[0] == imp.to_write >= len(bought)
    assert written[1] == len({row[0] for row in bought if row[0].startswith("C")})
    assert written[2] == len({row[6] for row in bought})
    assert Customer.objects.count() == 0
    assert making.dump() == before
