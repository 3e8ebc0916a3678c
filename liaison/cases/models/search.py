"""How cases are found: their words, kept apart by who may read them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from liaison.accounts.models import Account
from liaison.cases.models.cases import Case


class SearchRow(models.Model):
    """A part of a case's words; long cases have several (`part` from 0). Part 0 holds number and title (weight A).

    `shared` holds what everybody who sees the case may read, `internal` what only staff may. One question never asks
    both for somebody who may not read both (W8).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    part = models.PositiveIntegerField()
    shared = SearchVectorField(null=True)
    internal = SearchVectorField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "part"], name="a_part_of_a_case_is_indexed_once")]
        indexes = [
            GinIndex(fields=["shared"], name="search_shared"),
            GinIndex(fields=["internal"], name="search_internal"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.part}"
