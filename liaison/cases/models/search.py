"""How cases are found: their words, kept apart by who may read them."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from liaison.accounts.models import Account
from liaison.cases.models.cases import Case


class SearchRow(models.Model):
    """A part of a case's words; long cases have several (`part` from 0). The first holds number and title.

    `shared` holds what everybody who sees the case may read, `internal` what only staff may. One question never asks
    both for somebody who may not read both (W8). Both hold bare lexemes and marks (`search/lexemes.py`).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    part = models.PositiveIntegerField()
    shared = SearchVectorField(null=True)
    internal = SearchVectorField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "part"], name="a_part_of_a_case_is_indexed_once")]
        # The indexes of both vectors stand in a migration: Django has no words for those of a function.

    def __str__(self) -> str:
        return f"{self.case_id}:{self.part}"
