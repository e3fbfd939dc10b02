"""Payment integrity: the published vectors, then how the parts are put together."""

import json

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import integrity as engine
from holdfast.analysis.integrity import IntegrityParams, IntegrityWeights
from holdfast.analysis.integrity.reasons import CODES, SENTENCES, sentences_of, told_of
from holdfast.analysis.integrity.shares import kappa_by_moments, shrunk_share
from holdfast.analysis.tables import TableError
from holdfast.analysis.tests.invoices import invoices, payers, payments, promises
from holdfast.analysis.tests.ledgers import on

FOUR = [("a", 0, 30, 30, 10_000), ("a", 1, 31, 61, 5_000), ("a", 2, 60, 40, 3_000), ("a", 3, 33, 93, 2_000)]
ALL = IntegrityParams(window_days=0)


def scores(rows, day=100, params=ALL, **more):
    table = rows if isinstance(rows, pa.Table) else invoices(rows)
    found = engine.integrity(table, as_of=on(day), params=params, **more).to_pylist()
    return {row["customer_id"]: row for row in found}


# --- vectors of methods §1.2 ---
@pytest.mark.shows("CRE-01")
def test_days_outstanding_best_possible_and_delinquent_are_as_published():
    assert engine.days_sales_outstanding(300_000, 1_800_000) == pytest.approx(60.83, abs=0.005)
    assert engine.days_sales_outstanding(220_000, 1_800_000) == pytest.approx(44.61, abs=0.005)
    assert engine.average_days_delinquent(300_000, 220_000, 1_800_000) == pytest.approx(16.22, abs=0.005)
    assert engine.collection_effectiveness(250_000, 1_800_000, 300_000, 220_000) == pytest.approx(95.63, abs=0.005)
    assert engine.days_sales_outstanding(300_000, 0) is None
    assert engine.collection_effectiveness(0, 0, 0, 0) is None


@pytest.mark.shows("CRE-01")
def test_the_payment_index_runs_straight_between_its_points():
    days = [-50, -30, -25, -20, 0, 15, 22, 23, 30, 33, 45, 60, 90, 120, 400]

    points = engine.index_of(np.array(days))

    assert points == pytest.approx([100, 100, 95, 90, 80, 70, 60, 58.75, 50, 49, 45, 40, 30, 20, 20])


@pytest.mark.shows("CRE-01", "T7")
def test_the_index_of_four_invoices_is_seventy_and_they_are_ten_and_a_half_days_late():
    row = scores(FOUR)["a"]

    assert row["payment_index"] == pytest.approx(70.0)
    assert row["adbt_days"] == pytest.approx(10.5)
    assert (row["invoices"], row["judged"], row["late_share"]) == (4, 4, 0.5)
    assert engine.weighted_mean(np.array([80, 50, 90, 40]), np.array([10, 5, 3, 2])) == pytest.approx(70.0)
    assert engine.weighted_mean(np.array([1.0]), np.array([0])) is None


@pytest.mark.shows("CRE-01")
def test_few_cases_are_drawn_to_the_portfolio_as_published():
    assert shrunk_share(np.array([3, 30, 0]), np.array([3, 30, 0]), 0.2) == pytest.approx([0.418, 0.832, 0.2], abs=5e-4)


@pytest.mark.shows("CRE-05")
def test_the_credit_limit_is_as_published_with_every_line_of_its_sum():
    sales = 180_000_000

    limits = [engine.credit_limit(sales, 45, index) for index in (80, 70, 50, 49.9)]

    assert [round(one.limit_minor / 100) for one in limits] == [266_301, 221_918, 110_959, 0]
    codes = [code for code, _ in limits[0].lines]
    assert codes == ["daily", "terms", "factor", "result"]
    assert dict(limits[0].lines)["factor"] == {"index": 80, "factor": 1.2, "amount": 26_630_137}


@pytest.mark.shows("CRE-05")
def test_caps_and_the_step_of_a_review_hold_the_limit():
    capped = engine.credit_limit(
        180_000_000, 45, 80, insured_minor=25_000_000, customer_equity_minor=300_000_000, own_equity_minor=200_000_000
    )
    assert capped.limit_minor == 10_000_000
    assert [code for code, _ in capped.lines] == ["daily", "terms", "factor", "cap_insured", "cap_own", "result"]

    up = engine.credit_limit(180_000_000, 45, 80, current_minor=10_000_000)
    down = engine.credit_limit(180_000_000, 45, 30, current_minor=10_000_000)
    assert (up.limit_minor, up.target_minor) == (12_500_000, 26_630_137)
    assert (down.limit_minor, down.target_minor) == (7_500_000, 0)
    assert dict(up.lines)["step"] == {"before": 10_000_000, "most": 0.25, "amount": 12_500_000}


