"""Customers A–D × products 1–4: sixteen cells that add up to the ledger, and what is done in each."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from holdfast.analysis import matrix
from holdfast.analysis.matrix import CELLS, MatrixParams, PolicyParams
from holdfast.analysis.tables import TableError
from holdfast.analysis.tests.ledgers import DAY_0, lines, on

AS_OF = on(364)
SUMMED = ("profit_minor", "revenue_minor", "lines", "service_minor", "uncosted_minor")


def sales(rows):
    """Rows of (customer, product, amount, cost)."""
    customer, product, amount, cost = zip(*rows, strict=True)
    return lines(
        [(who, 10, paid) for who, paid in zip(customer, amount, strict=True)],
        cost_minor=pa.array(cost, pa.int64()),
        product_id=pa.array(product, pa.string()),
    )


def random_sales(seed, *, missing=0.1):
    """A ledger with returns, loss makers, lines without a cost and a product that nobody named."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 400))
    amount = rng.integers(-(10**6), 10**9, size)
    rows = [
        (f"c{rng.integers(0, 40)}", f"p{rng.integers(0, 12)}", int(a), int(a * rng.uniform(0.2, 1.3))) for a in amount
    ]
    lost = rng.random((2, size)) < missing
    return sales(
        [
            (w, None if p else what, a, None if c else cost)
            for (w, what, a, cost), (p, c) in zip(rows, lost.T, strict=True)
        ]
    )


def random_costs(seed):
    rng = np.random.default_rng(seed)
    names = [f"c{n}" for n in range(0, 44, 2)]
    return pa.table({"customer_id": names, "service_minor": rng.integers(0, 10**8, len(names))})


def in_hundredths(table):
    for name in ("amount_minor", "cost_minor"):
        table = table.set_column(table.column_names.index(name), name, pc.multiply(table[name], 100))
    return table


def total(table, name):
    return pc.sum(table[name]).as_py() or 0


def figures(found):
    return {row["cell"]: row for row in found.cells.to_pylist()}


# Source: methods §2, classes by the cumulated positive profit before the item: < .50, < .80, < .95, rest.
FOUR = [("a", "p", 700, 100), ("b", "q", 350, 50), ("c", "r", 170, 20), ("d", "s", 60, 10), ("e", "t", 10, 40)]


@pytest.mark.shows("TIE-11", "T5")
def test_every_customer_and_product_lands_by_its_share_of_the_profit():
    found = matrix.customer_product_matrix(sales(FOUR), as_of=AS_OF)

    classes = dict(zip(found.customers["customer_id"].to_pylist(), found.customers["abcd"].to_pylist(), strict=True))
    grades = dict(zip(found.products["product_id"].to_pylist(), found.products["grade"].to_pylist(), strict=True))
    # Profit 600, 300, 150, 50 and −30; before each .000, .545, .818, .955.
    assert classes == {"a": "A", "b": "B", "c": "C", "d": "D", "e": "D"}
    assert grades == {"p": 1, "q": 2, "r": 3, "s": 4, "t": 4}
    cells = figures(found)
    assert list(cells) == list(CELLS)
    assert [cells[cell]["profit_minor"] for cell in ("A1", "B2", "C3", "D4")] == [600, 300, 150, 20]
    assert (cells["D4"]["customers"], cells["D4"]["products"], cells["D4"]["lines"]) == (2, 2, 2)
    assert cells["A2"]["customers"] == 0


@pytest.mark.slow
@pytest.mark.shows("TIE-11", "T5")
def test_sixteen_cells_are_the_ledger_to_the_minor_unit_on_any_ledger():
    for seed in range(150):
        ledger = random_sales(seed, missing=0)
        found = matrix.customer_product_matrix(ledger, as_of=AS_OF)

        assert found.cells.num_rows == 16
        assert total(found.cells, "profit_minor") == total(ledger, "amount_minor") - total(ledger, "cost_minor")
        assert total(found.cells, "revenue_minor") == total(ledger, "amount_minor")
        assert total(found.cells, "lines") == ledger.num_rows


@pytest.mark.slow
@pytest.mark.shows("TIE-11", "TIE-02")
def test_with_cost_to_serve_and_gaps_all_rows_still_add_up():
    for seed in range(150):
        ledger, costs = random_sales(seed), random_costs(seed)
        found = matrix.customer_product_matrix(ledger, as_of=AS_OF, service_costs=costs)

        costed = ledger.filter(ledger["cost_minor"].is_valid())
        margin = total(costed, "amount_minor") - total(costed, "cost_minor")
        assert total(found.cells, "profit_minor") == margin - total(costs, "service_minor")
        assert total(found.cells, "service_minor") == total(costs, "service_minor")
        assert total(found.cells, "revenue_minor") == total(ledger, "amount_minor")
        for name in SUMMED:
            assert total(found.pairs, name) == total(found.cells, name)


@pytest.mark.slow
@pytest.mark.shows("TIE-11")
def test_who_or_what_loses_money_is_always_in_the_last_class():
    for seed in range(80):
        found = matrix.customer_product_matrix(random_sales(seed), as_of=AS_OF, service_costs=random_costs(seed))

        losers = found.customers.filter(pc.less_equal(found.customers["value_minor"], 0))
        assert set(losers["abcd"].to_pylist()) <= {"D"}
        poor = found.products.filter(pc.less_equal(found.products["value_minor"], 0))
        assert set(poor["grade"].to_pylist()) <= {4}


