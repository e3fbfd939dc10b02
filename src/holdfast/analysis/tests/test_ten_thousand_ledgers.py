"""Ten thousand random ledgers: every total of money exact to the minor unit, told again by plain sums over the lines.

The ledgers lie in one table, each with eight customers and five products of its own, so that a test stays quick.
"""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from holdfast.analysis import accounts, loyalty, matrix, movement, pareto, tables
from holdfast.analysis.days import Window, customer_days, last_complete_month, previous_month
from holdfast.analysis.matrix import CELLS
from holdfast.analysis.tests.ledgers import on

pytestmark = pytest.mark.slow

LEDGERS, PEOPLE, PRODUCTS, SPAN = 10_000, 8, 5, 120
PREVIOUS, CURRENT = Window(on(31), on(59)), Window(on(59), on(90))
AS_OF = on(SPAN)
# The corners at which classes change, and amounts that no float would add up.
CORNERS = np.array([0, 1, -1, 99, 109, 100, 110, 111, 90, 89, -100, 10**12 + 1, -(10**11)])
SHARES = np.array([80, 15, 5, 40, 40, 10, 0, -7])


def drawn(seed, ledgers=LEDGERS):
    """Lines of many small ledgers: returns, zero amounts, cancelled lines, unknown costs and products, mixed up."""
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 14, ledgers)
    ledger = np.repeat(np.arange(ledgers), count)
    size = len(ledger)
    any_amount = rng.integers(-(10**7), 10**9, size)
    amount = np.where(rng.random(size) < 0.5, rng.choice(CORNERS, size), any_amount)
    cost = (amount * rng.uniform(0.2, 1.4, size)).astype(np.int64)
    product = ledger * PRODUCTS + rng.integers(0, PRODUCTS, size)
    days = pa.array((rng.integers(0, SPAN, size) + 20_454).astype(np.int32)).cast(pa.date32())
    table = pa.table(
        {
            "customer_id": ledger * PEOPLE + rng.integers(0, PEOPLE, size),
            "day": days,
            "amount_minor": amount,
            "cost_minor": pa.array(cost, mask=rng.random(size) < 0.15),
            "product_id": pa.array(product, mask=rng.random(size) < 0.05),
            "cancelled": rng.random(size) < 0.05,
        }
    )
    return table.take(pa.array(rng.permutation(size)))


def ledger_of(table, each=PEOPLE, name="customer_id"):
    return table[name].to_numpy() // each


