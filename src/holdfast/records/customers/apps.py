from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "holdfast.records.customers"
    label = "customers"

    def ready(self) -> None:
        """An undo puts rows back by themselves: their search entries are made anew here; history is seen in scope."""
        from holdfast.foundation.accounts import services as accounts
        from holdfast.foundation.audit import rules as audit
        from holdfast.foundation.audit.rules.words import register_values
        from holdfast.records.customers import queries, services
        from holdfast.records.customers.rules import reveals

        for model in ("customers.customer", "customers.contact"):
            register_values(model, "revealed", dict(reveals.FIELDS))
            register_values(model, "why", dict(reveals.REASONS))
        audit.register_restored("customers.customer", services.refresh_search)
        audit.register_restored("customers.contact", services.refresh_search_of_contacts)
        audit.register_subject("customers.customer", queries.may_see_customer)
        accounts.register_duty(lambda user: accounts.customers_left(queries.count_owned(user)))
