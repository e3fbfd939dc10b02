"""What people give with files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from holdfast.records.timeline.models import Document, Folder
from holdfast.records.timeline.queries import open_folders


class UploadForm(forms.Form):
    """Files for one folder; several at once."""

    folder = forms.ModelChoiceField(
        label=gettext_lazy("放进"), queryset=Folder.objects.none(), required=False,
        empty_label=gettext_lazy("按文件类型自动放"),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["folder"].queryset = open_folders()  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Another folder, another note."""

    folder = forms.ModelChoiceField(label=gettext_lazy("放进"), queryset=Folder.objects.none(), empty_label=None)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"folder": document.folder_id, "note": document.note})
        super().__init__(*args, **kwargs)
        self.fields["folder"].queryset = open_folders() | Folder.objects.filter(pk=document.folder_id)  # type: ignore[attr-defined]


class FolderForm(forms.Form):
    """A class of files."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=40)
    is_sensitive = forms.BooleanField(label=gettext_lazy("敏感：查看和下载都留痕"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("可以放新文件"), required=False)
