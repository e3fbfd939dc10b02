"""The whole customers table: the contract's columns, poor input, and what must never change it."""

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import accounts, tables
from holdfast.analysis.accounts import AnalyzeParams, analyze, analyze_customers
from holdfast.analysis.accounts.table import in_order
from holdfast.analysis.lifecycle import STAGES
from holdfast.analysis.rhythm import RhythmParams
from holdfast.analysis.tests.ledgers import lines, on, random_lines

# Source: the command line's contract.
KINDS = {
    "customer_id": pa.string(),
    "first_on": pa.date32(),
    "last_on": pa.date32(),
    "purchase_days": pa.int32(),
    "revenue": pa.decimal128(20, 2),
    "mean_value": pa.float64(),
    "rfm_r": pa.int8(),
    "rfm_f": pa.int8(),
    "rfm_m": pa.int8(),
    "abc": pa.string(),
    "stars": pa.int8(),
    "stars_provisional": pa.bool_(),
    "stars_hint": pa.int8(),
    "stage": pa.string(),
    "movement": pa.string(),
    "typical_gap_days": pa.float64(),
    "elapsed_days": pa.int32(),
    "p_gap": pa.float64(),
    "p_alive": pa.float64(),
    "expected_purchases": pa.float64(),
    "expected_spend": pa.float64(),
    "clv_12m": pa.float64(),
    "p_churn": pa.float64(),
    "revenue_at_risk": pa.float64(),
    "reasons": pa.list_(pa.string()),
    **dict.fromkeys(accounts.INTERVALS, pa.float64()),
}


def test_all_columns_of_the_contract_are_there_in_their_types():
    found = analyze_customers(random_lines(1, 800), as_of=on(400))

    assert {field.name: field.type for field in found.schema} == KINDS
    assert found.column_names == list(accounts.COLUMNS)


def test_three_customers_by_hand():
    table = lines(
        [("007", 0, 1000), ("007", 30, 2000), ("007", 30, -500), ("007", 61, 700), ("b", 61, 250), ("c", 3, -90)]
    )

    first, second, third = analyze_customers(table, as_of=on(70), lang="en").to_pylist()

    assert (first["customer_id"], first["purchase_days"], first["revenue"]) == ("007", 3, Decimal("32.00"))
    assert (first["first_on"], first["last_on"], first["elapsed_days"]) == (on(0), on(61), 9)
    # The repeat days: 15.00 and 7.00.
    assert first["mean_value"] == pytest.approx(11.0)
    assert (first["stage"], first["stars"], first["stars_provisional"]) == ("growing", None, False)
    assert (second["mean_value"], second["movement"], second["abc"]) == (None, None, "B")
    assert (third["purchase_days"], third["first_on"], third["rfm_r"], third["p_gap"]) == (0, None, None, None)
    assert (third["revenue"], third["stage"]) == (Decimal("-0.90"), "identified")
    assert third["reasons"] == ["Only returned or cancelled lines, no purchase yet"]


def test_stars_from_orders_alone_are_hollow_and_never_null_together_with_their_hint():
    rows = analyze_customers(random_lines(2, 3000), as_of=on(400)).to_pylist()

    assert any(row["stars_provisional"] for row in rows)
    for row in rows:
        assert row["stars"] is None
        assert (row["stars_hint"] is not None) == row["stars_provisional"]


def test_the_summary_is_json_and_counts_every_customer_and_cent():
    table = random_lines(3, 5000)
    found = analyze(table, as_of=on(399))

    summary = json.loads(json.dumps(found.summary))
    assert sum(summary["stages"].values()) == found.customers.num_rows
    assert set(summary["stages"]) == set(STAGES)
    assert (summary["as_of"], summary["horizon_days"]) == ("2027-02-04", 90)
    assert summary["models"]["chosen"] in ("bgnbd", "mbgnbd", "paretonbd")
    assert (summary["movement_from"], summary["movement_to"]) == ("2026-12", "2027-01")
    totals = summary["movement"].pop("totals")
    for name in ("n", "previous", "current", "delta"):
        assert totals[name] == sum(line[name] for line in summary["movement"].values())
    assert totals["current"] - totals["previous"] == totals["delta"]
    moved = [row["movement"] for row in found.customers.to_pylist()]
    assert {name: moved.count(name) for name in summary["movement"]} == {
        name: line["n"] for name, line in summary["movement"].items()
    }


def test_revenue_is_the_exact_sum_of_all_kept_lines():
    table = random_lines(4, 5000)

    found = analyze_customers(table, as_of=on(200))

    days, amounts = table["day"].to_pylist(), table["amount_minor"].to_pylist()
    kept = sum(amount for day, amount in zip(days, amounts, strict=True) if day <= on(200))
    assert sum(found["revenue"].to_pylist()) * 100 == kept


@pytest.mark.parametrize("digits", [0, 2, 3])
def test_money_has_the_decimals_of_the_currency(digits):
    minor = np.array([0, 1, -1, 123456, -(2**62), 2**62])

    found = accounts.decimals(minor, digits)

    assert found.to_pylist() == [Decimal(int(value)).scaleb(-digits) for value in minor]


def test_the_order_of_lines_changes_nothing():
    rng = np.random.default_rng(5)
    table = random_lines(5, 3000)

    shuffled = table.take(pa.array(rng.permutation(3000)))

    assert analyze_customers(shuffled, as_of=on(399)).equals(analyze_customers(table, as_of=on(399)))


