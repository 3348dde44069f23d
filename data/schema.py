"""The shared store's tables, as SQLAlchemy Core. ``docs/store.md`` is the contract for other writers.

Two clocks: ``effective_at`` is the civil time in Asia/Shanghai at which something happened,
``recorded_at`` the UTC time at which the store learned it. Both are stored without an offset.
Everything an item was or is follows from ``item_event``; columns of ``item`` that repeat it are
there for reading lists and are rewritten by the same transaction that appends the events.
"""

from data.tables.base import metadata
from data.tables.campaigns import assignment, campaign, department, round_, team, term
from data.tables.contests import (
    contest,
    contest_ballot,
    contest_change,
    contest_criterion,
    contest_entry,
    contest_judge,
    contest_score,
)
from data.tables.exports import export_log, export_release, export_state
from data.tables.imports import import_batch, import_original, import_profile, published_fact, rollup, rollup_stale, store_version
from data.tables.items import extension, item, item_department, item_event, item_link, milestone, verification
from data.tables.meetings import (
    dispatch_order,
    dispatch_order_event,
    dispatch_order_item,
    escalation,
    playlist,
    snapshot,
    snapshot_answer,
    wall,
    warning_mark,
)
from data.tables.objects import check_, object_
from data.tables.places import peer_group, peer_group_member, region, region_alias, region_boundary, region_edge
from data.tables.rankings import appeal, indicator_series, indicator_value, period_lock, scheme, score_event
from data.tables.waters import place_batch, place_origin, section_quality, track, water_body, zone, zone_flag

__all__ = [
    "appeal",
    "assignment",
    "campaign",
    "check_",
    "contest",
    "contest_ballot",
    "contest_change",
    "contest_criterion",
    "contest_entry",
    "contest_judge",
    "contest_score",
    "department",
    "dispatch_order",
    "dispatch_order_event",
    "dispatch_order_item",
    "escalation",
    "export_log",
    "export_release",
    "export_state",
    "extension",
    "import_batch",
    "import_original",
    "import_profile",
    "indicator_series",
    "indicator_value",
    "item",
    "item_department",
    "item_event",
    "item_link",
    "metadata",
    "milestone",
    "object_",
    "peer_group",
    "peer_group_member",
    "period_lock",
    "place_batch",
    "place_origin",
    "playlist",
    "published_fact",
    "region",
    "region_alias",
    "region_boundary",
    "region_edge",
    "rollup",
    "rollup_stale",
    "round_",
    "scheme",
    "score_event",
    "section_quality",
    "snapshot",
    "snapshot_answer",
    "store_version",
    "team",
    "term",
    "track",
    "verification",
    "wall",
    "warning_mark",
    "water_body",
    "zone",
    "zone_flag",
]
