import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.analysis import voice
from holdfast.analysis.voice.lexicon import lexicon
from holdfast.analysis.voice.text import plain


def one(text, **options):
    return voice.read([text], **options).to_pylist()[0]


def tone(text):
    return one(text)["tone"]


# --- tone ---
@pytest.mark.shows("VOC-07")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("很好", "positive"),
        ("不好", "negative"),
        ("不是很好", "negative"),
        ("没有异味", "positive"),
        ("质量不差", "positive"),
        ("不得不说，味道真的很棒", "positive"),
        ("一点都不满意", "negative"),
        ("好吵", "negative"),
        ("好难吃", "negative"),
        ("服务員態度非常惡劣", "negative"),
        ("环境很好，但是菜太难吃了", "negative"),
        ("有点贵，但是味道真的很棒，非常推荐", "positive"),
        ("噪音大", "negative"),
        ("空间大", "positive"),
        ("价格高", "negative"),
        ("性价比高", "positive"),
        ("看评价都说好，买回来一用就坏了", "negative"),
        ("👍👍👍", "positive"),
        ("😡", "negative"),
        ("ＧＯＯＤ！！！", "positive"),
        ("The waiter was rude", "negative"),
        ("not bad at all", "positive"),
        ("I would not recommend this hotel", "negative"),
        ("The room is clean but the staff was extremely rude and unhelpful", "negative"),
        ("Don't buy it", "negative"),
        ("服务很nice", "positive"),
        ("今天星期三", "neutral"),
        ("", "neutral"),
        (None, "neutral"),
        ("。。。", "neutral"),
        ("   ", "neutral"),
    ],
)
def test_tone_follows_negation_degree_contrast_and_what_is_spoken_of(text, expected):
    assert tone(text) == expected


def test_stronger_words_and_degrees_move_the_chance_further():
    chances = [one(text)["p_negative"] for text in ("非常好", "好", "不太好", "不好", "非常差")]

    assert chances == sorted(chances)
    assert chances[0] < 0.1 < 0.9 < chances[-1]


def test_what_follows_a_contrast_weighs_more_than_what_went_before():
    after, before = one("物流慢，但是质量好")["p_negative"], one("质量好，但是物流慢")["p_negative"]

    assert after < before


@pytest.mark.shows("VOC-04")
def test_a_question_is_less_of_a_complaint_than_the_same_words_told():
    asked, told = one("请问质量差的可以退吗？"), one("质量差，要求退货！")

    assert asked["p_complaint"] < told["p_complaint"]
    assert told["p_complaint"] > 0.8
    assert one("很喜欢，会再来")["p_complaint"] < 0.2


# --- aspects ---
@pytest.mark.shows("VOC-07")
@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("环境不错，服务太差", [("环境", "不错", "positive"), ("服务", "太差", "negative")]),
        ("餐廳環境不錯", [("餐廳環境", "不錯", "positive")]),
        ("酸菜鱼味道很好", [("酸菜鱼", "味道很好", "positive")]),
        ("酸菜鱼，味道很好", [("酸菜鱼", "味道很好", "positive")]),
        ("喜欢巧克力蛋糕", [("巧克力蛋糕", "喜欢", "positive")]),
        ("环境和服务都很好", [("环境", "都很好", "positive"), ("服务", "都很好", "positive")]),
        ("还会再来的", [("", "还会再来的", "positive")]),
        ("性价比高，物流慢", [("性价比", "高", "positive"), ("物流", "慢", "negative")]),
        ("菜的口味一般", [("菜", "口味一般", "neutral")]),
        ("质 量 很 好 ， 物 流 太 慢", [("质 量", "很 好", "positive"), ("物 流", "太 慢", "negative")]),
        (
            "The food was delicious, but the waiter was rude.",
            [("food", "delicious", "positive"), ("waiter", "rude", "negative")],
        ),
        ("今天星期三", []),
    ],
)
def test_aspects_opinions_and_polarity_come_in_the_customers_words(text, entries):
    found = [(entry["aspect"], entry["opinion"], entry["polarity"]) for entry in one(text)["aspects"]]

    assert [entry for entry in entries if entry not in found] == []
    if not entries:
        assert found == []


@pytest.mark.parametrize(
    ("text", "aspect", "polarity"),
    [
        ("屏幕很好，但是电池太差", "屏幕", "positive"),
        ("屏幕很好，但是电池太差", "电池", "negative"),
        ("今天收到了", "电池", "neutral"),
        ("", "电池", "neutral"),
        ("很好", "", "positive"),
        ("a great screen but a terrible battery", "battery", "negative"),
    ],
)
def test_an_aspect_asked_about_has_exactly_one_entry(text, aspect, polarity):
    entries = one(text, aspects=[aspect])["aspects"]

    assert [(entry["aspect"], entry["polarity"]) for entry in entries] == [(aspect, polarity)]