def test_lines_after_as_of_change_nothing():
    table = random_lines(6, 3000)
    cut = table.filter(pa.compute.less_equal(table["day"], pa.scalar(on(250))))

    assert analyze_customers(cut, as_of=on(250)).equals(analyze_customers(table, as_of=on(250)))


def test_scaling_all_money_scales_money_and_nothing_else():
    table = random_lines(7, 3000)
    scaled = table
    for name in ("amount_minor", "cost_minor"):
        more = pa.compute.multiply(table[name], 100)
        scaled = scaled.set_column(scaled.column_names.index(name), name, more)

    plain, large = (analyze_customers(source, as_of=on(399)) for source in (table, scaled))

    money, ahead = ["revenue", "mean_value"], [*accounts.AHEAD, *accounts.INTERVALS]
    assert large.drop_columns(money + ahead).equals(plain.drop_columns(money + ahead))
    assert large["revenue"].to_pylist() == [value * 100 for value in plain["revenue"].to_pylist()]
    for name in ahead:
        factor = 100 if name.startswith("clv_") or name in ("expected_spend", "revenue_at_risk") else 1
        assert large[name].to_numpy() == pytest.approx(factor * plain[name].to_numpy(), rel=1e-6, nan_ok=True), name


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("a", 0, 100)],
        [("a", 0, 100), ("b", 0, 100), ("c", 0, 100)],
        [("a", 0, -100), ("b", 0, -100)],
        [("a", 0, 0)],
        [("a", 500, 100)],
        [("a", 0, 100), ("a", 900, 100)],
    ],
    ids=["empty", "one customer", "one day", "only returns", "zero", "future", "partly future"],
)
def test_poor_input_gives_a_whole_answer(rows):
    found = analyze(lines(rows), as_of=on(100))

    assert found.customers.num_rows == len({name for name, day, _ in rows if day <= 100})
    assert found.customers.schema.names == list(KINDS)
    json.dumps(found.summary, allow_nan=False)


def test_reasons_come_in_the_language_asked_for():
    zh, en = (analyze_customers(random_lines(8, 300), as_of=on(399), lang=lang) for lang in ("zh", "en"))

    han = [any("\u4e00" <= letter <= "\u9fff" for text in row for letter in text) for row in zh["reasons"].to_pylist()]
    latin = [text for row in en["reasons"].to_pylist() for text in row]
    assert all(han)
    assert not any("\u4e00" <= letter <= "\u9fff" for text in latin for letter in text)


def test_all_settings_survive_json():
    params = AnalyzeParams(horizon_days=30, rhythm=RhythmParams(kappa=5))

    assert AnalyzeParams.from_json(params.to_json()) == params


def test_a_table_without_amounts_is_refused_by_name():
    with pytest.raises(tables.TableError, match="amount_minor"):
        analyze(lines([("a", 0, 1)]).drop_columns("amount_minor"), as_of=on(1))


def test_each_stage_says_how_long_it_took():
    found = analyze(lines([("a", 0, 1)]), as_of=on(1))

    assert list(found.seconds) == ["days", "customers", "order", "census", "forecast", "table"]


@pytest.mark.slow
@pytest.mark.parametrize("shards", [1, 3, 7, 90])
def test_cutting_the_lines_into_shards_changes_nothing(shards):
    rng = np.random.default_rng(11)
    table = random_lines(11, 6000, customers=400)
    whole = analyze(table, as_of=on(390), shards=1)

    cut = analyze(table.take(pa.array(rng.permutation(6000))), as_of=on(390), shards=shards)

    assert cut.customers.equals(whole.customers)
    assert cut.summary == whole.summary
    for name in ("bridge", "not_bought", "volume_value", "movement", "lorenz", "metrics", "graded", "year"):
        assert getattr(cut, name).equals(getattr(whole, name)), name


def test_lines_in_files_give_the_same_as_lines_in_memory(tmp_path):
    table = random_lines(12, 3000, customers=300)
    numbers = pa.compute.cast(pa.compute.utf8_slice_codeunits(table["customer_id"], 1), pa.int64())
    store = accounts.Store(5, most=1_000, folder=tmp_path)
    for begin in range(0, 3000, 250):
        part = table.slice(begin, 250)
        place = pa.array(numbers.slice(begin, 250).to_numpy() % 5, pa.uint8())
        store.add(part.append_column("shard", place))
    store.close()
    assert store.spilled

    found = analyze(store, as_of=on(390))

    plain = analyze(table, as_of=on(390))
    assert found.customers.equals(plain.customers)
    assert found.summary == plain.summary
    assert not list(tmp_path.iterdir())


def test_shards_of_one_customer_each_and_shards_without_any_line_are_as_good_as_one():
    table = lines([("a", 0, 100), ("a", 9, 50), ("b", 3, -20), ("c", 200, 5)])

    assert analyze(table, as_of=on(100), shards=9).customers.equals(analyze(table, as_of=on(100)).customers)


@pytest.mark.parametrize("ids", [[10, 9, 100, 1], [1, 10, 100, 9], ["b", "a", "ä", "B"], [7], []])
def test_customers_stand_in_the_order_of_their_names_as_text(ids):
    kind = pa.string() if ids and isinstance(ids[0], str) else pa.int64()
    facts = pa.table({"place": list(range(len(ids))), "customer_id": pa.array(ids, kind)})

    found = in_order(facts)

    wanted = sorted(map(str, ids), key=lambda name: name.encode())
    assert found["customer_id"].to_pylist() == wanted
    assert [str(ids[place]) for place in found["place"].to_pylist()] == wanted
