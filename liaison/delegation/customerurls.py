"""Routes of customers as delegates see them, and of the staff's side."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.delegation.pages import customer_asking, customers, desk, desk_domains, desk_managers, desk_records

_STAFF = [
    path("desk/customers", desk.desk_customers, name="desk_customers"),
    path("desk/new-customer", desk_records.new_customer, name="new_customer"),
    path("desk/customers/<slug:slug>", desk.desk_customer, name="desk_customer"),
    path("desk/customers/<slug:slug>/history", desk.desk_customer_history, name="desk_customer_history"),
    path("desk/customers/<slug:slug>/record", desk_records.change_record, name="change_record"),
    path("desk/customers/<slug:slug>/record/address", desk_records.confirm_address, name="confirm_record_address"),
    path("desk/customers/<slug:slug>/manager", desk_managers.set_manager, name="set_manager"),
    path("desk/customers/<slug:slug>/manager/end", desk_managers.end_management, name="end_management"),
    path("desk/customers/<slug:slug>/links/<slug:account>", desk_managers.send_link, name="send_contact_link"),
    path("desk/corrections/<slug:public_id>/done", desk_records.finish_correction, name="finish_correction"),
    path("desk/accounts/<slug:slug>/domains", desk_domains.domains, name="domains_of_account"),
]

urlpatterns: list[URLPattern] = [
    path("customers", customers.customers, name="customers"),
    path("customers/<slug:slug>", customers.customer, name="customer"),
    path("customers/<slug:slug>/correction", customer_asking.ask_correction, name="ask_correction"),
    path("access-requests", customer_asking.ask_for_access, name="ask_for_access"),
    *_STAFF,
]