# --- rows ---
COMMENTS = [
    "质量很好，物流也快", "太差了，要求退货", "一般般吧", "", None, "。。。！！！", "the food was great", "服务员态度恶劣！！！",
    "好" * 500, "環境不錯，但是有點貴", "😊很喜欢", "为什么还没发货？", "a" * 30_000, "🤷", "\u200b", "屏幕\n很清晰\t音质差",
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 7])
def test_order_and_batches_change_nothing(size):
    whole = voice.read(COMMENTS).to_pylist()
    places = random.Random(size).sample(range(len(COMMENTS)), len(COMMENTS))

    shuffled = voice.read([COMMENTS[at] for at in places]).to_pylist()
    parts = [row for at in range(0, len(COMMENTS), size) for row in voice.read(COMMENTS[at : at + size]).to_pylist()]

    assert [whole[at] for at in places] == shuffled
    assert parts == whole


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60), st.sampled_from(COMMENTS)), max_size=6))
def test_any_text_gives_a_row_with_sound_figures(texts):
    found = voice.read(texts)

    assert found.schema.equals(voice.COMMENT_COLUMNS)
    assert found.num_rows == len(texts)
    for row, text in zip(found.to_pylist(), texts, strict=True):
        assert row["tone"] in ("positive", "neutral", "negative")
        assert 0 <= row["p_negative"] <= 1
        assert 0 <= row["p_complaint"] <= 1
        assert all(entry["opinion"] in text and entry["aspect"] in text for entry in row["aspects"])
        assert set(row["topics"]) <= set(voice.TOPICS)


def test_aspects_and_texts_must_go_together():
    with pytest.raises(ValueError, match="2 texts but 1 aspects"):
        voice.read(["a", "b"], aspects=["x"])


def test_writing_is_made_plain_and_quotes_stay_as_they_were_written():
    words = plain("ＱＵＡＬＩＴＹ很好好好好！！！！服務")

    assert words.text == "quality很好！服务"
    assert words.quote(0, 7) == "ＱＵＡＬＩＴＹ"
    assert words.quote(len(words.text) - 2, len(words.text)) == "服務"


def test_the_words_are_large_in_number_and_have_sound_values():
    words = lexicon().words
    opinions = [text for text, word in words.items() if word.value and word.dimension is None]

    assert sum(not text.isascii() for text in opinions) >= 1_500
    assert sum(text.isascii() for text in opinions) >= 800
    assert all(-3 <= word.value <= 3 for word in words.values())
    assert {word.topic for word in words.values() if word.topic} == set(voice.TOPICS)
    assert {word.implied for word in words.values() if word.implied} <= set(voice.TOPICS)


# --- topics ---
@pytest.mark.shows("VOC-07")
def test_topics_are_named_renamed_and_merged_without_losing_their_keys():
    comments = voice.read(["屏幕清晰，电池耐用", "服务很好"])
    book = voice.TopicBook(names={"screen": ("硬件", "Hardware")}, merged={"battery": "screen"})

    merged = voice.apply_topics(comments, book)

    assert merged["topics"].to_pylist() == [["screen"], ["service"]]
    assert (book.name("battery"), book.name("battery", "en"), book.name("service", "en")) == (
        "硬件",
        "Hardware",
        "Service",
    )
    assert voice.topic_name("service") == "服务"
    assert voice.topic_name("own words") == "own words"


def test_topics_merged_in_a_circle_are_refused():
    with pytest.raises(ValueError, match="circle"):
        voice.TopicBook(merged={"a": "b", "b": "a"}).key("a")


@pytest.mark.slow
def test_large_sets_have_topics_of_their_own_the_same_in_any_order():
    texts = [f"快递物流配送速度第{at}次" for at in range(150)] + [f"头发护发香味柔顺第{at}瓶" for at in range(150)]
    places = random.Random(3).sample(range(len(texts)), len(texts))

    topics, leading = voice.find_topics(texts, count=2)
    again, others = voice.find_topics([texts[at] for at in places], count=2)

    assert [topic.comments for topic in topics] == [150, 150]
    assert {topic.key for topic in topics} == {topic.key for topic in again}
    assert [leading[at] for at in places] == others
    assert voice.topic_name(topics[0].key).count("·") == 2
    assert voice.find_topics(texts[:50]) == ([], [None] * 50)


# --- needs ---
@pytest.mark.shows("VOC-08", "VOC-09")
def test_needs_of_many_are_common_and_weighed_by_value_with_a_floor():
    said = [(f"c{at}", "price", 100) for at in range(4)] + [("big", "screen", 9_500)] + [("c0", "price", 100)] * 5
    table = pa.table(
        dict(zip(("customer_id", "topic", "value_minor"), map(list, zip(*said, strict=True)), strict=True))
    )

    found = {row["topic"]: row for row in voice.needs(table).to_pylist()}

    assert (found["price"]["kind"], found["price"]["customers"], found["price"]["share"]) == ("common", 4, 0.8)
    assert (found["screen"]["kind"], found["screen"]["customers"], found["screen"]["value_minor"]) == (
        "individual",
        1,
        9_500,
    )
    total = 9_500 / 9_900 + 4 * 0.05  # four small customers stand at the floor of a quarter of their head share
    assert found["screen"]["weight"] == pytest.approx(9_500 / 9_900 / total)
    assert sum(row["weight"] for row in found.values()) == pytest.approx(1)


