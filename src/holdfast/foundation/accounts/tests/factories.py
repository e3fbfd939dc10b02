"""People for tests: `UserFactory(role="sales", department=…)`."""

import factory

from holdfast.foundation.accounts import services
from holdfast.foundation.accounts.models import Department, Role, User

PASSWORD = "long-enough-for-tests-9"


class DepartmentFactory(factory.django.DjangoModelFactory):
    """A department; `parent=` puts it below another."""

    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"销售{n}部")
    parent = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return services.add_department(kwargs.pop("name"), by=None, **kwargs)


class UserFactory(factory.django.DjangoModelFactory):
    """An active person with one role: `role="sales"` (a code), or `roles=[…]`; `role=None` for nobody's role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        role = "sales"

    login = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"同事{n}")
    department = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        role, roles = kwargs.pop("with_role", None), kwargs.pop("roles", None)
        user = User.objects.create_user(kwargs.pop("login"), kwargs.pop("password", PASSWORD), **kwargs)
        user.roles.set(roles if roles is not None else Role.objects.filter(code=role))
        return user

    with_role = factory.SelfAttribute("role")