def test_the_expected_loss_is_exposure_times_chance_times_what_a_default_costs():
    assert engine.expected_loss(1_000_000, 0.02) == 9_000


# --- putting it together ---
@pytest.mark.shows("CRE-01", "TIE-01")
def test_integrity_is_the_weighted_mean_of_the_parts_that_are_known():
    many = [("a", day, day + 30, day + 30, 1_000) for day in range(10)]
    rows = scores(many, promises=promises([("a", 20, True)] * 3 + [("a", 30, False)]))

    assert rows["a"]["promise_kept"] == pytest.approx(0.75)  # alone, he is the portfolio
    assert rows["a"]["integrity"] == pytest.approx((0.55 * 80 + 0.20 * 75) / 0.75)

    disputed = invoices(many, disputed=pa.array([True] * 2 + [False] * 8))
    assert scores(disputed)["a"]["integrity"] == pytest.approx((0.55 * 80 + 0.15 * 80) / 0.70)


def test_unjustified_returns_count_where_they_are_recorded():
    many = [("a", day, day + 30, day + 30, 1_000) for day in range(10)]
    returned = pa.table({"customer_id": ["a"], "returned": [10], "unjustified": [5]})

    row = scores(many, returns=returned)["a"]

    assert row["integrity"] == pytest.approx((0.55 * 80 + 0.10 * 50) / 0.65)


@pytest.mark.shows("CRE-01")
def test_an_open_item_counts_the_days_so_far_and_one_not_due_says_nothing():
    rows = [("a", 0, 30, None, 1_000), ("a", 0, 200, None, 1_000)]

    row = scores(rows, day=100)["a"]

    assert (row["invoices"], row["judged"], row["adbt_days"]) == (2, 1, 70)
    assert (row["open_minor"], row["overdue_minor"], row["overdue_days"]) == (2_000, 1_000, 70)
    assert row["integrity"] is None


@pytest.mark.shows("CRE-01")
def test_fewer_than_three_invoices_give_no_integrity_and_fewer_than_ten_stand_near_the_mean():
    prompt = [("prompt", day, day + 30, day + 10, 1_000) for day in range(20)]
    new = [("new", 0, 30, 60, 1_000)] * 2
    young = [("young", 0, 30, 60, 1_000)] * 3

    rows = scores([*prompt, *new, *young])

    assert rows["new"]["integrity"] is None
    assert rows["new"]["payment_index"] == pytest.approx(50)
    mean = (10 * 90 + 3 * 50) / 13
    assert rows["young"]["integrity"] == pytest.approx(0.3 * 50 + 0.7 * mean)
    assert rows["prompt"]["integrity"] == pytest.approx(90)


@pytest.mark.shows("TIE-05", "CRE-01")
def test_gates_shut_over_ninety_days_by_write_offs_and_fraud():
    rows = [
        ("old", 0, 30, None, 1_000),
        ("ninety", 0, 110, None, 1_000),
        ("paid", 0, 30, 150, 1_000),
        ("off", 0, 30, None, 1_000),
        ("bad", 0, 30, 30, 1_000),
    ]
    off = pa.array([None, None, None, on(150), None], pa.date32())

    found = engine.integrity(
        invoices(rows, written_off_on=off), as_of=on(200), flagged=pa.table({"customer_id": ["bad"]}), params=ALL
    )

    gates = {row["customer_id"]: row["gate"] for row in engine.gates(found).to_pylist()}
    assert gates == {"old": "overdue_90", "off": "write_off", "bad": "fraud"}
    later = engine.integrity(invoices(rows, written_off_on=off), as_of=on(150 + 730), params=ALL)
    assert "off" not in {row["customer_id"] for row in engine.gates(later).to_pylist()}


def test_what_happened_after_the_day_is_not_looked_at():
    rows = [("a", 0, 30, 90, 1_000), ("a", 60, 90, None, 500)]
    table = invoices(rows, open_minor=pa.array([0, 500]), disputed_on=pa.array([on(80), None], pa.date32()))
    paid = payments([(0, 40, 400), (0, 90, 600)])

    then = engine.integrity(table, as_of=on(50), payments=paid, params=ALL).to_pylist()[0]
    now = engine.integrity(table, as_of=on(95), payments=paid, params=ALL).to_pylist()[0]

    assert (then["invoices"], then["open_minor"], then["adbt_days"], then["dispute_share"]) == (1, 600, 20, 0)
    assert (now["invoices"], now["open_minor"], now["late_share"], now["dispute_share"]) == (2, 500, 1.0, 0.5)


def test_only_lost_disputes_count_where_the_outcome_is_recorded():
    rows = [("a", day, day + 30, day + 30, 1_000) for day in range(4)]
    raised = pa.array([on(20)] * 3 + [None], pa.date32())
    table = invoices(rows, disputed_on=raised, dispute_lost=pa.array([True, False, None, None]))

    assert scores(table)["a"]["dispute_share"] == 0.25


