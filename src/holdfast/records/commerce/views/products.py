"""The list of products, and the form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import forms, queries, services
from holdfast.records.commerce.models import Product


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def products(request: StaffRequest) -> HttpResponse:
    params = forms.ProductFilters(request.GET).params()
    context = {
        "page": queries.product_list(params),
        "params": params,
        "categories": queries.categories(),
        "is_filtered": bool(set(params) - {"after", "before"}),
        "may_edit": request.user.may(Permission.PRODUCT_EDIT),
    }
    return show(request, "commerce/products.html", context)


@needs(Permission.PRODUCT_EDIT)
@require_http_methods(["GET", "POST"])
def product_new(request: StaffRequest) -> HttpResponse:
    form = _form(request, None)
    if form.is_valid():
        with refusals_on(form):
            added = services.add_product(by=request.user, **form.cleaned_data)
            messages.success(request, _("已添加产品 %(name)s") % {"name": added.name})
            return go(request, "commerce:products")
    return _form_page(request, form, None)


@needs(Permission.PRODUCT_EDIT)
@require_http_methods(["GET", "POST"])
def product_edit(request: StaffRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    form = _form(request, product)
    if form.is_valid():
        with refusals_on(form):
            services.change_product(product, by=request.user, **form.cleaned_data)
            messages.success(request, _("已保存产品 %(name)s") % {"name": product.name})
            return go(request, "commerce:products")
    return _form_page(request, form, product)


def _form(request: StaffRequest, product: Product | None) -> forms.ProductForm:
    initial = forms.product_initial(product) if product else None
    return forms.ProductForm(request.POST or None, initial=initial, sees_profit=request.user.sees_profit)


def _form_page(request: StaffRequest, form: forms.ProductForm, product: Product | None) -> HttpResponse:
    context = {"form": form, "product": product, "categories": queries.categories()}
    return show(request, "commerce/product_form.html", context, status=422 if form.is_bound else 200)
