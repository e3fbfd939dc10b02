from django.urls import path

from holdfast.foundation.accounts.views import own, people, tokens

app_name = "accounts"
urlpatterns = [
    path("login/", own.enter, name="login"),
    path("logout/", own.leave, name="logout"),
    path("language/", own.language, name="language"),
    path("setup/<str:token>/", own.setup, name="setup"),
    path("me/", own.me, name="me"),
    path("me/password/", own.password, name="password"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/new/", tokens.token_new, name="token_new"),
    path("me/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("views/save/", own.view_save, name="view_save"),
    path("views/<int:pk>/remove/", own.view_remove, name="view_remove"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/switch/", people.person_switch, name="person_switch"),
    path("people/<int:pk>/link/", people.person_link, name="person_link"),
    path("departments/new/", people.department_new, name="department_new"),
    path("departments/<int:pk>/", people.department, name="department"),
    path("departments/<int:pk>/remove/", people.department_remove, name="department_remove"),
    path("roles/", people.roles, name="roles"),
    path("roles/new/", people.role_new, name="role_new"),
    path("roles/<int:pk>/", people.role, name="role"),
    path("roles/<int:pk>/remove/", people.role_remove, name="role_remove"),
]
