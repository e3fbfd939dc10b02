from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "holdfast.insight.facts"
    label = "facts"
