"""docs/metrics.md says what the code says."""

import re

from tools import metrics


def test_the_book_of_formulas_is_current():
    assert metrics.PAGE.read_text(encoding="utf-8") == metrics.page(), "run tools/metrics.py"


def test_every_figure_names_its_source():
    chapters = re.split(r"^### ", metrics.page(), flags=re.MULTILINE)[1:]

    tables = [chapter for chapter in chapters if "**Out**" in chapter]
    assert len(tables) >= 20
    assert [chapter.splitlines()[0] for chapter in tables if "**Source**" not in chapter] == []
