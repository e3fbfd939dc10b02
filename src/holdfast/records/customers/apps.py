from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "holdfast.records.customers"
    label = "customers"
