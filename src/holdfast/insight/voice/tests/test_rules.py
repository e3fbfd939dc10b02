"""Marking words, and counting one answer a customer."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from holdfast.insight.voice.rules import Piece, marked, once_each

LETTERS = st.text("包装破了很好，。", max_size=14)


def test_opinions_and_what_they_are_about_are_marked_where_they_stand():
    pieces = marked("这次包装破了。", [{"aspect": "包装", "opinion": "破了", "polarity": "negative"}])

    assert pieces == [
        Piece("这次"), Piece("包装", "negative", "aspect"), Piece("破了", "negative", "opinion"), Piece("。"),
    ]  # fmt: skip


def test_a_word_said_twice_is_marked_twice_when_it_was_found_twice():
    found = [{"aspect": "", "opinion": "好", "polarity": "positive"}] * 2

    assert [piece.kind for piece in marked("好，很好", found)] == ["opinion", "", "opinion"]


def test_what_is_not_in_the_text_is_not_marked():
    assert marked("包装破了", [{"aspect": "价格", "opinion": "贵", "polarity": "negative"}]) == [Piece("包装破了")]


@given(LETTERS, st.lists(st.fixed_dictionaries({"aspect": LETTERS, "opinion": LETTERS}), max_size=4))
def test_the_pieces_joined_are_always_the_text(text, aspects):
    assert "".join(piece.text for piece in marked(text, aspects)) == text


def test_of_the_answers_within_ninety_days_only_the_last_counts():
    answers = [(1, date(2026, 1, 1), 9), (1, date(2026, 3, 1), 3), (1, date(2026, 6, 1), 10), (2, date(2026, 3, 1), 5)]

    kept = once_each(answers)

    assert sorted(kept) == [(1, date(2026, 3, 1), 3), (1, date(2026, 6, 1), 10), (2, date(2026, 3, 1), 5)]
