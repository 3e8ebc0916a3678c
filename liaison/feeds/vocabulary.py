"""The codes with which this room refuses."""

from __future__ import annotations

from enum import StrEnum


class FeedCode(StrEnum):
    """Why a report of a run, or a change of a feed, is not taken."""

    NAME_UNUSABLE = "feed_name_unusable"
    RUN_ID_UNUSABLE = "feed_run_id_unusable"
    TOO_MANY = "feed_too_many"
    IN_THE_FUTURE = "feed_moment_in_the_future"
    TOO_OLD = "feed_run_too_old"
    ENDS_BEFORE_IT_BEGINS = "feed_run_ends_before_it_begins"
    NUMBER_UNUSABLE = "feed_number_unusable"
    MORE_THAN_ALL = "feed_more_than_all_entities"
    TOO_MANY_TYPES = "feed_too_many_types"
    TYPE_UNUSABLE = "feed_type_unusable"
    INTERVAL_UNUSABLE = "feed_interval_unusable"
