"""The weight of a voice: value × severity × recency, beside the count of heads. Numbers: methods §7."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.analysis import capability, voice

IMPORTANCE = [(5, 3, 1), (4, 4, 2), (2, 5, 5), (1, 5, 5)]
VALUES = (50, 30, 15, 5)


def said(rows):
    """(customer, topic, value, severity, age in days) a voice."""
    names = ("customer_id", "topic", "value_minor", "severity", "age_days")
    kinds = (pa.int64(), pa.string(), pa.int64(), pa.float64(), pa.float64())
    columns = list(zip(*rows, strict=True)) if rows else [[]] * len(names)
    return pa.table({name: pa.array(list(c), k) for name, c, k in zip(names, columns, kinds, strict=True)})


def weighed(rows, **more):
    return {row["topic"]: row for row in voice.voice_weights(said(rows), **more).to_pylist()}


@pytest.mark.shows("VOC-08")
def test_four_customers_three_needs_weigh_as_published_and_the_order_of_the_first_two_flips():
    rows = [
        (customer, topic, VALUES[customer], float(step), 0.0)
        for customer, steps in enumerate(IMPORTANCE)
        for topic, step in zip("abc", steps, strict=True)
    ]

    found = weighed(rows, floor=0)

    assert [found[topic]["weight"] for topic in "abc"] == pytest.approx([0.411, 0.376, 0.213], abs=5e-4)
    assert capability.critical_weights(IMPORTANCE) == pytest.approx([0.286, 0.405, 0.310], abs=5e-4)
    assert list(found) == ["a", "b", "c"]
    assert [found[topic]["is_vital"] for topic in "abc"] == [True, True, True]
    assert found["b"]["cumulative"] == pytest.approx(0.787, abs=5e-4)


@pytest.mark.shows("VOC-08")
def test_the_smallest_customer_counts_at_least_a_quarter_of_a_head():
    assert voice.customer_weights(VALUES, floor=0) == pytest.approx([0.5, 0.3, 0.15, 0.05])
    # 5 % is below .25 ÷ 4 = 6.25 %.
    assert voice.customer_weights(VALUES) == pytest.approx(np.array([0.5, 0.3, 0.15, 0.0625]) / 1.0125)
    assert voice.customer_weights([0, -3, 0]) == pytest.approx([1 / 3] * 3)
    assert len(voice.customer_weights([])) == 0


def test_a_voice_loses_half_its_weight_in_a_half_life():
    assert voice.recency([0, 90, 180, 360, -5]) == pytest.approx([1, 0.5**0.5, 0.5, 0.25, 1])
    with pytest.raises(ValueError, match="half_life"):
        voice.recency([1], half_life_days=0)


def test_severity_goes_from_the_tone_towards_a_complaint_with_its_chance():
    assert voice.severity("negative", 0) == 2
    assert voice.severity("negative", 1) == 3
    assert voice.severity("positive", 0.5) == pytest.approx(1.75)
    assert voice.severity("neutral", None) == 1
    assert voice.severity("neutral", 1, rule={"neutral": 1, "complaint": 9}) == 9


def test_an_old_voice_is_outweighed_by_a_new_one_of_the_same_customer_worth():
    found = weighed([(1, "old", 100, 1, 180), (2, "new", 100, 1, 0)])

    assert found["new"]["weight"] == pytest.approx(2 / 3)
    assert found["new"]["heads"] == found["old"]["heads"] == 0.5


def test_saying_it_again_adds_nothing_but_saying_it_worse_does():
    once = weighed([(1, "a", 100, 2, 0), (2, "b", 100, 2, 0)])
    again = weighed([(1, "a", 100, 2, 0), (1, "a", 100, 2, 30), (2, "b", 100, 2, 0)])
    worse = weighed([(1, "a", 100, 2, 0), (1, "a", 100, 3, 0), (2, "b", 100, 2, 0)])

    assert again == once
    assert worse["a"]["weight"] == pytest.approx(0.6)
    assert worse["a"]["customers"] == 1


def test_who_names_no_topic_still_shares_in_the_worth_of_all():
    alone = weighed([(1, "a", 100, 1, 0), (2, "b", 1, 1, 0)])
    beside = weighed([(1, "a", 100, 1, 0), (2, "b", 1, 1, 0), (3, None, 10_000, 1, 0)])

    # Beside a giant both fall to the floor and weigh the same.
    assert beside["a"]["weight"] == pytest.approx(0.5)
    assert alone["a"]["weight"] > 0.5


def test_without_a_voice_or_a_topic_there_is_nothing_to_rank():
    assert voice.voice_weights(said([])).num_rows == 0
    assert voice.voice_weights(said([(1, None, 5, 1, 0)])).num_rows == 0


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.integers(1, 5), st.sampled_from(["a", "b", "c", None]), st.just(0), st.floats(0.1, 9), st.floats(0, 999)
        ),
        min_size=1,
        max_size=30,
    ),
    st.randoms(),
)
def test_shares_add_up_to_one_and_the_order_of_rows_changes_nothing(rows, random):
    rows = [(who, topic, who * 100, step, age) for who, topic, _, step, age in rows]
    found = voice.voice_weights(said(rows)).to_pylist()
    mixed = rows[:]
    random.shuffle(mixed)

    assert voice.voice_weights(said(mixed)).to_pylist() == found
    if found:
        assert sum(row["weight"] for row in found) == pytest.approx(1)
        assert sum(row["heads"] for row in found) == pytest.approx(1)
        assert sum(row["weight"] for row in found if row["is_vital"]) >= 0.8 - 1e-9


def test_qfd_and_kano_weigh_as_written():
    assert voice.technical_weights([5, 3], [(9, 0), (3, 1)]) == pytest.approx(np.array([54, 3]) / 57)
    with pytest.raises(ValueError, match="9, 3, 1"):
        voice.technical_weights([1], [(2,)])
    assert voice.kano_weights({"a": 0.5, "b": 0.5}, {"a": "M", "b": "I"}) == pytest.approx(
        {"a": 1.5 / 1.7, "b": 0.2 / 1.7}
    )
    assert voice.kano_weights({}, {}) == {}