def per(place, values, size=LEDGERS):
    """Exact sums by place."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, place, values)
    return found


def inside(table, window):
    number = table["day"].cast(pa.int32()).to_numpy()
    first, end = (np.datetime64(day).astype(int) for day in (window.start, window.end))
    return (number >= first) & (number < end)


def lines_within(table, window):
    return per(ledger_of(table), np.where(inside(table, window), table["amount_minor"].to_numpy(), 0))


@pytest.mark.shows("REP-01")
def test_the_movement_of_every_ledger_is_the_sum_of_its_lines():
    table = drawn(1)

    moved = movement.movement(customer_days(table, as_of=AS_OF), previous=PREVIOUS, current=CURRENT)

    place = ledger_of(moved)
    assert (per(place, moved["previous_minor"]) == lines_within(table, PREVIOUS)).all()
    assert (per(place, moved["current_minor"]) == lines_within(table, CURRENT)).all()
    by_class = per(place * 7 + class_of(moved), moved["delta_minor"].to_numpy(), LEDGERS * 7).reshape(LEDGERS, 7)
    change = lines_within(table, CURRENT) - lines_within(table, PREVIOUS)
    assert (by_class.sum(axis=1) == change).all()
    # Who is new or back brings money only in, who is lost only takes away what was there.
    assert (per(place[class_of(moved) < 2], moved["previous_minor"].to_numpy()[class_of(moved) < 2]) == 0).all()
    assert len(set(class_of(moved).tolist())) == 7


def class_of(moved):
    return pc.index_in(moved["movement"], value_set=pa.array(movement.CLASSES)).to_numpy()


@pytest.mark.shows("REP-01")
def test_the_bridge_of_every_ledger_leads_exactly_from_one_window_to_the_next():
    table = drawn(2)
    before, now = lines_within(table, PREVIOUS), lines_within(table, CURRENT)
    moved = movement.movement(customer_days(table, as_of=AS_OF), previous=PREVIOUS, current=CURRENT)
    start = np.searchsorted(ledger_of(moved), np.arange(LEDGERS + 1))

    for ledger in range(LEDGERS):
        part = moved.slice(start[ledger], start[ledger + 1] - start[ledger])
        rows = movement.bridge(part).to_pydict()
        split = movement.volume_value(part)["delta_minor"].to_pylist()
        assert rows["previous_minor"][-1] == before[ledger] == sum(rows["previous_minor"][:-1])
        assert rows["current_minor"][-1] == now[ledger] == sum(rows["current_minor"][:-1])
        assert before[ledger] + sum(rows["delta_minor"][:-1]) == now[ledger]
        assert sum(rows["n"][:-1]) == rows["n"][-1] == part.num_rows
        assert sum(split[:3]) == split[3] == now[ledger] - before[ledger]


@pytest.mark.shows("REP-01")
def test_money_in_a_thousandth_of_the_unit_scales_the_movement_and_keeps_the_classes():
    table = drawn(3)
    larger = table.set_column(2, "amount_minor", pc.multiply(table["amount_minor"], 1000))

    plain, scaled = (
        movement.movement(customer_days(source, as_of=AS_OF), previous=PREVIOUS, current=CURRENT)
        for source in (table, larger)
    )

    money = ["previous_minor", "current_minor", "delta_minor"]
    assert scaled.drop_columns(money).equals(plain.drop_columns(money))
    for name in money:
        assert pc.multiply(plain[name], 1000).equals(scaled[name])


@pytest.mark.shows("TIE-12", "REP-01")
def test_every_transition_matrix_has_both_months_and_all_money():
    rng = np.random.default_rng(4)
    for _ in range(LEDGERS):
        first, last = rng.integers(0, 6), rng.integers(6, 14)
        before, after = (
            pa.table(
                {"customer_id": ids, "stars": pa.array(rng.integers(1, 6, len(ids)), mask=rng.random(len(ids)) < 0.2)}
            )
            for ids in (np.arange(0, 10), np.arange(first, last))
        )
        worth = pa.table({"customer_id": np.arange(14), "value_minor": rng.integers(-(10**9), 10**12, 14)})

        found = movement.transition_matrix(before, after, column="stars", values=worth)

        n, value = found["n"].to_numpy(), found["value_minor"].to_numpy()
        there = np.arange(max(10, last))
        assert n.sum() == len(there)
        assert value.sum() == worth["value_minor"].to_numpy()[there].sum()
        assert n[found["from"].is_valid()].sum() == 10 - before["stars"].null_count
        assert n[found["to"].is_valid()].sum() == len(after) - after["stars"].null_count


@pytest.mark.shows("TIE-11")
def test_the_sixteen_cells_of_every_ledger_are_its_lines():
    table = drawn(5)
    window = Window(AS_OF - timedelta(days=364), AS_OF + timedelta(days=1))
    kept = table.filter(pa.array(inside(table, window)))
    costed = kept["cost_minor"].is_valid().to_numpy()
    amount = kept["amount_minor"].to_numpy()
    margin = np.where(costed, amount - kept["cost_minor"].fill_null(0).to_numpy(), 0)

    found = matrix.customer_product_matrix(table, as_of=AS_OF)

    place = ledger_of(found.pairs)
    cell = pc.fill_null(pc.index_in(found.pairs["cell"].combine_chunks(), pa.array(CELLS)), 16).to_numpy()
    for name, truth in (
        ("revenue_minor", amount),
        ("profit_minor", margin),
        ("uncosted_minor", np.where(costed, 0, abs(amount))),
        ("lines", np.ones(len(amount), dtype=np.int64)),
    ):
        cells = per(place * 17 + cell, found.pairs[name].to_numpy(), LEDGERS * 17).reshape(LEDGERS, 17)
        assert (cells.sum(axis=1) == per(ledger_of(kept), truth)).all(), name
        assert (cells.sum(axis=0)[: found.cells.num_rows] == found.cells[name].to_numpy()).all(), name


@pytest.mark.shows("TIE-11", "TIE-02")
@pytest.mark.parametrize("thousand", range(LEDGERS // 1_000))
def test_every_ledger_with_a_matrix_of_its_own_adds_up_with_the_cost_to_serve(thousand):
    table = drawn(6)
    table = table.take(pa.array(np.argsort(ledger_of(table), kind="stable")))
    start = np.searchsorted(ledger_of(table), np.arange(LEDGERS + 1))
    rng = np.random.default_rng(thousand)

    for ledger in range(thousand * 1_000, (thousand + 1) * 1_000):
        own = table.slice(start[ledger], start[ledger + 1] - start[ledger])
        costs = pa.table(
            {
                "customer_id": ledger * PEOPLE + np.arange(0, PEOPLE, 2),
                "service_minor": rng.integers(0, 10**8, PEOPLE // 2),
            }
        )
        cells = matrix.customer_product_matrix(own, as_of=AS_OF, service_costs=costs).cells
        costed = own.filter(own["cost_minor"].is_valid())
        margin = whole(costed, "amount_minor") - whole(costed, "cost_minor")
        assert whole(cells, "revenue_minor") == whole(own, "amount_minor")
        assert whole(cells, "profit_minor") == margin - whole(costs, "service_minor")
        assert whole(cells, "lines") == own.num_rows > 0


def whole(table, name):
    return pc.sum(table[name]).as_py() or 0


@pytest.mark.shows("TIE-08")
def test_abc_gini_and_the_whale_curve_of_every_ledger_follow_their_definitions():
    rng = np.random.default_rng(7)
    for _ in range(LEDGERS):
        size = int(rng.integers(1, 12))
        corners = SHARES if rng.random() < 0.5 else CORNERS
        value = np.where(rng.random(size) < 0.6, rng.choice(corners, size), rng.integers(-(10**6), 10**9, size))
        value = rng.choice(SHARES, size) if rng.random() < 0.3 else value
        table = pa.table({"customer_id": np.arange(size), "value_minor": value})

        classed = pareto.classes_abc(table)["abc"].to_pylist()
        assert classed == plain_abc(value.tolist())
        curve = pareto.whale_curve(table)["cumulative_minor"].to_pylist()
        assert curve[-1] == value.sum()
        assert max(curve) == (value[value > 0].sum() if value.max() > 0 else value.max())
        gini, gains = pareto.gini(value), np.maximum(value, 0)
        assert (gini is None) == (gains.sum() == 0)
        if gini is not None:
            assert -1e-12 <= gini <= (size - 1) / size + 1e-12
            assert 0 < pareto.top_share(value) <= 1
            assert 0 < pareto.customers_for_share(value) <= 1


def plain_abc(values):
    """In whole numbers: the class follows the share cumulated before the customer; ties go to the older one."""
    gains = [max(value, 0) for value in values]
    found, before = {}, 0
    for place in sorted(range(len(values)), key=lambda at: (-values[at], at)):
        share = 1000 * before
        nothing = not gains[place] or share >= 950 * sum(gains)
        found[place] = "C" if nothing else "B" if share >= 800 * sum(gains) else "A"
        before += gains[place]
    return [found[place] for place in range(len(values))]


@pytest.mark.shows("LOY-01")
def test_every_points_account_is_issued_less_used_less_expired():
    rng = np.random.default_rng(8)
    count = rng.integers(1, 12, LEDGERS)
    owner = np.repeat(np.arange(LEDGERS), count)
    size = len(owner)
    kind = rng.choice(["earn", "earn", "redeem", "reverse", "freeze", "unfreeze"], size)
    day = rng.integers(0, 300, size) + 20_454
    first = np.repeat(np.cumsum(count) - count, count)
    lot = first + rng.integers(0, np.repeat(count, count))
    points = rng.integers(1, 500, size)
    table = pa.table(
        {
            "entry_id": np.arange(size),
            "customer_id": owner,
            "day": pa.array(day.astype(np.int32)).cast(pa.date32()),
            "kind": kind.tolist(),
            "points": points,
            "expires_on": pa.array((day + rng.integers(-2, 90, size)).astype(np.int32), mask=kind != "earn").cast(
                pa.date32()
            ),
            "lot_id": pa.array(lot, mask=kind != "reverse"),
        }
    )

    found, lots = (ask(table, as_of=on(200)) for ask in (loyalty.points_accounts, loyalty.points_lots))

    part = {name: found[name].to_numpy() for name in found.column_names}
    left = part["redeemed"] + part["reversed"] + part["expired"] + part["balance"]
    assert (part["issued"] == left).all()
    assert (part["available"] + part["frozen"] == part["balance"]).all()
    earned = (kind == "earn") & (day <= 20_454 + 200)
    assert part["issued"].sum() == points[earned].sum() == whole(lots, "points")
    spent = lots["used"].to_numpy() + lots["expired"].to_numpy() + lots["remaining"].to_numpy()
    assert (spent == lots["points"].to_numpy()).all()
    mixed = table.take(pa.array(rng.permutation(size)))
    assert loyalty.points_accounts(mixed, as_of=on(200)).equals(found)


@pytest.mark.shows("REP-01")
def test_the_table_of_customers_holds_every_cent_of_every_ledger():
    table = drawn(9)

    found = accounts.analyze(table, as_of=AS_OF)

    revenue = np.array([int(value.scaleb(2)) for value in found.customers["revenue"].to_pylist()])
    place = found.customers["customer_id"].cast(pa.int64()).to_numpy() // PEOPLE
    assert (per(place, revenue) == per(ledger_of(table), table["amount_minor"].to_numpy())).all()
    month = last_complete_month(AS_OF)
    totals = found.summary["movement"]["totals"]
    assert totals["current"] == lines_within(table, month).sum()
    assert totals["previous"] == lines_within(table, previous_month(month)).sum()
    assert sum(found.summary["stages"].values()) == found.customers.num_rows == len(table["customer_id"].unique())


def test_row_order_splitting_and_batch_size_change_nothing(tmp_path):
    table = drawn(10, 2_000)
    rng = np.random.default_rng(10)
    plain = accounts.analyze(table, as_of=AS_OF)

    # In pieces of random sizes, in another order; one file of tiny batches; several files asked through the database.
    cuts = [0, *sorted(rng.integers(0, table.num_rows, 40).tolist()), table.num_rows]
    pieces = [table.slice(a, b - a) for a, b in pairwise(cuts)]
    rng.shuffle(pieces)
    pq.write_table(table, tmp_path / "batches.parquet", row_group_size=97)
    for number, piece in enumerate(pieces):
        pq.write_table(piece, tmp_path / f"piece{number}.parquet")
    stored = tables.register(tables.connect(threads=2), "lines", tmp_path / "piece*.parquet")

    for source in (pa.concat_tables(pieces), pq.read_table(tmp_path / "batches.parquet"), stored):
        again = accounts.analyze(source, as_of=AS_OF)
        assert again.customers.equals(plain.customers)
        assert again.summary == plain.summary
        assert again.bridge.equals(plain.bridge)
