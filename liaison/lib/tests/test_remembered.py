"""What is kept in the process is worked out once, and anew when the settings changed."""

from __future__ import annotations

from django.test import override_settings

from liaison.lib.remembered import forget_all, remembered


def test_it_works_out_once_what_it_keeps_and_anew_what_it_forgot() -> None:
    asked: list[int] = []

    @remembered(2)
    def doubled(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [doubled(number) for number in (1, 1, 2, 1, 3, 2)] == [2, 2, 4, 2, 6, 4]
    assert asked == [1, 2, 3, 2]
    forget_all()
    doubled(2)
    with override_settings(OPERATOR_NAME="Somebody else"):
        doubled(2)
    assert asked == [1, 2, 3, 2, 2, 2]