def test_needs_without_value_weigh_everyone_the_same_and_leave_out_the_nameless():
    table = pa.table(
        {
            "customer_id": ["a", "b", None, "c"],
            "topic": ["price", "price", "price", None],
            "value_minor": pa.array([None, None, 5, None], pa.int64()),
        }
    )

    assert voice.needs(table).to_pylist() == [
        {"topic": "price", "customers": 2, "share": 1.0, "kind": "individual", "weight": 1.0, "value_minor": 0}
    ]
    assert voice.needs(table.slice(0, 0)).num_rows == 0


# --- repeats ---
def test_comments_that_say_the_same_are_one_group_in_any_order():
    texts = [
        "东西很好，值得购买！", "东西很好 值得购买", "完全不一样的话", "質量不錯，下次還會再來買的，推薦",
        "质量不错，下次还会再来买的，推荐！",
        "质量不错，下次还会再来买的哦，推荐", "", None, "。。", "ok", "OK!",
    ]  # fmt: skip
    places = random.Random(5).sample(range(len(texts)), len(texts))

    found = voice.near_duplicates(texts).to_pylist()
    other = voice.near_duplicates([texts[at] for at in places]).to_pylist()

    assert {(row["row"], row["group"]) for row in found} == {(0, 0), (1, 0), (3, 3), (4, 3), (5, 3), (9, 9), (10, 9)}
    assert groups(other, places) == groups(found, range(len(texts)))


def groups(rows, places):
    members = {}
    for row in rows:
        members.setdefault(row["group"], set()).add(places[row["row"]])
    return {frozenset(some) for some in members.values()}


def test_nothing_has_no_twin():
    assert voice.near_duplicates([]).num_rows == 0
    assert voice.near_duplicates(["", None]).num_rows == 0


# --- questions ---
def test_questions_are_compared_either_way_round_and_learn_from_pairs():
    left, right = ["怎么还款", "花呗怎么关闭", "怎么开通花呗"] * 20, ["如何还款", "花呗如何关闭", "怎么关闭花呗"] * 20
    same = [True, True, False] * 20

    model = voice.train_questions(left, right, same)
    learnt = voice.same_question(left[:3], right[:3], model=model)

    assert np.allclose(voice.same_question(left, right), voice.same_question(right, left))
    assert (learnt > 0.5).tolist() == [True, True, False]
    assert len(voice.same_question([], [])) == 0
    with pytest.raises(ValueError, match="differ in length"):
        voice.same_question(["a"], [])
    assert np.allclose(learnt, voice.same_question(right[:3], left[:3], model=model))


def test_what_is_asked_and_which_word_stands_for_which_is_learnt():
    things = ["花呗", "借呗", "账单", "额度", "分期", "红包", "积分", "发票"]
    left = [f"{thing}{ask}" for thing in things for ask in ("怎么还", "什么时候还", "为什么不能还")] * 2
    right = [f"{thing}如何还" for thing in things for _ in range(3)] * 2

    model = voice.train_questions(left, right, [True, False, False] * 16)
    found = voice.same_question(["押金怎么还", "押金什么时候还"], ["押金如何还", "押金如何还"], model=model)

    assert found[0] > 0.5 > found[1]


def test_no_pairs_teach_nothing():
    with pytest.raises(voice.TrainingError, match="no_labels"):
        voice.train_questions([], [], [])


def test_words_end_where_the_text_ends():
    for text in ("真不错", "不好", "not bad", "a bit", "很好"):
        assert [stop for _, stop, _ in lexicon().find(text)][-1] <= len(text)
    assert [text[a:b] for text in ("物流慢很好",) for a, b, _ in lexicon().find(text)] == ["物流慢", "很好"]
    assert one("服 务 好 ， 菜 不 好")["aspects"][-1]["opinion"] == "不 好"


# --- odd writing ---
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<div class="great">今天到货</div>', "neutral"),
        ("<p>质量<b>很差</b>&nbsp;&amp;要求退货</p>", "negative"),
        ("http://good.example/best/perfect 已发", "neutral"),
        ("我的邮箱 good@best.example", "neutral"),
        ("好好好好好好", "positive"),
        ("差差差差！！！", "negative"),
        ("超讚", "positive"),
        ("螢幕模糊，價格太貴", "negative"),
        ("質\u200b量\u200b很\u200b差", "negative"),
        ("很好\x00\x01", "positive"),
        ("\ud83d", "neutral"),
        ("1234567890", "neutral"),
        ("很差。" + "今天到货。" * 2_000, "negative"),
    ],
)
def test_markup_addresses_and_odd_writing_are_read_as_a_person_would(text, expected):
    row = one(text)

    assert row["tone"] == expected
    assert all("<" not in entry["aspect"] for entry in row["aspects"])
