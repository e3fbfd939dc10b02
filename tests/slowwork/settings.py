"""The product's settings with the slow work added."""

from holdfast.config.settings import *  # noqa: F403
from holdfast.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.slowwork"]
