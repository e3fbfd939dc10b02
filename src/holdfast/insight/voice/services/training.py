"""The company's own model: trained on what its people confirmed, used only where it does better than the built-in one."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.services import ERASED
from holdfast.insight.voice import readers, rules
from holdfast.insight.voice.models import CompanyModel
from holdfast.insight.voice.services.reading import ask_to_read
from holdfast.records.feedback.models import Comment

FOLDER = "voice"


def labelled_comments() -> list[Comment]:
    """Comments with words of which a person said what they are, in the order in which they came."""
    found = Comment.objects.exclude(confirmed_tone="").exclude(text="").exclude(text=ERASED)
    return list(found.order_by("pk"))


def train(*, by: User | None) -> CompanyModel:
    """Train on four fifths, measure on the rest beside the built-in model, then keep one trained on all.

    Which fifth is held out hangs on each text alone, so equal texts never stand on both sides. Errors: Refusal while
    there are too few, or all of one tone.
    """
    given = labelled_comments()
    if len(given) < rules.LABELLED_FROM:
        told = {"least": rules.LABELLED_FROM, "n": len(given)}
        raise Refusal(_("至少要有 %(least)s 条人工确认过的话，现在有 %(n)s 条。请再确认一些再训练。") % told)
    learned, held = _split(given)
    if len({one.confirmed_tone for one in learned}) < 2 or not held:
        raise Refusal(_("确认过的话语气都一样，学不出区别。请把满意的和不满的都确认一些。"))
    own, built_in = accuracy(readers.Model("trial", _fitted(learned)), held), accuracy(readers.built_in(), held)
    measured = {"company": own, "built_in": built_in, "held_out": len(held)}
    made = CompanyModel(
        version=f"own {timezone.now():%Y-%m-%d %H:%M:%S}", labelled=len(given), measured=measured, trained_by=by,
        is_better=own["tone"] > built_in["tone"],
    )  # fmt: skip
    made.path = f"{FOLDER}/{made.version.replace(' ', '-').replace(':', '')}.npz"
    _save(_fitted(given), made.file)
    made.save()
    audit.record(actor=by, verb="create", target=made, after=audit.snapshot(made))
    return made


def _split(given: list[Comment]) -> tuple[list[Comment], list[Comment]]:
    def is_held(comment: Comment) -> bool:
        return blake2b(" ".join(comment.text.split()).encode(errors="replace"), digest_size=1).digest()[0] % 5 == 0

    return [one for one in given if not is_held(one)], [one for one in given if is_held(one)]


def _fitted(comments: list[Comment]) -> Any:
    """Tone always; complaints where people called some so and some not."""
    from holdfast.analysis import voice

    complaints = ["yes" if one.confirmed_complaint else "no" for one in comments]
    labels = {"tone": [one.confirmed_tone for one in comments]}
    if len(set(complaints)) > 1:
        labels["complaint"] = complaints
    return voice.train([one.text for one in comments], labels)


def _save(model: Any, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    model.save(path)


def accuracy(model: readers.Model, held: list[Comment]) -> dict[str, float]:
    """Shares (0–1) of comments whose tone, and whose being a complaint, the model read as a person did."""
    found = model.read([one.text for one in held])
    pairs = list(zip(held, found, strict=True))
    tone = sum(one.confirmed_tone == read.tone for one, read in pairs) / len(pairs)
    complaint = sum(
        one.confirmed_complaint == ((read.p_complaint or 0) >= rules.COMPLAINT_FROM) for one, read in pairs
    ) / len(pairs)
    return {"tone": tone, "complaint": complaint}


@transaction.atomic
def use_model(model: CompanyModel, *, by: User | None) -> CompanyModel:
    """Read by this model from now on; all comments are read again. Errors: Refusal when the built-in one did better."""
    locked = CompanyModel.objects.select_for_update().get(pk=model.pk)
    if not locked.is_better:
        raise Refusal(_("这个读法在没见过的话上不比自带的准，不采用。再多确认一些，重新训练。"))
    for other in CompanyModel.objects.exclude(pk=locked.pk).filter(used_since__isnull=False):
        _changed(other, None, by)
    _changed(locked, timezone.now(), by)
    ask_to_read()
    return locked


@transaction.atomic
def stop_using(model: CompanyModel, *, by: User | None) -> CompanyModel:
    """Read by the built-in model again."""
    locked = CompanyModel.objects.select_for_update().get(pk=model.pk)
    _changed(locked, None, by)
    ask_to_read()
    return locked


def _changed(model: CompanyModel, used_since: Any, by: User | None) -> None:
    before = audit.snapshot(model)
    model.used_since = used_since
    model.save(update_fields=["used_since", "updated_at"])
    audit.record(actor=by, verb="change", target=model, before=before, after=audit.snapshot(model))
