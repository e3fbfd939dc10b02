"""Masks hide what they are for, and are known again when they come back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common import masking

PHONES = st.from_regex(r"(\+86 ?|0086|)1[3-9][0-9]{9}|0[0-9]{2,3}-[0-9]{7,8}|\+[0-9]{2} [0-9]{6,12}", fullmatch=True)
EMAILS = st.from_regex(r"[a-z0-9._+\-]{1,30}@[a-z0-9\-]{1,20}\.(com|cn|com\.cn)", fullmatch=True)


@pytest.mark.shows("SEC-01")
@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("phone", "13812341234", "138****1234"),
        ("phone", "+86 138-1234-1234", "138****1234"),
        ("phone", "１３８１２３４１２３４", "138****1234"),
        ("phone", "0512-62881234", "****1234"),
        ("phone", "62881", "****81"),
        ("phone", "110", "****"),
        ("contact_phone", "13812341234", "138****1234"),
        ("email", "abigail@example.com", "ab***@example.com"),
        ("email", "li@example.com", "l***@example.com"),
        ("wechat", "wxid_8842", "w***2"),
        ("wechat", "abc", "***"),
        ("phone", "", ""),
        ("phone", None, None),
        ("name", "13812341234", "13812341234"),
    ],
)
def test_a_mask_by_example(field, value, shown):
    assert masking.mask(field, value) == shown


@pytest.mark.shows("SEC-01", "ARC-12")
@given(PHONES)
def test_no_phone_number_can_be_read_out_of_its_mask(number):
    shown = masking.mask_phone(number)
    digits = re.sub(r"\D", "", number)

    assert masking.is_mask(shown)
    assert digits not in re.sub(r"\D", "", shown)
    assert len(re.sub(r"\D", "", shown)) <= 7
    assert len(re.sub(r"\D", "", shown)) <= len(digits) - 3


@given(EMAILS)
def test_no_address_can_be_read_out_of_its_mask(address):
    shown = masking.mask_email(address)

    assert masking.is_mask(shown)
    assert address not in shown
    assert len(shown.split("***")[0]) <= 2


@given(st.text(max_size=60), st.sampled_from(masking.PERSONAL))
def test_whatever_is_typed_the_mask_never_shows_it_whole(text, field):
    shown = masking.mask(field, text)

    assert masking.is_mask(shown) or not shown.strip()
    assert masking.is_mask(text) or not text.strip() or shown != text


@given(st.one_of(PHONES, EMAILS))
def test_a_number_in_free_words_is_masked_too(number):
    told = masking.mask_text(f"请回电 {number}，谢谢")

    assert number not in told
    assert "***" in told


@pytest.mark.parametrize("words", ["约 2026-11-22 上门", "订单 ZZ-12", "说好 3 点", ""])
def test_other_words_stay(words):
    assert masking.mask_text(words) == words
