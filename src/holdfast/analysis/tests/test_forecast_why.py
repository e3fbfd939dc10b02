"""Why a chance of leaving is what it is: nothing is left over, and each part points where it should."""

import numpy as np
import pytest

from holdfast.analysis.forecast import ForecastParams, forecast, spoken
from holdfast.analysis.forecast.words import points
from holdfast.analysis.tests.ledgers import days, on
from holdfast.analysis.tests.test_forecast import company


@pytest.fixture(scope="module")
def found():
    return forecast(company(1), as_of=on(400), horizon_days=90)


def log_odds(p):
    inside = np.clip(p, 1e-9, 1 - 1e-9)
    return np.log(inside) - np.log1p(-inside)


@pytest.mark.shows("CHU-03")
@pytest.mark.parametrize("gain", [0.003, -1.0])
def test_the_parts_add_up_to_the_log_odds(gain):
    # With a gain of −1 another order is taken wherever it does no harm.
    found = forecast(company(1), as_of=on(400), horizon_days=90, params=ForecastParams(gain=gain))

    told = found.why()

    parts = sum(told[name].to_numpy() for name in ("base", "pace", "silence", "compared"))
    assert np.abs(parts - log_odds(found.customers["p_churn"].to_numpy())).max() < 1e-9
    assert told["customer_id"].equals(found.customers["customer_id"])


@pytest.mark.shows("CHU-03")
def test_points_add_up_to_the_chance_itself(found):
    for row in found.why().to_pylist():
        assert sum(points(row).values()) == pytest.approx(row["p_churn"], abs=1e-8)


def test_silence_beyond_the_usual_gap_only_raises_the_chance(found):
    told = found.why()

    longer = told["elapsed_days"].to_numpy() > told["usual_days"].fill_null(1e9).to_numpy(zero_copy_only=False) + 1
    assert longer.any()
    assert (told["silence"].to_numpy()[longer] > -1e-9).all()


def test_who_has_just_bought_owes_nothing_to_silence(found):
    told = found.why()

    usual = told["usual_days"].to_numpy(zero_copy_only=False)
    fresh = (told["elapsed_days"].to_numpy() < 0.5 * usual) & (usual > 20)
    assert fresh.any()
    assert np.abs(told["silence"].to_numpy()[fresh]).max() < 1e-9


@pytest.mark.shows("CHU-03")
@pytest.mark.parametrize(("lang", "word"), [("zh", "没有购买"), ("en", "No purchase for")])
def test_it_is_said_in_words(found, lang, word):
    row = max(found.why().to_pylist(), key=lambda one: one["silence"])

    told = spoken(row, lang)

    assert any(word in sentence and str(row["elapsed_days"]) in sentence for sentence in told)
    assert len(told) >= 2


def test_one_purchase_is_named_as_such():
    row = {"base": 0.1, "pace": 1.0, "silence": 0.0, "compared": 0.0}
    row |= {"usual_days": None, "elapsed_days": 40, "recent_days": 1, "p_churn": 0.75}

    assert spoken(row, "en")[1].startswith("Has bought once only: +")


def test_nobody_has_nothing_to_explain():
    assert forecast(days([("a", 0, -100)]), as_of=on(5)).why().num_rows == 0
