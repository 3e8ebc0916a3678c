"""Routes of this room. All but `/go/…` live in an identity slot."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path, re_path

from liaison.accounts.doors import in_free_slot, in_some_slot
from liaison.accounts.go import go
from liaison.accounts.guards import signed_in
from liaison.accounts.pages import (
    account,
    entrance,
    forwarding,
    groups,
    home,
    mail_choices,
    quiet_hours,
    settings,
    user,
    users,
)
from liaison.web.gate import open_at_the_gate, public

# Of allauth only what we use is routed: nobody signs up, and mailboxes are changed on our own page.
_SIGN_IN = [
    path("signin/", public(in_some_slot(allauth.login)), name="account_login"),
    path("signout/", public(in_some_slot(allauth.logout)), name="account_logout"),
    path("signin/inactive/", public(in_some_slot(allauth.account_inactive)), name="account_inactive"),
    path(
        "signin/confirm/",
        open_at_the_gate(signed_in(allauth.reauthenticate)),
        name="account_reauthenticate",
    ),
    path(
        "signin/password/change/",
        open_at_the_gate(signed_in(allauth.password_change)),
        name="account_change_password",
    ),
    path(
        "signin/password/set/",
        open_at_the_gate(signed_in(allauth.password_set)),
        name="account_set_password",
    ),
    path(
        "signin/password/reset/",
        public(in_some_slot(allauth.password_reset)),
        name="account_reset_password",
    ),
    path(
        "signin/password/reset/done/",
        public(in_some_slot(allauth.password_reset_done)),
        name="account_reset_password_done",
    ),
    re_path(
        r"^signin/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(in_free_slot(allauth.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "signin/password/reset/key/done/",
        public(in_some_slot(allauth.password_reset_from_key_done)),
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", home.home, name="home"),
    *_SIGN_IN,
    path("go/", go, name="go_home"),
    path("go/<path:path>", go, name="go"),
    path("invitations/<str:token>/", entrance.invitation, name="invitation"),
    path("mailbox/<str:token>/", entrance.mailbox, name="mailbox"),
    path("forwarding/<str:token>/", entrance.forwarding, name="confirm_forwarding"),
    path("signin/link/<str:token>/", entrance.sign_in_link, name="sign_in_link"),
    path("signout/all/", entrance.sign_out_of_all, name="sign_out_of_all"),
    path("settings/", settings.settings, name="settings"),
    path("settings/mailbox/", settings.mailbox, name="settings_mailbox"),
    path("settings/forwarding/", forwarding.forwarding, name="settings_forwarding"),
    path("settings/forwarding/stop/", forwarding.stop_forwarding, name="stop_forwarding"),
    path("settings/quiet-hours/", quiet_hours.quiet_hours, name="settings_quiet_hours"),
    path("settings/mail/", mail_choices.mail_choices, name="settings_mail"),
    path("settings/tokens/", settings.tokens, name="settings_tokens"),
    path("settings/tokens/<str:public_id>/revoke/", settings.revoke_token, name="revoke_token"),
    path("settings/sessions/end/", settings.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/settings/", account.account_settings, name="account_settings"),
    path("accounts/<slug:slug>/settings/", account.account_settings, name="settings_of_account"),
    path("users/", users.users, name="users"),
    path("users/invite/", users.invite, name="invite_user"),
    path("users/nudge/", users.nudge, name="nudge_administrators"),
    path("users/new/", users.create, name="create_user"),
    path("users/invitations/<str:public_id>/revoke/", users.revoke, name="revoke_invitation"),
    path("accounts/<slug:slug>/users/", users.users, name="account_users"),
    path("accounts/<slug:slug>/users/invite/", users.invite, name="account_invite_user"),
    path("accounts/<slug:slug>/users/new/", users.create, name="account_create_user"),
    path("users/groups/", groups.groups, name="groups"),
    path("users/groups/new/", groups.create, name="create_group"),
    path("users/groups/<str:public_id>/", groups.group, name="group"),
    path("users/groups/<str:public_id>/delete/", groups.delete, name="delete_group"),
    path("accounts/<slug:slug>/users/groups/", groups.groups, name="account_groups"),
    path("accounts/<slug:slug>/users/groups/new/", groups.create, name="account_create_group"),
    path("account/sharing/", groups.sharing, name="account_sharing"),
    path("users/<str:public_id>/", user.user, name="user"),
    path("users/<str:public_id>/role/", user.change_role, name="change_role"),
    path("users/<str:public_id>/suspend/", user.suspend, name="suspend_user"),
    path("users/<str:public_id>/restore/", user.restore, name="restore_user"),
    path("users/<str:public_id>/delete/", user.delete, name="delete_user"),
    path("users/<str:public_id>/link/", user.create_link, name="create_sign_in_link"),
]
