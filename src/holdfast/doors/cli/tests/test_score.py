from datetime import date

import pytest

from holdfast.doors.cli.main import main
from holdfast.insight.scores.models import Run
from holdfast.records.commerce.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.mark.slow
def test_score_computes_one_month_and_says_so(capsys):
    OrderFactory(ordered_on=date(2026, 9, 13))

    assert main(["score", "--month", "2026-09", "--lang", "en"]) == 0

    run = Run.objects.get()
    assert capsys.readouterr().out == f"2026-09 (as of 2026-09-30): 1 customers, definition 1, {run.path}\n"


def test_score_refuses_what_is_no_month_or_has_not_begun(capsys):
    assert main(["score", "--month", "September", "--lang", "zh"]) == 2
    assert main(["score", "--month", "2099-01", "--lang", "zh"]) == 2

    said = capsys.readouterr().err
    assert "2026-10 这样" in said
    assert "还没有开始" in said
    assert not Run.objects.exists()
