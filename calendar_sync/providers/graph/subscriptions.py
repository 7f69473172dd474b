"""Subscriptions to changes of a calendar (contract §9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ...engine.errors import CollectionUnavailable, Retryable
from ..hooks import Hook, Incoming, News, Notice, NotUnderstood, Opened
from ..http import Session
from . import errors
from .client import GROUPS, Answer, Call, Client

LIVES = (timedelta(minutes=10_080), timedelta(minutes=4_230))
"""The longest that Graph grants, and what it grants where it does not know the first."""

MARGIN = timedelta(minutes=5)
"""Between its clock and ours: what is too long is refused, not cut."""

LIFECYCLE: Mapping[str, News] = {
    "missed": News.CHANGED,
    "reauthorizationRequired": News.EXPIRING,
    "subscriptionRemoved": News.ENDED,
}
LONGEST_QUESTION = 1_024


class GraphSubscriptions:
    def __init__(self, session: Session, root: str) -> None:
        self._clock = session.clock
        self._client = Client(session, root)

    def open(self, calendar: str, hook: Hook) -> Opened:
        """Both addresses are one, and are asked whether they know of this before it returns.

        Of a group, Graph tells conversations only.
        """
        if calendar.startswith(GROUPS):
            raise CollectionUnavailable("push.group")
        answer = self._for_long(
            "POST",
            "/subscriptions",
            {
                "changeType": "created,updated,deleted",
                "notificationUrl": hook.address,
                "lifecycleNotificationUrl": hook.address,
                "resource": f"me/calendars/{quote(calendar, safe='=')}/events",
                "clientState": hook.secret,
                "latestSupportedTlsVersion": "v1_2",
            },
        )
        return self._opened(answer)

    def renew(self, remote_id: str) -> Opened | None:
        answer = self._for_long("PATCH", _path(remote_id), {})
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return self._opened(answer)

    def stop(self, key: str, remote_id: str) -> None:  # noqa: ARG002 - Graph has its own names
        answer = self._send(Call("DELETE", _path(remote_id)))
        if not answer.ok and answer.status != HTTPStatus.NOT_FOUND:
            raise errors.of_collection(answer.status, answer.code, answer.wait)

    def _for_long(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        """A refusal does not say in its code that the time was too long: the other is tried."""
        answer = Answer(0)
        for life in LIVES:
            end = self._clock.now() + life - MARGIN
            until = {"expirationDateTime": f"{end.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"}
            answer = self._send(Call(method, path, {**body, **until}))
            if answer.status != HTTPStatus.BAD_REQUEST:
                break
        return answer

    def _send(self, call: Call) -> Answer:
        answer = self._client.send([call])[0]
        return answer or Answer(0)

    @staticmethod
    def _opened(answer: Answer) -> Opened:
        if not answer.ok:
            raise errors.of_collection(answer.status, answer.code, answer.wait)
        end, remote_id = answer.body.get("expirationDateTime"), answer.body.get("id")
        try:
            expires_at = datetime.fromisoformat(end)
        except (TypeError, ValueError):
            raise Retryable("truncated") from None
        if not isinstance(remote_id, str) or expires_at.tzinfo is None:
            raise Retryable("truncated")
        return Opened(remote_id, expires_at, answered=True)


def notice(incoming: Incoming) -> Notice:
    """A question, or a list of changes and of what happens to subscriptions.

    Raises NotUnderstood.
    """
    question = incoming.query.get("validationToken", "")
    if question:
        if len(question) > LONGEST_QUESTION:
            raise NotUnderstood
        return Notice(echo=question)
    try:
        items = json.loads(incoming.body)["value"]
        read = [_item(item) for item in items]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotUnderstood from None
    if not read:
        raise NotUnderstood
    news, secrets, remote_ids = zip(*read, strict=True)
    return Notice(frozenset(news), frozenset(secrets), frozenset(remote_ids))


def _item(item: Mapping[str, Any]) -> tuple[News, str, str]:
    """A change without clientState has an empty one, which is nobody's."""
    event = item.get("lifecycleEvent")
    news = News.CHANGED if event is None else LIFECYCLE[event]
    return news, _whole(item.get("clientState") or ""), _whole(item["subscriptionId"])


def _whole(value: Any) -> str:  # noqa: ANN401 -- JSON, which may hold halves of characters
    return str(value).encode(errors="replace").decode()


def _path(remote_id: str) -> str:
    return f"/subscriptions/{quote(remote_id, safe='')}"
