"""The writers of topics: what comments are about gets the company's own names, and two that are one become one."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.feedback import rules
from holdfast.records.feedback.models import Topic


@transaction.atomic
def ensure_topics(codes: Iterable[str]) -> int:
    """Let topics stand that a machine has found; how many are new. They name nobody and nothing, so no journal."""
    wanted = sorted({code[: rules.TOPIC_LENGTH] for code in codes})
    known = set(Topic.objects.filter(code__in=wanted).values_list("code", flat=True))
    fresh = [Topic(code=code) for code in wanted if code not in known]
    Topic.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@transaction.atomic
def add_topic(name: str, *, by: User | None, batch: Batch | None = None) -> Topic:
    """Make a topic of the company's own, for people to mark; one of that name that stands comes back."""
    text = _named(name)
    known = Topic.objects.filter(name__iexact=text, merged_into=None).first()
    if known:
        return known
    code = f"own-{blake2b(text.encode(), digest_size=6).hexdigest()}"
    topic, is_new = Topic.objects.get_or_create(code=code, defaults={"name": text, "is_own": True})
    if is_new:
        audit.record(actor=by, verb="add", target=topic, after=audit.snapshot(topic), batch=batch)
    return topic


@transaction.atomic
def rename_topic(topic: Topic, name: str, *, by: User | None) -> Topic:
    """Give a topic the company's own name; an empty one brings a built-in topic's own name back."""
    locked = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    text = " ".join(name.split())
    if text or locked.is_own:
        text = _named(text)
        if Topic.objects.filter(name__iexact=text, merged_into=None).exclude(pk=locked.pk).exists():
            raise Refusal(_("已经有叫「%(name)s」的主题；是同一件事就用合并。") % {"name": text}, field="name")
    _changed(locked, by, "rename", name=text)
    return locked


@transaction.atomic
def merge_topics(topics: Iterable[Topic], *, into: Topic, by: User | None) -> Batch:
    """Count topics as another from now on; readings stay as they are, so undoing the batch brings all back."""
    target = Topic.objects.select_for_update(of=("self",)).get(pk=into.pk)
    if target.merged_into_id:
        raise Refusal(_("「%(name)s」自己已并入别的主题，请另选一个。") % {"name": target}, field="into")
    given = list(Topic.objects.select_for_update(of=("self",)).filter(pk__in=[topic.pk for topic in topics]))
    wanted = [topic for topic in given if topic.pk != target.pk and topic.merged_into_id != target.pk]
    if not wanted:
        raise Refusal(_("请选两个不同的主题来合并。"), field="into")
    batch = audit.open_batch("merge_topics", by=by, note=target.code)
    for topic in wanted:
        _changed(topic, by, "merge", batch=batch, merged_into=target)
    return batch


@transaction.atomic
def split_topic(topic: Topic, *, by: User | None) -> Topic:
    """Let a merged topic stand by itself again."""
    locked = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    _changed(locked, by, "split", merged_into=None)
    return locked


def _named(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise Refusal(_("请给主题起个名字。"), field="name")
    if len(text) > rules.TOPIC_LENGTH:
        raise Refusal(_("主题名最多 %(most)s 个字。") % {"most": rules.TOPIC_LENGTH}, field="name")
    return text


def _changed(topic: Topic, by: User | None, verb: str, *, batch: Batch | None = None, **values: object) -> None:
    before = audit.snapshot(topic)
    for name, value in values.items():
        setattr(topic, name, value)
    after = audit.snapshot(topic)
    if after == before:
        return
    topic.save(update_fields=[*values, "updated_at"])
    audit.record(actor=by, verb=verb, target=topic, before=before, after=audit.snapshot(topic), batch=batch)