def test_credit_notes_and_negative_totals_are_no_payment_behaviour():
    rows = [("a", 0, 30, 30, 1_000), ("a", 0, 30, None, -500), ("a", 0, 30, None, 400)]
    table = invoices(rows, kind=pa.array(["invoice", "invoice", "credit_note"]))

    row = scores(table)["a"]

    assert (row["invoices"], row["open_minor"], row["gate"]) == (1, 0, None)


def test_without_amounts_every_invoice_counts_alike():
    rows = [("a", 0, 30, 30, None), ("a", 0, 30, 60, None), ("b", 0, 30, 30, 100), ("b", 0, 30, 60, None)]

    found = scores(rows)

    assert found["a"]["payment_index"] == pytest.approx(65)
    assert found["b"]["payment_index"] == pytest.approx(80)


def test_the_window_lets_old_behaviour_go_but_not_what_is_open():
    rows = [("a", 0, 30, 30, 1_000), ("a", 1, 31, None, 1_000), ("a", 500, 530, 530, 1_000)]

    row = scores(rows, day=600, params=IntegrityParams())["a"]

    assert (row["invoices"], row["judged"], row["overdue_days"]) == (2, 2, 569)


def test_kappa_is_learned_from_how_much_customers_differ():
    rng = np.random.default_rng(5)
    size = np.full(4_000, 12)
    spread = rng.binomial(size, rng.beta(8 * 0.3, 8 * 0.7, len(size)))
    alike = rng.binomial(size, 0.3)

    assert kappa_by_moments(spread, size) == pytest.approx(8, rel=0.15)
    assert kappa_by_moments(alike, size) > 60
    assert kappa_by_moments(spread[:10], size[:10]) == 8
    assert kappa_by_moments(np.zeros(50), np.full(50, 5)) == 8


def test_the_order_of_rows_and_the_unit_of_money_change_nothing():
    table, _ = payers(3, customers=40)
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    dearer = table.set_column(
        table.column_names.index("amount_minor"), "amount_minor", pa.array(table["amount_minor"].to_numpy() * 7)
    )

    one, two, three = (engine.integrity(t, as_of=on(900), params=ALL) for t in (table, shuffled, dearer))

    for name in one.column_names:
        if one[name].type == pa.float64():
            assert two[name].to_pylist() == pytest.approx(one[name].to_pylist(), nan_ok=True)
            assert three[name].to_pylist() == pytest.approx(one[name].to_pylist(), nan_ok=True)
    values = one["integrity"].drop_null().to_numpy()
    assert ((values >= 0) & (values <= 100)).all()


@pytest.mark.parametrize("rows", [[], [("a", 0, None, None, None)], [("a", 300, 330, None, 5)]])
def test_nothing_to_judge_gives_rows_without_figures_or_no_rows(rows):
    found = scores(rows, day=100)

    assert all(row["integrity"] is None and row["payment_index"] is None for row in found.values())
    assert set(found) == {row[0] for row in rows if row[1] <= 100}


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="due_on"):
        engine.integrity(invoices(FOUR).drop_columns(["due_on"]), as_of=on(1))


def test_weights_must_make_sense_and_parameters_survive_json():
    with pytest.raises(ValueError, match="integrity"):
        IntegrityWeights(payment=-1)
    assert IntegrityParams.from_json(IntegrityParams(kappa=5).to_json()) == IntegrityParams(kappa=5)


# --- reasons ---
def test_every_code_has_its_sentence_in_both_languages():
    assert set(CODES) == set(SENTENCES["zh"]) == set(SENTENCES["en"])


@pytest.mark.shows("T7")
def test_reasons_are_codes_with_numbers_and_become_sentences():
    rows = [*FOUR, ("b", 0, 5, None, 70_000), ("c", 95, 125, None, 10)]
    table = engine.integrity(invoices(rows), as_of=on(100), promises=promises([("a", 50, False)]), params=ALL)

    told = [[json.loads(text) for text in one] for one in told_of(table).as_json().to_pylist()]
    english = sentences_of(table, "en").to_pylist()

    assert told[0] == [
        ["pays_late", {"days": 10, "late": 2, "n": 4}],
        ["broken_promises", {"broken": 1, "promises": 1}],
        ["some_invoices", {"n": 4, "full": 10}],
    ]
    assert told[1][0] == ["overdue_90", {"days": 95, "amount": 700}]
    assert told[2] == [["no_outcome", {}]]
    assert english[1][0] == "700 is overdue, the oldest item by 95 days: at most 2 stars"
    assert all(sentences_of(table, "zh").to_pylist())
