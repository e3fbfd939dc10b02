from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class TimelineConfig(AppConfig):
    name = "holdfast.records.timeline"
    label = "timeline"

    def ready(self) -> None:
        from holdfast.foundation.accounts.services import register_duty
        from holdfast.foundation.audit import rules as audit
        from holdfast.records.customers.queries import Column, register_column
        from holdfast.records.customers.services import register_erasure, register_handover
        from holdfast.records.timeline.queries import next_steps, tasks_left
        from holdfast.records.timeline.services import (
            erase_files,
            leaving,
            notice_words,
            refresh_interactions,
            remove_entries,
            wording,
        )

        register_duty(tasks_left)
        register_column(Column("next_step", gettext_lazy("下一步"), is_default=True, load=next_steps))
        wording.register()
        notice_words.register()
        register_handover(
            "tasks", title=gettext_lazy("未完成的任务"), count=leaving.count_open_tasks, move=leaving.pass_on_tasks
        )
        register_erasure("files", erase_files)
        audit.register_gone(remove_entries)
        audit.register_restored("timeline.interaction", refresh_interactions)
        post_migrate.connect(ensure_defaults, sender=self, dispatch_uid="timeline.defaults")


def ensure_defaults(using: str, **kwargs: Any) -> None:
    """Folders and usual minutes stand wherever the tables stand, also after a test has emptied them."""
    from holdfast.records.timeline import services

    if using == "default" and kwargs.get("plan") != []:
        services.ensure_defaults()
