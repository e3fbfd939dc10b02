from django.urls import path

from holdfast.actions.care import views

app_name = "care"
urlpatterns = [
    path("", views.execution, name="execution"),
    path("mine/", views.mine, name="mine"),
    path("rows/", views.rows, name="rows"),
    path("rows/export/", views.export, name="export"),
    path("block/", views.block, name="block"),
    path("standards/", views.standards, name="standards"),
    path("standards/new/", views.standard_new, name="standard_new"),
    path("standards/switches/", views.switches, name="switches"),
    path("gifts/", views.gifts, name="gifts"),
    path("gifts/new/", views.gift_new, name="gift_new"),
    path("gifts/<int:pk>/answer/", views.gift_answer, name="gift_answer"),
    path("focus/", views.focus, name="focus"),
    path("focus/new/", views.focus_new, name="focus_new"),
    path("focus/<int:pk>/", views.focus_edit, name="focus_edit"),
    path("focus/<int:pk>/end/", views.focus_end, name="focus_end"),
    path("customers/<int:pk>/", views.panel, name="panel"),
]
