import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from holdfast.foundation.jobs.models import Job
from holdfast.foundation.notices import queries, rules, services
from holdfast.foundation.notices.models import Mail, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording():
    kept = dict(rules._wordings)
    rules.register_wording("test.kind", lambda payload: f"第 {payload['n']} 件事", detail=lambda payload: "细节")
    yield
    rules._wordings.clear()
    rules._wordings.update(kept)


def tell(user, n=1, **more):
    return services.notify(user, kind="test.kind", key=f"n:{n}", payload={"n": n}, url="/tasks/", **more)


@pytest.mark.shows("SAL-02")
def test_told_twice_a_person_finds_it_once(owner):
    first, second = tell(owner), tell(owner)

    assert first.key == "n:1"
    assert second is None
    assert Notice.objects.get() == first


def test_the_same_matter_is_told_to_each_of_many(owner, teammate):
    row = {"kind": "test.kind", "key": "n:1", "payload": {"n": 1}, "url": "/tasks/"}

    told = services.notify_many([{"user": owner, **row}, {"user": teammate, **row}, {"user": owner, **row}])

    assert [notice.user for notice in told] == [owner, teammate]
    assert services.notify_many([{"user": owner, **row}]) == []


def test_who_was_switched_off_is_told_nothing(owner):
    owner.is_active = False
    owner.save()

    assert tell(owner) is None
    assert not Notice.objects.exists()


def test_an_address_outside_holdfast_is_not_taken(owner):
    for url in ("https://evil.example", "//evil.example/x"):
        with pytest.raises(ValueError, match="inside Holdfast"):
            services.notify(owner, kind="test.kind", key=url, payload={}, url=url)


def test_a_thousand_people_are_told_with_few_queries(owner, django_assert_max_num_queries):
    rows = [
        {"user": owner, "kind": "test.kind", "key": f"n:{n}", "payload": {"n": n}, "url": "/tasks/"}
        for n in range(1000)
    ]

    with django_assert_max_num_queries(16):
        assert len(services.notify_many(rows)) == 1000


def test_the_inbox_shows_own_notices_in_words_and_leads_on(owner, teammate, login, wording):
    mine, theirs = tell(owner, 1), tell(teammate, 2)
    browser = login(owner)

    page = browser.get(reverse("notices:inbox")).content.decode()
    assert "第 1 件事" in page
    assert "第 2 件事" not in page

    assert browser.get(reverse("notices:open", args=[theirs.pk])).status_code == 404
    answer = browser.get(reverse("notices:open", args=[mine.pk]))
    assert answer["Location"] == "/tasks/"
    mine.refresh_from_db()
    assert mine.is_read


def test_the_bell_counts_with_one_query_and_a_hundred_is_many(owner, login, django_assert_num_queries):
    Notice.objects.bulk_create(
        Notice(user=owner, kind="k", key=str(n), created_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) for n in range(120)
    )

    with django_assert_num_queries(1):
        assert queries.count_unread(owner) == 100
    assert "99+" in login(owner).get(reverse("notices:badge")).content.decode()


def test_the_bell_does_not_keep_a_session_alive(owner, login):
    browser = login(owner)

    browser.get(reverse("notices:badge"), headers={"X-Poll": "1"})
    owner.refresh_from_db()
    assert owner.seen_at is None

    browser.get(reverse("notices:badge"))
    owner.refresh_from_db()
    assert owner.seen_at is not None


def test_marking_all_as_read_leaves_what_arrived_meanwhile(owner, login, wording):
    seen = tell(owner, 1)
    late = tell(owner, 2)

    login(owner).post(reverse("notices:read_all"), {"until": seen.pk})

    assert list(queries.inbox(owner, unread=True)) == [late]


def test_nobody_marks_the_notice_of_somebody_else(owner, stranger, login):
    notice = tell(owner)

    answer = login(stranger).post(reverse("notices:read", args=[notice.pk]))
    login(stranger).post(reverse("notices:read_all"))

    notice.refresh_from_db()
    assert answer.status_code == 404
    assert not notice.is_read


def test_a_page_of_fifty_notices_costs_as_many_queries_as_one_of_five(owner, login, wording, django_assert_num_queries):
    browser = login(owner)
    for n in range(5):
        tell(owner, n)
    browser.get(reverse("notices:inbox"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("notices:inbox"))
    for n in range(5, 60):
        tell(owner, n)

    with django_assert_num_queries(len(few)):
        page = browser.get(reverse("notices:inbox"))

    assert page.content.decode().count("data-row") == 50
    older = browser.get(reverse("notices:inbox"), {"before": page.context["next_before"]})
    assert older.content.decode().count("data-row") == 10


def test_without_a_mail_server_no_letter_is_owed_and_the_settings_say_so(owner, login, settings):
    settings.SMTP = None
    owner.email = "owner@example.com"
    owner.save()

    tell(owner)

    assert not Mail.objects.exists()
    assert "还没有设置邮件服务器" in login(owner).get(reverse("notices:settings")).content.decode()


def test_settings_are_kept_and_journalled(owner, login):
    browser = login(owner)
    given = {"mail": "digest", "digest_at": "07:45", "quiet_from": "21:00", "quiet_until": "07:30"}

    browser.post(reverse("notices:settings"), given)

    kept = queries.preference_of(owner)
    assert (kept.mail, kept.digest_at) == ("digest", dt.time(7, 45))
    assert browser.post(reverse("notices:settings"), {**given, "mail": "pigeon"}).status_code == 422


def test_work_that_runs_every_minute_leaves_only_its_last_run(db):
    from holdfast.foundation.jobs import services as jobs
    from holdfast.foundation.jobs.rules import Entry

    runs = [Job.objects.create(name="notices.deliver", state="done") for _ in range(3)]
    failed = Job.objects.create(name="notices.deliver", state="failed")
    other = Job.objects.create(name="jobs.housekeeping", state="done")

    gone = jobs.forget_frequent([Entry("notices.deliver", every=dt.timedelta(minutes=1)), Entry("jobs.housekeeping")])

    assert gone == 2
    assert set(Job.objects.all()) == {runs[-1], failed, other}
