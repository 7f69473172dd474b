"""A daily series in the simulated Google, and its dates as `instances` lists them."""

from support.gcal import Gcal, Json, Value, a_body, parsed

ID = "series"
SECOND, THIRD = "series_20261202T080000Z", "series_20261203T080000Z"
FOURTH = "series_20261204T080000Z"
FOUR_KEYS = ["etag", "id", "kind", "status"]
FIVE = "RRULE:FREQ=DAILY;COUNT=5"


def a_series(anna: Gcal, **fields: Value) -> Json:
    body = {"id": ID, "recurrence": [FIVE], "summary": "Daily", **fields}
    return anna.inserted(a_body(**body), sendUpdates="none")


def instances(who: Gcal, id_: str = ID, **query: Value) -> list[Json]:
    path = f"calendars/primary/events/{id_}/instances"
    items: list[Json] = parsed(who.call("GET", path, **query))["items"]
    return items


def days(who: Gcal, id_: str = ID) -> list[str]:
    rows = instances(who, id_)
    return [(row["start"].get("date") or row["start"]["dateTime"])[8:10] for row in rows]
