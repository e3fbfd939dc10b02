from django.urls import path

from holdfast.records.commerce import views

app_name = "commerce"
urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/new/", views.order_new, name="order_new"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/edit/", views.order_edit, name="order_edit"),
    path("orders/<int:pk>/void/", views.order_void, name="order_void"),
    path("products/", views.products, name="products"),
    path("products/new/", views.product_new, name="product_new"),
    path("products/<int:pk>/edit/", views.product_edit, name="product_edit"),
    path("customers/<int:pk>/orders/", views.customer_orders, name="panel"),
    path("customers/<int:pk>/money/", views.customer_money, name="money_panel"),
    path("receivables/", views.receivables, name="receivables"),
    path("receivables/export/", views.receivables_export, name="receivables_export"),
    path("invoices/new/", views.invoice_new, name="invoice_new"),
    path("invoices/<int:pk>/", views.invoice, name="invoice"),
    path("invoices/<int:pk>/edit/", views.invoice_edit, name="invoice_edit"),
    path("invoices/<int:pk>/void/", views.invoice_void, name="invoice_void"),
    path("invoices/<int:pk>/promise/", views.invoice_promise, name="invoice_promise"),
    path("invoices/<int:pk>/promise/<int:promise>/remove/", views.promise_remove, name="promise_remove"),
    path("invoices/<int:pk>/dispute/", views.invoice_dispute, name="invoice_dispute"),
    path("invoices/<int:pk>/settle/", views.invoice_settle, name="invoice_settle"),
    path("invoices/<int:pk>/write-off/", views.invoice_write_off, name="invoice_write_off"),
    path("invoices/<int:pk>/use/", views.invoice_use, name="invoice_use"),
    path("invoices/<int:pk>/use-credit/", views.credit_use, name="credit_use"),
    path("payments/new/", views.payment_new, name="payment_new"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/allocate/", views.payment_allocate, name="payment_allocate"),
    path("payments/<int:pk>/free/<int:invoice>/", views.payment_free, name="payment_free"),
    path("payments/<int:pk>/bounce/", views.payment_bounce, name="payment_bounce"),
    path("payments/<int:pk>/void/", views.payment_void, name="payment_void"),
]
