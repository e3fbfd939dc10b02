import datetime as dt

import pytest

from holdfast.foundation.notices import rules

EVENING, MORNING = dt.time(20), dt.time(8)


@pytest.mark.shows("MKT-03")
@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-22 21:15", "2026-11-23 08:00"),
        ("2026-11-22 20:00", "2026-11-23 08:00"),
        ("2026-11-23 03:00", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 12:34", "2026-11-23 12:34"),
    ],
)
def test_quiet_hours_pass_midnight(now, until):
    found = rules.quiet_until(dt.datetime.fromisoformat(now), EVENING, MORNING)

    assert found == dt.datetime.fromisoformat(until)


def test_equal_ends_mean_no_quiet_hours_and_a_lunch_break_is_possible():
    assert not any(rules.is_quiet(dt.time(hour), MORNING, MORNING) for hour in range(24))
    assert [hour for hour in range(24) if rules.is_quiet(dt.time(hour), dt.time(12), dt.time(14))] == [12, 13]


def test_a_letter_is_tried_eight_times_ever_more_slowly():
    waits = [rules.retry_after(attempts) for attempts in range(1, 9)]

    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("致电 13812346621 约时间", "致电 138****6621 约时间"),
        ("+86 138 1234 6621", "138****6621"),
        ("座机 0512-66881234 找王工", "6688"),
    ],
)
def test_no_telephone_number_is_spelt_out(text, shown):
    masked = rules.without_phones(text)

    assert "12346621" not in masked.replace(" ", "")
    assert "66881234" not in masked
    if "座机" not in text:
        assert masked.endswith(shown) or masked == shown


def test_days_amounts_and_order_numbers_stay():
    text = "订单 SO-2026-000123，2026-11-22 到期，¥1,234,567.00"

    assert rules.without_phones(text) == text
