import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.jobs import services as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.notices import queries, rules, services
from holdfast.foundation.notices.models import Mail
from holdfast.foundation.notices.services import letters
from holdfast.foundation.notices.tests.postbox import PASSWORD, USER, opened, server_settings, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOON, NIGHT = "2026-11-22T12:00:00+08:00", "2026-11-22T22:00:00+08:00"


@pytest.fixture(autouse=True)
def at_noon():
    kept = dict(rules._wordings), dict(rules._parts)
    rules.register_wording(
        "test.kind", lambda payload: f"致电 1381234662{payload['n']}", detail=lambda payload: "客户甲"
    )
    rules._parts.clear()
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
    rules._wordings.clear()
    rules._wordings.update(kept[0])
    rules._parts.update(kept[1])


@pytest.fixture
def reader(owner):
    owner.email = "fang@example.com"
    owner.save()
    return owner


def tell(user, n=1):
    return services.notify(user, kind="test.kind", key=f"n:{n}", payload={"n": n}, url="/tasks/")


def choose(user, mail, **more):
    times = {"digest_at": dt.time(8, 30), "quiet_from": dt.time(20), "quiet_until": dt.time(8)}
    return services.set_preference(user, mail=mail, **{**times, **more})


@pytest.mark.shows("SAL-02")
def test_a_notice_comes_by_mail_once(reader, postbox):
    notice = tell(reader)

    counts = services.deliver("job:1")
    again = services.deliver("job:2")

    letter = postbox.letters[0]
    assert counts == {"sent": 1}
    assert again == {}
    assert len(postbox.letters) == 1
    assert letter["Auto-Submitted"] == "auto-generated"
    assert f"https://crm.example.com/notices/{notice.pk}/" in text_of(letter)
    assert f"https://crm.example.com/notices/{notice.pk}/" in text_of(letter, "html")
    assert Mail.objects.get().state == "sent"


def test_no_telephone_number_travels_by_mail(reader, postbox):
    tell(reader)

    services.deliver("job:1")

    raw = postbox.letters[0].as_string() + text_of(postbox.letters[0]) + text_of(postbox.letters[0], "html")
    assert postbox.letters[0]["Subject"] == "致电 138****6621"
    assert "13812346621" not in raw


def test_the_letter_speaks_the_language_of_its_reader(reader, postbox):
    reader.language = "en"
    reader.save()
    tell(reader)

    services.deliver("job:1")

    assert "Hello 方圆" in text_of(postbox.letters[0])
    assert "您好" not in text_of(postbox.letters[0], "html")


def test_what_is_due_together_comes_in_one_letter(reader, postbox):
    for n in range(3):
        tell(reader, n)

    services.deliver("job:1")

    assert len(postbox.letters) == 1
    assert postbox.letters[0]["Subject"] == "3 条新通知"


@pytest.mark.shows("MKT-03")
def test_quiet_hours_hold_letters_until_they_end(reader, postbox, at_noon):
    at_noon.move_to(NIGHT)
    tell(reader)
    services.deliver("job:1")
    assert postbox.letters == []

    at_noon.move_to("2026-11-23T07:59:00+08:00")
    services.deliver("job:2")
    assert postbox.letters == []

    at_noon.move_to("2026-11-23T08:00:30+08:00")
    services.deliver("job:3")
    assert len(postbox.letters) == 1


def test_a_letter_put_off_into_the_night_waits_too(reader, postbox, at_noon):
    tell(reader)
    at_noon.move_to(NIGHT)

    assert services.deliver("job:1")["held"] == 1
    assert Mail.objects.get().after == dt.datetime.fromisoformat("2026-11-23T08:00:00+08:00")


def test_a_notice_read_in_the_app_needs_no_letter(reader, postbox):
    notice = tell(reader)
    services.mark_read(reader, [notice.pk])

    services.deliver("job:1")

    assert postbox.letters == []
    assert Mail.objects.get().state == "dropped"


def test_the_digest_lists_due_work_and_unread_notices_once_a_day(reader, postbox, at_noon):
    rules.register_digest(
        "test", "到期的任务", lambda user, day: [rules.Line(f"拜访 {day} 13912345678", "甲公司", "/t/")]
    )
    choose(reader, "digest")
    tell(reader)

    for n in range(3):
        services.deliver(f"job:{n}")
    assert len(postbox.letters) == 1
    told = text_of(postbox.letters[0])
    assert "到期的任务" in told
    assert "拜访 2026-11-22 139****5678" in told
    assert "致电 138****6621" in told

    at_noon.move_to("2026-11-23T08:29:00+08:00")
    services.deliver("job:4")
    assert len(postbox.letters) == 1
    at_noon.move_to("2026-11-23T08:31:00+08:00")
    services.deliver("job:5")
    assert len(postbox.letters) == 2


def test_a_digest_with_nothing_to_tell_is_not_sent(reader, postbox):
    choose(reader, "digest")

    services.deliver("job:1")

    assert postbox.letters == []
    assert Mail.objects.get().state == "dropped"


def test_who_wants_no_mail_gets_none(reader, postbox):
    choose(reader, "never")
    tell(reader)

    services.deliver("job:1")

    assert postbox.letters == []


