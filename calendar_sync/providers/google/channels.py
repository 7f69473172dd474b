"""Push channels (contract §10): a channel cannot be prolonged, a new one takes its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ...engine.errors import CollectionUnavailable, Retryable
from ..hooks import Hook, Incoming, News, Notice, NotUnderstood, Opened
from ..http import Response, Session
from .errors import error_of, reason_of

LIFE = timedelta(days=7)
UNAUTHORIZED_ADDRESS = "push.webhookUrlUnauthorized"
STATES: Mapping[str, News] = {
    "sync": News.OPENED,
    "exists": News.CHANGED,
    "not_exists": News.CHANGED,  # the calendar is gone, which the next run finds out
}


class GoogleChannels:
    def __init__(self, session: Session, root: str) -> None:
        self._session = session
        self._root = root.rstrip("/")

    def open(self, calendar: str, hook: Hook) -> Opened:
        answer = self._post(
            f"/calendars/{quote(calendar, safe='')}/events/watch",
            {
                "id": hook.key,
                "type": "web_hook",
                "address": hook.address,
                "token": hook.secret,
                "params": {"ttl": str(int(LIFE.total_seconds()))},
            },
        )
        if answer.status != HTTPStatus.OK:
            raise error_of(answer, self._session.clock.now())
        channel = answer.json()
        if not isinstance(channel, dict) or not isinstance(channel.get("resourceId"), str):
            raise Retryable("truncated")
        return Opened(channel["resourceId"], self._end(channel.get("expiration")))

    def renew(self, remote_id: str) -> Opened | None:  # noqa: ARG002 - there is no such call
        return None

    def stop(self, key: str, remote_id: str) -> None:
        answer = self._post("/channels/stop", {"id": key, "resourceId": remote_id})
        if answer.status >= HTTPStatus.BAD_REQUEST:
            error = error_of(answer, self._session.clock.now())
            if not isinstance(error, CollectionUnavailable):
                raise error

    def _end(self, milliseconds: Any) -> datetime:  # noqa: ANN401 -- JSON: text or a number
        """Never later than we asked for."""
        most = self._session.clock.now() + LIFE
        if not str(milliseconds).isdecimal():
            return most
        seconds = min(int(milliseconds) / 1000, most.timestamp())
        return datetime.fromtimestamp(seconds, timezone.utc)

    def _post(self, path: str, body: Mapping[str, Any]) -> Response:
        return self._session.request(
            "POST",
            self._root + path,
            headers={"Content-Type": "application/json; charset=UTF-8"},
            body=json.dumps(body).encode(),
            about_token=lambda answer: reason_of(answer) != UNAUTHORIZED_ADDRESS,
        )


def notice(incoming: Incoming) -> Notice:
    """All that a message says is in its headers. Raises NotUnderstood."""
    headers = incoming.headers
    news = STATES.get(headers.get("X-Goog-Resource-State", ""))
    remote_id, key = headers.get("X-Goog-Resource-ID", ""), headers.get("X-Goog-Channel-ID", "")
    if news is None or not remote_id or not key:
        raise NotUnderstood
    secret = headers.get("X-Goog-Channel-Token", "")
    return Notice(frozenset({news}), frozenset({secret}), frozenset({remote_id}), frozenset({key}))
