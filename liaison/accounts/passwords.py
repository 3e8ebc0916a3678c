"""Rules for passwords whose words Django lacks in some of our languages."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.formats import number_format
from django.utils.translation import gettext as _


class LeastLengthValidator(MinimumLengthValidator):
    """As Django's, but its refusal speaks all of our languages: Django 5.2 has it in two of the five only."""

    def get_error_message(self) -> str:
        return _("This is too short. At least: %(least)s.") % {"least": number_format(self.min_length)}