def test_a_wrong_password_is_told_in_a_clear_line_and_tried_again_later(reader, settings, at_noon):
    controller, box = opened(with_login=True)
    try:
        settings.SMTP = server_settings(controller.port, USER, "wrong")
        tell(reader)
        job = jobs.enqueue("notices.deliver")
        jobs.run_now(job)
        job.refresh_from_db()
        assert job.state == "failed"
        assert "邮件服务器不接受用户名或密码" in job.error
        assert "(535)" in job.error

        mail = Mail.objects.get()
        assert (mail.state, mail.attempts, mail.error) == ("waiting", 1, "auth:535")
        assert mail.after == timezone.now() + dt.timedelta(minutes=1)

        settings.SMTP = server_settings(controller.port, USER, PASSWORD)
        at_noon.shift(61)
        services.deliver("job:2")
        assert len(box.letters) == 1
    finally:
        controller.stop()


def test_a_server_that_is_down_is_told_and_given_up_in_the_end(reader, postbox, settings, at_noon):
    settings.SMTP = server_settings(1)
    choose(reader, "at_once", quiet_from=dt.time(0), quiet_until=dt.time(0))
    tell(reader)

    for n in range(8):
        with pytest.raises(Refusal, match="连不上邮件服务器"):
            services.deliver(f"job:{n}")
        at_noon.shift(dt.timedelta(hours=13))

    assert Mail.objects.get().state == "failed"
    assert [level for level, _text, _remedy in queries.health()] == ["ok", "fail"]
    assert services.deliver("job:9") == {}


def test_a_refused_recipient_is_named_and_does_not_hold_up_the_others(reader, teammate, postbox):
    teammate.email = "yu@example.com"
    teammate.save()
    postbox.refuse = {reader.email}
    tell(reader)
    tell(teammate)

    with pytest.raises(Refusal, match="方圆 邮件服务器不接受收件人"):
        services.deliver("job:1")

    assert [letter["To"] for letter in postbox.letters] == ["yu@example.com"]
    assert Mail.objects.get(user=reader).error == "recipient:550"


def test_a_letter_the_server_cannot_take_now_is_tried_again(reader, postbox, at_noon):
    postbox.answer = "451 later"
    tell(reader)
    assert services.deliver("job:1")["later"] == 1

    postbox.answer = "250 OK"
    at_noon.shift(61)
    services.deliver("job:2")

    assert len(postbox.letters) == 1


def test_a_wording_that_breaks_holds_up_nobody(reader, teammate, postbox, caplog):
    teammate.email = "yu@example.com"
    teammate.save()
    rules.register_wording("test.broken", lambda payload: payload["missing"])
    services.notify(reader, kind="test.broken", key="1", payload={}, url="")
    tell(teammate)

    with pytest.raises(Refusal, match="没能写成"):
        services.deliver("job:1")

    assert len(postbox.letters) == 1


# --- what a killed worker leaves ------------------------------------------------------------------------------------
def claimed(state, claim="job:7"):
    Mail.objects.update(state=state, claim=claim, lease_until=timezone.now() + rules.LEASE)


@pytest.mark.shows("SAL-02")
def test_a_letter_only_claimed_by_a_dead_worker_is_sent_by_the_next_run_of_its_job(reader, postbox):
    tell(reader)
    claimed("claimed")

    services.deliver("job:8")
    assert postbox.letters == []

    services.deliver("job:7")
    assert len(postbox.letters) == 1


def test_a_letter_in_a_dead_workers_hand_is_never_sent_twice_and_stays_visible(reader, postbox):
    tell(reader)
    claimed("sending")

    services.deliver("job:7")

    assert postbox.letters == []
    assert Mail.objects.get().state == "uncertain"
    assert ("warn", "一周内有 1 封提醒邮件不确定是否送达，没有重发") in [found[:2] for found in queries.health()]


def test_a_claim_that_nobody_takes_up_ends(reader, postbox, at_noon):
    tell(reader)
    claimed("claimed")
    at_noon.shift(rules.LEASE + dt.timedelta(seconds=1))

    services.deliver("job:8")

    assert len(postbox.letters) == 1


def test_a_letter_of_the_day_before_yesterday_is_of_no_use(reader, postbox, at_noon):
    tell(reader)
    at_noon.shift(rules.STALE_AFTER + dt.timedelta(minutes=1))

    assert services.deliver("job:1") == {"dropped": 1}
    assert postbox.letters == []


def test_a_connection_lost_while_handing_over_leaves_the_letter_undecided(reader, postbox, monkeypatch):
    import smtplib

    def gone(self, letter):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "data", gone)
    tell(reader)

    services.deliver("job:1")

    assert Mail.objects.get().state == "uncertain"


def test_a_letter_keeps_its_message_id(reader, postbox):
    tell(reader)
    mails = list(Mail.objects.all())

    assert letters.message_id(mails) == letters.message_id(mails)
    services.deliver("job:1")
    assert postbox.letters[0]["Message-ID"] == letters.message_id(mails)


def test_urgent_letters_are_asked_for_at_once_and_only_once(reader, postbox):
    tell(reader, 1)
    tell(reader, 2)

    assert Job.objects.filter(name="notices.deliver", state="queued").count() == 1
