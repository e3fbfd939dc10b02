from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "holdfast.records.customers"
    label = "customers"

    def ready(self) -> None:
        """An undo puts rows back by themselves: their search entries are made anew here; history is seen in scope."""
        from holdfast.foundation.accounts import services as accounts
        from holdfast.foundation.audit import rules as audit
        from holdfast.foundation.audit.rules import exports
        from holdfast.foundation.audit.rules.words import register_values
        from holdfast.foundation.notices import rules as notices
        from holdfast.records.customers import queries, services
        from holdfast.records.customers.queries import custom, upkeep
        from holdfast.records.customers.queries import exports as taken
        from holdfast.records.customers.rules import alarms, reveals
        from holdfast.records.customers.services import exporting

        for model in ("customers.customer", "customers.contact"):
            register_values(model, "revealed", dict(reveals.FIELDS))
            register_values(model, "why", dict(reveals.REASONS))
        audit.register_restored("customers.customer", services.refresh_search)
        audit.register_restored("customers.contact", services.refresh_search_of_contacts)
        exports.register_export("customers.list", _("客户列表"), taken.export_chips)
        exports.register_export("customers.access", _("个人信息副本"))
        queries.register_column(
            queries.Column("completeness", _("完整度"), is_default=False, load=upkeep.completeness_cells)
        )
        exports.register_alarm(exporting.tell_of_export)
        notices.register_wording("audit.export", alarms.export_alarm, icon="download", load=taken.export_people)
        audit.register_expander("customers.customer", "custom", custom.custom_differences)
        post_migrate.connect(settle_indexes, sender=self, dispatch_uid="customers.field_indexes")
        audit.register_subject("customers.customer", queries.may_see_customer)
        accounts.register_duty(lambda user: accounts.customers_left(queries.count_owned(user)))


def settle_indexes(using: str, **kwargs: Any) -> None:
    """The indexes of custom fields stand wherever the tables stand: SQLite drops them with a table it rebuilds."""
    from holdfast.records.customers.services import indexes

    if using == "default" and kwargs.get("plan") != []:
        indexes.settle_indexes()
