"""A file arrives; its columns are matched."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common import sheets
from holdfast.common.refusals import Refusal
from holdfast.doors.intake import queries, readers
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.models import Mapping as SavedMapping
from holdfast.doors.intake.models.imports import uploads_folder
from holdfast.doors.intake.rules.fields import CUSTOM
from holdfast.doors.intake.rules.kinds import KINDS, settled_options
from holdfast.doors.intake.rules.known import recognised
from holdfast.doors.intake.rules.problems import sentence_of
from holdfast.doors.intake.services import naming
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission

CHUNK = 1 << 20
KEPT_FOR = timedelta(days=30)


def receive(file: BinaryIO, name: str, *, kind: str, by: User, sheet_name: str = "", **how: Any) -> Import:
    """Keep a file and recognise its columns. Refuses what is no table, leaving nothing behind.

    `how`: `mapping` by name, `said` (heading, field) pairs given by hand and going before it, `options`, `date_order`.
    """
    spec = KINDS[kind]
    if not all(by.may(word) for word in spec.words):
        raise Refusal(_("您的角色不能导入%(kind)s，可向系统管理员申请。") % {"kind": spec.title}, "kind")
    folder = secrets.token_hex(16)
    place = uploads_folder() / folder
    place.mkdir(parents=True, mode=0o700)
    try:
        digest, size = _keep(file, place / "source")
        fixed = {field: heading for heading, field in how.get("said", ())}
        looked = look(place / "source", kind, name=name, by=by, sheet_name=sheet_name, fixed=fixed)
        imp = _new_import(spec.name, name, folder, looked, by=by, how=how)
        imp.sha256, imp.size_bytes = digest, size
        imp.save()
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return imp


def look(path: Path, kind: str, *, name: str, **how: Any) -> readers.Looked:
    """A first look; what cannot be used is refused by the name its sender knows."""
    try:
        return readers.look(path, kind, **how)
    except sheets.SheetError as error:
        raise unusable(error, name) from error


def unusable(error: sheets.SheetError, name: str) -> Refusal:
    """The refusal of a file, in words."""
    field = "columns" if error.code.startswith("unknown_") else "file"
    return Refusal(sentence_of(error.code, {**error.numbers, "file": name}), field)


def _keep(file: BinaryIO, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while part := file.read(CHUNK):
            size += len(part)
            if size > settings.UPLOAD_LIMIT_BYTES:
                limit = settings.UPLOAD_LIMIT_BYTES >> 20
                raise Refusal(_("文件超过 %(limit)s MB，请分成几个文件后再上传。") % {"limit": limit}, "file")
            digest.update(part)
            out.write(part)
    return digest.hexdigest(), size


def _new_import(
    kind: str, name: str, folder: str, looked: readers.Looked, *, by: User, how: Mapping[str, Any]
) -> Import:
    imp = Import(kind=kind, by=by, folder=folder, file_name=PurePath(name.replace("\\", "/")).name[-200:] or "file")
    imp.headings, imp.facts, imp.sheet_name = looked.headings, looked.facts, looked.facts["sheet"]
    imp.facts["how"] = looked.guess.how
    imp.columns, imp.unclear = dict(looked.guess.columns), looked.unclear
    saved = queries.mapping_for(by, kind, looked.headings)
    if not how.get("said"):
        _take_known(imp)
        _take_saved(imp, saved)
    if how.get("mapping"):
        _take_named(imp, how["mapping"], how.get("said", ()))
    imp.date_order = how.get("date_order") or imp.date_order
    imp.options = settled_options(kind, {**(saved.options if saved else {}), **(how.get("options") or {})})
    return imp


def _take_saved(imp: Import, saved: SavedMapping | None) -> None:
    """As files with these headings were matched before: by the mapping chosen then, as it is now, or column by column."""
    if saved is None:
        return
    if saved.follows:
        with suppress(Refusal):  # since removed, or replaced by one that fits nothing here
            naming.take_mapping(imp, saved.follows)
            return
    imp.columns = {field: heading for field, heading in saved.columns.items() if heading in imp.headings}
    imp.date_order = saved.date_order
    imp.facts["remembered"] = True


def _take_named(imp: Import, name: str, said: Iterable[tuple[str, str]]) -> None:
    by_hand = {field: heading for field, heading in imp.columns.items() if (heading, field) in said}
    naming.take_mapping(imp, name)
    taken = set(by_hand.values())
    imp.columns = {field: heading for field, heading in imp.columns.items() if heading not in taken} | by_hand


def _take_known(imp: Import) -> None:
    """The columns of another system's export, where the headings tell which it is; own fields stay as guessed."""
    if found := recognised(imp.kind, imp.headings):
        system, columns = found
        own = {name: heading for name, heading in imp.columns.items() if name.startswith(CUSTOM)}
        imp.columns = {**own, **columns}
        imp.facts = {**imp.facts, "known": system, "how": {}}


