"""API tokens: made, shown once, revoked; never wider than their person."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts import queries, services
from holdfast.foundation.accounts.models import ApiAnswer, ApiToken
from holdfast.foundation.accounts.services.api_tokens import _turns
from holdfast.foundation.accounts.services.tokens import digest_of
from holdfast.foundation.audit.models import Change


@pytest.mark.shows("SEC-01")
def test_only_the_hash_of_a_token_is_kept_and_the_journal_keeps_neither(owner):
    token, secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)

    entry = Change.objects.get(model="accounts.apitoken")
    assert secret.startswith("hf_")
    assert token.digest == digest_of(secret)
    assert secret not in str(vars(token))
    assert secret not in str(entry.after)
    assert token.digest not in str(entry.after)


def test_a_token_lives_ninety_days_unless_said_and_a_year_at_most(owner):
    token, _secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)

    assert (token.expires_at - timezone.now()).days in (89, 90)
    with pytest.raises(Refusal) as refused:
        services.add_api_token(owner, name="官网", words=["customer_view"], days=366, by=owner)
    assert refused.value.field == "days"


@pytest.mark.parametrize(
    ("words", "field"), [([], "words"), (["see_profit", "customer_view"], "words"), (["task_edit"], "words")]
)
def test_a_token_is_refused_words_its_person_lacks_and_none_at_all(owner, words, field):
    with pytest.raises(Refusal) as refused:
        services.add_api_token(owner, name="官网", words=words, by=owner)

    assert refused.value.field == field


def test_not_even_an_administrators_token_administers_people(admin):
    with pytest.raises(Refusal):
        services.add_api_token(admin, name="官网", words=["customer_view", "user_admin"], by=admin)


@pytest.mark.parametrize("ended", ["revoked", "expired", "inactive"])
def test_an_ended_token_opens_nothing(owner, ended):
    token, secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)
    if ended == "revoked":
        services.revoke_api_token(token, by=owner)
    elif ended == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    else:
        type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    assert queries.api_token_of(digest_of(secret)) is None


def test_nobody_revokes_the_token_of_somebody_else(owner, teammate, login):
    token, _secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)

    answer = login(teammate).post(reverse("accounts:token_revoke", args=[token.pk]))

    assert answer.status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_the_page_shows_a_new_token_once_and_lists_what_it_may_do(owner, login):
    client = login(owner)

    made = client.post(reverse("accounts:token_new"), {"name": "官网留言", "preset": "read", "days": "30"})
    listed = client.get(reverse("accounts:tokens"))

    token = ApiToken.objects.get()
    secret = made.content.decode().partition('value="hf_')[2].partition('"')[0]
    assert digest_of(f"hf_{secret}") == token.digest
    assert set(token.words) == {"customer_view", "value_view"}
    assert "官网留言" in listed.content.decode()
    assert secret not in listed.content.decode()
    assert "查看客户" in listed.content.decode()


def test_a_refused_form_says_what_is_missing_and_keeps_what_was_typed(owner, login):
    answer = login(owner).post(reverse("accounts:token_new"), {"name": "官网留言", "preset": "chosen", "days": "30"})

    assert answer.status_code == 422
    assert "至少要有一项权限" in answer.content.decode()
    assert "官网留言" in answer.content.decode()


def test_revoking_on_the_page_ends_a_token_at_once_and_stands_in_the_journal(owner, login):
    token, secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)

    login(owner).post(reverse("accounts:token_revoke", args=[token.pk]))

    assert queries.api_token_of(digest_of(secret)) is None
    assert Change.objects.filter(model="accounts.apitoken", verb="revoke").count() == 1


@time_machine.travel("2026-11-22T09:00:10+08:00", tick=False)
def test_turns_of_a_minute_run_out_and_come_back_with_the_next(owner):
    token, _secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)

    waits = [services.take_turn(token, limit=3, ip="10.0.0.9") for _n in range(4)]
    with time_machine.travel("2026-11-22T09:01:00+08:00", tick=False):
        later = services.take_turn(token, limit=3, ip="10.0.0.9")

    assert waits == [0, 0, 0, 50]
    assert later == 0
    assert ApiToken.objects.get().last_used_ip == "10.0.0.9"


@time_machine.travel("2026-11-22T09:00:10+08:00", tick=False)
def test_several_processes_together_never_pass_the_limit(owner):
    token, _secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)
    held, granted = [{}, {}], 0

    for turn in range(400):  # two processes in turn, each with its own memory
        _turns.clear()
        _turns.update(held[turn % 2])
        granted += services.take_turn(token, limit=100, ip=None) == 0
        held[turn % 2] = dict(_turns)

    assert granted == 100


@time_machine.travel("2026-11-22T09:00:10+08:00", tick=False)
def test_most_requests_of_a_generous_limit_write_nothing(owner, django_assert_num_queries):
    token, _secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)
    services.take_turn(token, limit=600, ip=None)

    with django_assert_num_queries(0):
        for _n in range(10):
            services.take_turn(token, limit=600, ip=None)


def test_answers_older_than_a_day_are_forgotten(owner):
    token, _secret = services.add_api_token(owner, name="官网", words=["customer_view"], by=owner)
    services.open_answer(token, "old", "digest")
    ApiAnswer.objects.update(at=timezone.now() - dt.timedelta(hours=25))
    services.open_answer(token, "new", "digest")

    assert services.forget_answers() == 1
    assert ApiAnswer.objects.get().key == "new"
