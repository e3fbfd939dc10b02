"""The pages that describe the API, and the document they are made of."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
from django.urls import reverse
from django.utils import translation

from holdfast.doors.api import chapters
from holdfast.doors.api.description import form_of, meaning_of, openapi, words_needed
from holdfast.doors.api.glossary import EXAMPLES, MEANINGS, TAGS, TITLES
from holdfast.foundation.accounts.rules import BY_TOKEN

HAN = re.compile(r"[\u4e00-\u9fff]")


def operations():
    return [one for path in openapi()["paths"].values() for one in path.values()]


def test_every_name_of_the_interface_is_explained_in_both_languages():
    shapes = openapi()["components"]["schemas"]
    owned = [(shape, name) for shape, told in shapes.items() for name in told.get("properties", {})]

    unexplained = [f"{owner}.{name}" for owner, name in owned if not all(meaning_of(owner, name) or [""])]
    silent = [
        f"{one['operationId']}?{param['name']}"
        for one in operations()
        for param in one["parameters"]
        if not (param.get("description") and param.get("x-description-zh"))
    ]

    assert not unexplained
    assert not silent


def test_no_explanation_is_left_over():
    names = {name for told in openapi()["components"]["schemas"].values() for name in told.get("properties", {})}
    names |= {param["name"] for one in operations() for param in one["parameters"]}
    names |= {name for one in operations() for name in form_of(one).get("properties", {})}

    assert [key for key in MEANINGS if key.rpartition(".")[2] not in names] == []
    assert {one["operationId"] for one in operations()} == set(TITLES)
    assert {tag for one in operations() for tag in one["tags"]} == set(TAGS)


def test_every_example_is_a_body_that_its_shape_takes():
    document = openapi()
    bodies = {
        one["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for one in operations()
        if "application/json" in one.get("requestBody", {}).get("content", {})
    }

    assert bodies == set(EXAMPLES)
    for shape, example in EXAMPLES.items():
        schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
        jsonschema_rs.validator_for(schema).validate(json.loads(json.dumps(example)))


def test_a_token_can_be_given_every_word_that_an_address_asks_for():
    asked = {word for words in words_needed().values() for word in words}

    assert asked <= {str(word) for word in BY_TOKEN}


def test_names_of_operations_stay_what_programs_know():
    names = [one["operationId"] for one in operations()]

    assert len(names) == len(set(names))
    assert {"list_customers", "create_customers", "list_orders", "create_event", "list_changes"} <= set(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


@pytest.mark.parametrize("tag", TAGS)
def test_a_chapter_shows_each_of_its_operations_with_parameters_and_shapes(owner, login, tag):
    answer = login(owner).get(reverse("api:chapter", args=[tag]))

    text = answer.content.decode()
    for one in chapters.chapter(tag).operations:
        assert f'id="{one.name}"' in text
        assert f'data-path="{one.path}"' in text
        for shape in filter(None, (one.body, one.gives)):
            assert f'id="shape-{shape}"' in text


@pytest.mark.parametrize("page", ["api:docs", "customers", "commerce", "scores"])
def test_in_english_the_pages_hold_no_chinese_but_examples(owner, login, page):
    owner.language = "en"
    owner.save()
    url = reverse(page) if ":" in page else reverse("api:chapter", args=[page])

    text = login(owner).get(url).content.decode()

    body = text[text.index("api-docs") : text.rindex("</main>") if "</main>" in text else None]
    without_examples = re.sub(r"<(pre|textarea)\b.*?</\1>", "", body, flags=re.S)
    assert not HAN.findall(without_examples)


def test_in_chinese_the_fields_are_explained_in_chinese():
    with translation.override("zh-hans"):
        found = chapters.chapter("customers")
    fields = {one.name: one.meaning for shape in found.shapes if shape.name == "CustomerOut" for one in shape.fields}

    assert fields["owner_id"].startswith("归属人")
    assert all(HAN.search(meaning) for meaning in fields.values())


def test_a_chapter_that_is_not_there_is_not_found(owner, login):
    assert login(owner).get(reverse("api:chapter", args=["nothing"])).status_code == 404


def test_the_pages_ask_for_a_login_and_the_document_does_not(client, db):
    assert client.get(reverse("api:docs")).status_code == 302
    assert client.get(reverse("api:document")).json()["openapi"] == "3.1.0"


def test_the_pages_run_under_the_strict_policy(owner, login):
    answer = login(owner).get(reverse("api:chapter", args=["customers"]))

    text = answer.content.decode()
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not re.search(r"\son[a-z]+=|\sstyle=", text[text.index("api-docs") :])
