"""A link here and an object there, as a run sees them."""

from __future__ import annotations

from datetime import UTC, datetime

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.pending import Attempt, LinkKey
from calendar_sync.engine.policy import SyncPolicy
from calendar_sync.engine.sync import (
    CopyRole,
    ETag,
    Href,
    Link,
    LinkState,
    LinkView,
    Resource,
    Work,
)
from support.builders import ANNA

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WORK = Work("namespace", None, SyncPolicy(), frozenset({ANNA}), ())


def there(href: str, obj: CalendarObject, key: str = "", *, organized: bool = True) -> Resource:
    return Resource(Href(href), ETag("1"), obj, organized, NOW, key)


def here(
    obj: CalendarObject,
    href: str | None = None,
    role: CopyRole = CopyRole.HOME,
    state: LinkState = LinkState.DIRTY,
    attempt: Attempt | None = None,
) -> LinkView:
    name = Href(href) if href else None
    link = Link(LinkKey(f"link-{obj.uid}"), obj.uid, name, state=state, attempt=attempt)
    return LinkView(link, role, obj, NOW, uids=frozenset({obj.uid}))