def set_sheet(imp: Import, sheet_name: str) -> Import:
    """Take another sheet of the workbook; its columns are recognised anew."""
    _refuse_unless_open(imp)
    looked = look(imp.source, imp.kind, name=imp.file_name, by=imp.by, sheet_name=sheet_name)
    imp.sheet_name, imp.headings, imp.facts = sheet_name, looked.headings, {**looked.facts, "how": looked.guess.how}
    imp.columns, imp.unclear, imp.edits, imp.state = dict(looked.guess.columns), looked.unclear, {}, "uploaded"
    _take_known(imp)
    imp.save()
    return imp


@transaction.atomic
def set_columns(
    imp: Import, *, columns: Mapping[str, str], date_order: str, by: User, is_shared: bool = False, save_as: str = ""
) -> Import:
    """Match the columns as the importer says; remember it for files with the same headings, and under a name if given."""
    _refuse_unless_open(imp)
    shown = {field.name for field in imp.spec.shown_fields(by.sees_profit)}
    chosen = {field: heading for field, heading in columns.items() if heading in imp.headings and field in shown}
    twice = [heading for heading in chosen.values() if list(chosen.values()).count(heading) > 1]
    if twice:
        raise Refusal(_("「%(heading)s」这一列选了两次，请只对应一项。") % {"heading": twice[0]})
    refuse_missing(imp.kind, chosen)
    imp.columns, imp.date_order, imp.unclear, imp.edits = chosen, date_order, {}, {}
    imp.save()
    if save_as:
        imp.facts = {**imp.facts, "mapping": naming.name_mapping(imp, save_as, by=by).name}
        imp.save(update_fields=["facts", "updated_at"])
    _remember(imp, by=by, is_shared=is_shared)
    return imp


def refuse_missing(kind: str, columns: Iterable[str]) -> None:
    """Refuse a mapping that lacks what every row needs."""
    if lacking := KINDS[kind].missing(columns):
        names = "、".join(str(field.label) for field in lacking)
        raise Refusal(_("还没有对应：%(names)s。请在下面选出它们所在的列。") % {"names": names}, lacking[0].name)


def set_options(imp: Import, options: Mapping[str, str]) -> Import:
    """How duplicates, unknown customers and owners are treated; the check must run again."""
    _refuse_unless_open(imp)
    imp.options = settled_options(imp.kind, {**imp.options, **options})
    imp.save(update_fields=["options", "updated_at"])
    return imp


def _remember(imp: Import, *, by: User, is_shared: bool) -> None:
    values = {"headings": imp.headings, "columns": imp.columns, "date_order": imp.date_order, "options": imp.options}
    if by.may(Permission.VIEW_SHARE):
        values["is_shared"] = is_shared
    values["follows"] = _followed(imp)
    SavedMapping.objects.update_or_create(
        owner=by, kind=imp.kind, name="", signature=queries.signature_of(imp.headings), defaults=values
    )


def _followed(imp: Import) -> str:
    """The name of the mapping that was chosen, unless columns were changed by hand afterwards."""
    chosen = queries.named_mapping(imp.kind, imp.facts.get("mapping", ""))
    if chosen and chosen.columns(imp.kind, imp.headings) == imp.columns:
        return chosen.own.name if chosen.own else chosen.code
    return ""


def _refuse_unless_open(imp: Import) -> None:
    if not imp.is_open:
        raise Refusal(_("这份文件已经写入或撤销，不能再改；请重新上传。"))


def discard(imp: Import, *, by: User) -> None:
    """Forget a file of which nothing was written."""
    _refuse_unless_open(imp)
    shutil.rmtree(imp.path, ignore_errors=True)
    imp.delete()


def tidy(*, now: datetime | None = None) -> dict[str, int]:
    """Delete uploaded files after 30 days: of imports that wrote nothing with their record, else the files alone."""
    old = Import.objects.filter(updated_at__lt=(now or timezone.now()) - KEPT_FOR).select_related("job")
    counts = {"forgotten": 0, "emptied": 0}
    for imp in old.exclude(state__in=("mapped", "applying", "undoing")).iterator():
        if imp.batch_id is None:
            imp.delete()
            counts["forgotten"] += 1
        elif imp.path.exists():
            counts["emptied"] += 1
        shutil.rmtree(imp.path, ignore_errors=True)
    return counts
