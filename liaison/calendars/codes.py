"""Why something is refused in this room. The words stand in `wording.py`."""

from __future__ import annotations

from enum import StrEnum


class RotaCode(StrEnum):
    NAME_UNUSABLE = "rota_name_unusable"
    NAME_TAKEN = "rota_name_taken"
    UNKNOWN_ZONE = "rota_zone_unknown"
    PEOPLE_NEEDED = "rota_people_needed"
    CANNOT_BE_CALLED = "rota_person_cannot_be_called"
    SAME_PERSON_TWICE = "rota_person_twice"
    TOO_MANY_PEOPLE = "rota_too_many_people"
    TOO_MANY_LAYERS = "rota_too_many_layers"
    TURN_OUT_OF_RANGE = "rota_turn_out_of_range"
    DATE_OUT_OF_RANGE = "rota_date_out_of_range"
    HOURS_UNUSABLE = "rota_hours_unusable"
    ENDS_BEFORE_START = "rota_override_ends_before_start"
    IS_OVER = "rota_override_is_over"
    TOO_LONG = "rota_override_too_long"
    PART_OF_SWAP = "rota_override_part_of_swap"
    STRETCH_UNUSABLE = "rota_stretch_unusable"
    YOU_CANNOT_BE_CALLED = "rota_you_cannot_be_called"
    ON_CALL_ALREADY = "rota_on_call_already"


class SwapCode(StrEnum):
    NO_SUCH_TURN = "swap_no_such_turn"
    NOT_YOUR_TURN = "swap_not_your_turn"
    YOUR_OWN_TURN = "swap_your_own_turn"
    HAS_BEGUN = "swap_has_begun"
    IS_SHARED = "swap_turn_is_shared"
    ALREADY_ANSWERED = "swap_already_answered"
    ALREADY_ASKED = "swap_already_asked"


class HolidayCode(StrEnum):
    UNKNOWN_REGION = "holiday_region_unknown"
    DATE_OUT_OF_RANGE = "holiday_date_out_of_range"
    END_NEEDED = "holiday_end_needed"
    END_WITHOUT_HALF_DAY = "holiday_end_without_half_day"
    NOTE_UNUSABLE = "holiday_note_unusable"
    FILE_TOO_LARGE = "holiday_file_too_large"
    FILE_UNREADABLE = "holiday_file_unreadable"
    FILE_TOO_MANY = "holiday_file_too_many"
    FILE_REPEATS = "holiday_file_repeats"
    FILE_LONG_EVENT = "holiday_file_long_event"
    FILE_TAKES_TOO_LONG = "holiday_file_takes_too_long"
    FILE_EMPTY = "holiday_file_empty"
