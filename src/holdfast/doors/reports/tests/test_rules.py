from datetime import date

import pytest

from holdfast.doors.reports import rules
from holdfast.doors.reports.templatetags.report_cells import chinese_numeral


def test_the_checksum_depends_on_content_not_on_order():
    assert rules.checksum({"a": 1, "b": [1, 2]}) == rules.checksum({"b": [1, 2], "a": 1})
    assert rules.checksum({"a": 1}) != rules.checksum({"a": 2})


@pytest.mark.parametrize(
    ("drafted", "due"),
    [
        (date(2026, 11, 3), date(2026, 11, 13)),
        (date(2026, 11, 4), date(2026, 11, 16)),
        (date(2026, 11, 5), date(2026, 11, 16)),
    ],
)
def test_an_action_is_due_in_ten_days_and_never_on_a_weekend(drafted, due):
    assert rules.due_day(drafted) == due
    assert rules.due_day(drafted).weekday() < 5


@pytest.mark.parametrize(
    ("kind", "before", "then", "now", "result"),
    [
        ("win_back", 500, 0, 300, "bought_again"),
        ("win_back", 500, 0, 0, "not_yet"),
        ("stop_decline", 500, 200, 300, "rose"),
        ("stop_decline", 500, 200, 100, "fell_less"),
        ("stop_decline", 300, 200, 50, "fell_further"),
        ("call", 0, 0, 0, "no_data"),
    ],
)
@pytest.mark.shows("REP-04")
def test_the_figures_say_what_became_of_an_action(kind, before, then, now, result):
    assert rules.result_of(kind, before, now, then) == result


def test_sections_are_counted_as_in_a_chinese_report():
    assert [chinese_numeral(n) for n in (1, 9, 10, 11, 17, 20, 21)] == [
        *("一", "九", "十", "十一", "十七", "二十", "二十一")
    ]