@pytest.mark.slow
def test_the_order_of_the_lines_changes_nothing():
    for seed in range(40):
        ledger, costs = random_sales(seed), random_costs(seed)
        order = np.random.default_rng(seed).permutation(ledger.num_rows)

        first = matrix.customer_product_matrix(ledger, as_of=AS_OF, service_costs=costs)
        second = matrix.customer_product_matrix(ledger.take(order), as_of=AS_OF, service_costs=costs)

        assert first.cells.equals(second.cells)
        assert first.pairs.equals(second.pairs)


@pytest.mark.slow
def test_money_in_another_unit_scales_the_money_and_leaves_the_classes():
    for seed in range(40):
        ledger = random_sales(seed)
        scaled = in_hundredths(ledger)

        first = matrix.customer_product_matrix(ledger, as_of=AS_OF).cells
        second = matrix.customer_product_matrix(scaled, as_of=AS_OF).cells

        for name in ("profit_minor", "revenue_minor", "uncosted_minor"):
            assert pc.multiply(first[name], 100).equals(second[name])
        for name in ("cell", "lines", "customers", "products"):
            assert first[name].equals(second[name])


@pytest.mark.shows("TIE-02")
def test_cost_to_serve_can_turn_a_customer_into_a_loss_maker():
    costs = pa.table({"customer_id": ["a", "ghost"], "service_minor": [601, 7]})

    found = matrix.customer_product_matrix(sales(FOUR), as_of=AS_OF, service_costs=costs)

    cells = figures(found)
    assert cells["D4"]["service_minor"] == 601  # his product loses with him
    assert cells[None]["profit_minor"] == -7  # cost something, bought nothing
    assert (cells[None]["lines"], cells[None]["customers"]) == (0, 0)


def test_a_cost_is_shared_out_by_value_and_never_loses_a_cent():
    assert matrix.shared_out(100, np.array([1, 1, 1])).tolist() == [33, 34, 33]
    assert matrix.shared_out(-100, np.array([3, 1])).tolist() == [-75, -25]
    assert matrix.shared_out(7, np.array([0, 0])).sum() == 7
    assert matrix.shared_out(7, np.array([])).tolist() == []


def test_what_is_not_known_stands_outside_the_sixteen_cells():
    rows = [*FOUR, ("x", "p", 1_000, None), ("a", None, 50, 20)]

    cells = figures(matrix.customer_product_matrix(sales(rows), as_of=AS_OF))

    assert len(cells) == 17
    assert cells[None] == {
        "cell": None,
        "customer_class": None,
        "product_grade": None,
        "profit_minor": 30,
        "revenue_minor": 1_050,
        "lines": 2,
        "service_minor": 0,
        "uncosted_minor": 1_000,
        "customers": 2,
        "products": 1,
    }


def test_classes_of_the_quarter_can_be_kept():
    kept = pa.table({"customer_id": ["e", "a"], "abcd": ["A", "D"]})

    found = matrix.customer_product_matrix(sales(FOUR), as_of=AS_OF, customers=kept)

    cells = figures(found)
    assert (cells["A4"]["profit_minor"], cells["D1"]["profit_minor"]) == (-30, 600)
    assert cells[None]["lines"] == 3


def test_only_lines_of_the_window_count():
    ledger = sales(FOUR)

    none = matrix.customer_product_matrix(ledger, as_of=DAY_0).cells
    late = matrix.customer_product_matrix(ledger, as_of=on(10) + timedelta(days=365)).cells
    ever = matrix.customer_product_matrix(ledger, as_of=on(2_000), params=MatrixParams(window_days=0)).cells

    assert [total(table, "lines") for table in (none, late, ever)] == [0, 0, 5]
    assert none.num_rows == 16


def test_a_table_without_products_is_named():
    with pytest.raises(TableError) as caught:
        matrix.customer_product_matrix(lines([("a", 1, 5)]), as_of=AS_OF)
    assert (caught.value.code, caught.value.column) == ("column_missing", "product_id")


# --- policy ---
@pytest.mark.shows("TIE-11", "T5")
def test_every_cell_has_the_policy_of_the_specification():
    # Source: methods §2, policy used by the product.
    groups = {
        "protect": "A1 A2 B1",
        "cost_engineer": "A3 B2 B3",
        "relationship": "A4",
        "develop": "C1 C2 D1",
        "review_terms": "B4 C3",
        "standard": "C4 D2 D3",
        "exit_review": "D4",
    }
    expected = {cell: policy for policy, cells in groups.items() for cell in cells.split()}

    table = matrix.policies()

    assert table["cell"].to_pylist() == list(CELLS)
    assert dict(zip(table["cell"].to_pylist(), table["policy"].to_pylist(), strict=True)) == expected
    assert matrix.policy_of("A1").availability == 0.99


@pytest.mark.shows("TIE-11")
def test_a_good_or_strategic_customer_is_never_reviewed_for_exit_unasked():
    assert matrix.policy_of("D4", stars=3).automatic
    assert not matrix.policy_of("D4", stars=4).automatic
    assert not matrix.policy_of("D4", strategic=True).automatic
    assert matrix.policy_of("A1", stars=5).automatic


def test_a_company_edits_a_cell_and_keeps_it_as_json():
    own = PolicyParams(C3=matrix.CellPolicy("standard", 0.02, 0.95))

    back = PolicyParams.from_json(own.to_json())

    assert back == own
    assert matrix.policy_of("C3", params=back).discount_ceiling == 0.02
    with pytest.raises(ValueError, match="unknown policy"):
        matrix.CellPolicy("haggle", 0, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        matrix.CellPolicy("standard", 7, 1)
