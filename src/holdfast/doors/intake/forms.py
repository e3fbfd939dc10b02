"""What the importer says: which file, which column is what, how to treat what is found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.doors.intake import queries
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.rules.kinds import CHOICES, DATE_ORDERS
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("要导入什么"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("文件名"), allow_empty_file=True, error_messages={"required": _("还没有选文件，请选一个。")}
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = queries.kinds_for(viewer)
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label,
            choices=[(kind.name, kind.title) for kind in kinds],
            widget=forms.RadioSelect,
        )
        self.fields["file"].widget.attrs["accept"] = ".csv,.tsv,.txt,.gz,.xlsx,.xlsm,.xls,.parquet"
        if kinds and not self.is_bound:
            names = [kind.name for kind in kinds]
            asked = self.initial.get("kind")
            self.initial["kind"] = asked if asked in names else names[0]


class ColumnsForm(forms.Form):
    """One select a column of the file: `column-3` holds the field it stands for."""

    date_order = forms.ChoiceField(label=_("日期顺序"), choices=list(DATE_ORDERS.items()), required=False)
    is_shared = forms.BooleanField(label=_("同事导入同样标题的文件时也这样对应"), required=False)
    save_as = forms.CharField(label=_("存为全公司可选的方案，名称"), required=False, max_length=60)

    def __init__(self, *args: Any, imp: Import, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"date_order": imp.date_order}, **kwargs})
        self.imp = imp
        taken = {heading: name for name, heading in imp.columns.items()}
        choices = [("", _("不导入"))] + [
            (known.name, known.label) for known in imp.spec.shown_fields(viewer.sees_profit)
        ]
        for position, heading in enumerate(imp.headings):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=taken.get(heading, "")
            )
        if not viewer.may(Permission.VIEW_SHARE):
            del self.fields["is_shared"], self.fields["save_as"]

    def columns(self) -> dict[str, str]:
        """Field → heading; a field chosen twice keeps its first column and an error on the second."""
        chosen: dict[str, str] = {}
        for position, heading in enumerate(self.imp.headings):
            name = self.cleaned_data.get(f"column-{position}")
            if name and name in chosen:
                self.add_error(f"column-{position}", _("这一项已对应到「%(heading)s」。") % {"heading": chosen[name]})
            elif name:
                chosen[name] = heading
        return chosen


class MappingForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)


class OptionsForm(forms.Form):
    """How this kind of file treats duplicates, unknown customers, owners."""

    LABELS = {
        "match": _("怎样算同一位客户"),
        "on_duplicate": _("遇到已有的"),
        "customers": _("档案里没有的客户"),
        "products": _("档案里没有的产品"),
        "drop_duplicates": _("完全相同的行"),
        "owner": _("没写归属人的新客户"),
    }

    def __init__(self, *args: Any, imp: Import, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": imp.options, **kwargs})
        left_out = set() if queries.has_pool() else {"pool"}
        for name in [name for name in self.LABELS if name in imp.spec.options]:
            choices = [(code, CHOICES[name][code]) for code in imp.spec.options[name] if code not in left_out]
            self.fields[name] = forms.ChoiceField(label=self.LABELS[name], choices=choices)
