"""Spellings that meet, and typed text that finds."""

import pytest

from holdfast.common import searchkeys


@pytest.mark.shows("ARC-14")
@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("13862116621", "13862116621"),
        ("138 6211 6621", "13862116621"),
        ("+86-138-6211-6621", "13862116621"),
        ("0086 13862116621", "13862116621"),
        ("８６ １３８６２１１６６２１", "13862116621"),
        ("13862116621.0", "13862116621"),
        ("0512-62345678", "051262345678"),
        ("(0512)62345678", "051262345678"),
        ("+86 512 62345678", "051262345678"),
        ("0512-62345678转806", "051262345678"),
        ("0512-62345678-806", "051262345678"),
        ("010 12345678 ext. 12", "01012345678"),
        ("400-800-1234", "4008001234"),
        ("+1 415 555 0100", "+14155550100"),
        ("13862116621/13900000000", "13862116621"),
    ],
)
def test_a_phone_number_has_one_key_however_it_is_written(written, key):
    assert searchkeys.phone_key(written) == key


@pytest.mark.parametrize("written", ["", None, "abc", "12345", "62345678", "转806"])
def test_what_could_be_anybodys_number_has_no_key(written):
    assert searchkeys.phone_key(written) == ""


def test_a_foreign_number_never_meets_a_chinese_one_with_the_same_figures():
    assert searchkeys.phone_key("+1 415 555 0100") != searchkeys.phone_key("14155550100")


@pytest.mark.shows("ARC-14")
@pytest.mark.parametrize(
    "written",
    [
        "苏州澄光机械有限公司",
        "苏州 澄光机械",
        "苏州市澄光机械有限责任公司",
        "江苏省苏州市澄光机械股份有限公司",
        "澄光机械（苏州）有限公司",
        "澄光机械(苏州)有限公司",
        "苏州澄光机械（集团）有限公司",
        "苏州澄光机械集团",
    ],
)
def test_a_company_has_one_key_whatever_its_legal_form_and_brackets(written):
    assert searchkeys.company_key(written) == "苏州澄光机械"


@pytest.mark.parametrize("written", ["Acme Tools Co., Ltd.", "ＡＣＭＥ　Tools", "ACME tools LIMITED", "Acme Tools Inc"])
def test_an_english_company_has_one_key(written):
    assert searchkeys.company_key(written) == "acmetools"


def test_the_same_name_in_another_city_is_another_company():
    assert searchkeys.company_key("澄光机械（无锡）有限公司") != searchkeys.company_key("澄光机械（苏州）有限公司")


@pytest.mark.parametrize("name", ["有限公司", "上海", "（集团）", "Co., Ltd.", "公司"])
def test_a_name_made_of_general_words_only_still_has_a_key(name):
    assert searchkeys.company_key(name)


def test_a_name_without_a_letter_has_no_key():
    assert searchkeys.company_key("——") == searchkeys.company_key(None) == ""


@pytest.mark.parametrize("code", ["91350100M000100Y43", "９１350100m000100y43", " 91350100-M000100Y-43 "])
def test_the_example_of_the_standard_gb_32100_is_valid(code):
    assert searchkeys.uscc_is_valid(code)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y44",  # wrong check character
        "91350100M000100Y4",  # 17 characters
        "91350100M0001O0Y43",  # the letter O is not allowed
        "9135010AM000100Y43",  # the region must be figures
        "",
        None,
    ],
)
def test_a_code_with_any_fault_is_refused(code):
    assert not searchkeys.uscc_is_valid(code)


def test_every_single_wrong_character_changes_the_check_character():
    right = "91350100M000100Y4"
    others = [
        right[:place] + other + right[place + 1 :] for place in range(17) for other in "0123AB" if other != right[place]
    ]

    assert all(searchkeys.uscc_check_character(other) != "3" for other in others)


@pytest.mark.parametrize(
    ("name", "letters", "initials"),
    [
        ("单雪", "shanxue", "sx"),
        ("曾庆红", "zengqinghong", "zqh"),
        ("仇英", "qiuying", "qy"),
        ("欧阳锋", "ouyangfeng", "oyf"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("吕布", "lvbu", "lb"),
    ],
)
def test_surnames_are_read_as_surnames(name, letters, initials):
    assert searchkeys.pinyin_of(name, is_person=True) == letters
    assert searchkeys.initials_of(name, is_person=True) == initials


@pytest.mark.parametrize(
    ("name", "letters"), [("重庆长安", "chongqingchangan"), ("工商银行", "gongshangyinhang"), ("单位", "danwei")]
)
def test_companies_are_read_by_their_words(name, letters):
    assert searchkeys.pinyin_of(name) == letters


def test_an_email_address_is_compared_in_lower_case_and_half_width():
    assert searchkeys.email_key(" Wang@SZCG.cn ") == "wang@szcg.cn"
    assert searchkeys.email_key("ｗang@szcg.cn") == "wang@szcg.cn"
    assert searchkeys.email_key("wang at szcg") == ""


def _finds(typed, **kept):
    """What the index does: every needed token, a token for every start, every piece in the text."""
    entry, asked = searchkeys.entry(**kept), searchkeys.query(typed)
    kept_tokens = entry.tokens.split(" ")
    return (
        bool(asked)
        and all(token in kept_tokens for token in asked.needed)
        and all(any(token.startswith(start) for token in kept_tokens) for start in asked.starts)
        and all(piece in entry.text for piece in asked.verify)
    )


KEPT = {
    "companies": ["苏州澄光精密机械有限公司", "TCL 王牌 360"],
    "people": ["单建国"],
    "numbers": ["13862116621", "0512-62345678"],
    "codes": ["C000012", "wang@szcg.cn", "91350100M000100Y43"],
}


@pytest.mark.shows("ARC-10")
@pytest.mark.parametrize(
    "typed",
    [
        "澄光", "光", "精密机械", "苏州澄光精密机械有限公司", "澄光（精密）", "szcg", "cgjm", "suzhou", "chengguang",
        "suzhouchengguangjingmi", "shanjianguo", "sjg", "jianguo", "单建国", "6621", "862", "138 6211",
        "+86 138-6211-6621",
        "62345678", "c000012", "C0000", "wang@szcg.cn", "91350100m000", "tcl王牌", "TCL", "苏州 单", "澄光 6621", "360",
    ],
)  # fmt: skip
def test_part_of_a_name_a_number_or_its_pinyin_finds(typed):
    assert _finds(typed, **KEPT)


@pytest.mark.parametrize(
    "typed", ["澄精", "光精机", "精密械", "13862999", "danjianguo", "无锡", "zzz", "苏州 无锡", "", "——"]
)
def test_what_is_not_there_is_not_found(typed):
    assert not _finds(typed, **KEPT)


def test_pairs_found_apart_do_not_pass_the_check_of_the_text():
    assert not _finds("建国家", companies=["国家电网", "建国饭店"])


def test_tokens_hold_nothing_that_an_index_would_split_or_choke_on():
    entry = searchkeys.entry(
        companies=["A'B\"C (苏州) 一|二 \x00*", "é̂ñ"], people=["O’Neil"], numbers=["1-2-3"], codes=["a@b.c"]
    )

    assert all(token.isalnum() for token in entry.tokens.split(" "))


def test_a_very_long_query_stays_small():
    assert len(searchkeys.query_tokens("苏州澄光" * 500)) <= 40
