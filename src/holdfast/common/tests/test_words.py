"""The tool that keeps every room's English whole, tried on a small house of its own."""

import gettext
import os

import pytest
from tools import words

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
NAME = gettext_lazy("客户")
def say(n):
    return f"<b>{_('今天')}</b>" + pgettext("risk", "高") + ngettext("%(n)s 位", "%(n)s 位客户", n) + _("已选 " "{n} 位") + _(n)
"""
PAGE = """{% load i18n %}<h1>{% translate "工作台" %}</h1>{{ _("导出") }}
{% blocktranslate with n=x %}共 {{ n }} 位{% endblocktranslate %}{% translate '客户' as word %}"""


@pytest.fixture
def house(tmp_path):
    for name in ("desk", "records/customers"):
        room = tmp_path / name
        (room / "templates").mkdir(parents=True)
        (room / "apps.py").write_text("", encoding="utf-8")
    (tmp_path / "desk" / "views.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "desk" / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "desk" / "tests").mkdir()
    (tmp_path / "desk" / "tests" / "test_x.py").write_text('_("只在测试里")', encoding="utf-8")
    return tmp_path


def run(command, house, *names):
    return words.main([command, *names, "--package", str(house)])


def fill(house, room, english):
    place = words.rooms(house, [room])[0]
    catalog = words.read(place)
    for message in catalog:
        if message.id:
            message.string = english(message)
    words.save(catalog, place.po)


def as_english(message):
    return tuple(f"E {form}" for form in message.id) if isinstance(message.id, tuple) else f"E {message.id}"


def test_texts_are_found_in_python_and_in_templates(house):
    room = words.collect(words.rooms(house, ["desk"])[0])

    assert set(room.found) == {
        (None, "客户"),
        (None, "今天"),
        ("risk", "高"),
        (None, "%(n)s 位"),
        (None, "已选 {n} 位"),
        (None, "工作台"),
        (None, "导出"),
        (None, "共 %(n)s 位"),
    }


def test_a_room_without_english_fails_the_check_and_says_what_is_missing(house, capsys):
    assert run("check", house) == 1
    assert "missing   工作台" in capsys.readouterr().out


def test_update_adds_what_is_new_empty_and_the_check_still_fails(house, capsys):
    run("update", house)

    assert run("check", house) == 1
    assert "empty     高  [risk]" in capsys.readouterr().out


def test_a_house_with_all_its_english_passes(house):
    run("update", house)
    fill(house, "desk", as_english)

    assert run("check", house) == 0


def test_update_keeps_what_was_said_and_drops_what_is_gone(house):
    run("update", house)
    fill(house, "desk", as_english)
    (house / "desk" / "templates" / "page.html").write_text(
        '{% translate "工作台" %}{% translate "新页" %}', encoding="utf-8"
    )

    run("update", house)

    text = (house / "desk" / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    assert 'msgstr "E 工作台"' in text
    assert "导出" not in text
    assert 'msgid "新页"\nmsgstr ""' in text


def test_a_catalogue_carries_no_line_numbers_and_no_dates_and_is_the_same_twice(house):
    run("update", house)
    path = house / "desk" / "locale/en/LC_MESSAGES/django.po"
    first = path.read_bytes()

    run("update", house)

    assert path.read_bytes() == first
    assert b"#:" not in first
    assert b"Date" not in first


def test_update_takes_over_the_english_another_room_already_has(house):
    (house / "records/customers/models.py").write_text('_("客户")', encoding="utf-8")
    run("update", house, "desk")
    fill(house, "desk", as_english)

    run("update", house, "customers")

    text = (house / "records/customers/locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    assert 'msgstr "E 客户"' in text


def test_two_rooms_may_not_say_one_word_differently(house, capsys):
    (house / "records/customers/models.py").write_text('_("客户")', encoding="utf-8")
    run("update", house)
    fill(house, "desk", as_english)
    fill(house, "customers", lambda message: "Client")

    assert run("check", house) == 1
    assert "conflict  客户" in capsys.readouterr().out


def test_a_placeholder_lost_on_the_way_fails_the_check(house, capsys):
    run("update", house)
    fill(house, "desk", lambda message: ("one", "many") if isinstance(message.id, tuple) else "words")

    assert run("check", house) == 1
    assert "places    已选 {n} 位: n" in capsys.readouterr().out


def test_a_lone_percent_sign_that_would_break_the_page_fails_the_check(house, capsys):
    (house / "desk" / "views.py").write_text('_("两成客户，%(share)s 收入")', encoding="utf-8")
    (house / "desk" / "templates" / "page.html").unlink()
    run("update", house)
    fill(house, "desk", lambda message: "20% of customers, %(share)s of revenue")

    assert run("check", house) == 1
    assert "must be written %%" in capsys.readouterr().out


def test_a_compiled_catalogue_is_read_by_gettext(house):
    run("update", house)
    fill(house, "desk", as_english)

    run("compile", house)

    with (house / "desk" / "locale/en/LC_MESSAGES/django.mo").open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("工作台") == "E 工作台"
    assert english.pgettext("risk", "高") == "E 高"
    assert english.ngettext("%(n)s 位", "%(n)s 位客户", 2) == "E %(n)s 位客户"


def test_only_what_is_stale_is_compiled_again(house, capsys):
    run("update", house)
    run("compile", house)
    capsys.readouterr()

    run("compile", house)
    assert "nothing to compile" in capsys.readouterr().out

    po = house / "desk" / "locale/en/LC_MESSAGES/django.po"
    os.utime(po, (po.stat().st_mtime + 10, po.stat().st_mtime + 10))
    run("compile", house)
    assert "compiled desk" in capsys.readouterr().out


def test_an_unknown_room_is_named(house):
    with pytest.raises(SystemExit, match="no room is called kitchen"):
        run("check", house, "kitchen")


def test_the_texts_of_the_ground_are_all_in_english():
    room = words.collect(words.rooms(names=["common"])[0])

    assert words.problems(room) == []
