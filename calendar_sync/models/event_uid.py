from django.db import models

from calendar_sync.security import rules


class EventUidQuerySet(models.QuerySet["EventUid"]):
    def visible_to(self, user: rules.Person) -> "EventUidQuerySet":
        return self.filter(rules.of_event(user))


USER, DATES, LOOK = "user:", "date:", "look"
"""Beginnings of realms, and one."""

Manager = models.Manager.from_queryset(EventUidQuerySet)


class Names(Manager["EventUid"]):
    def get_queryset(self) -> EventUidQuerySet:
        return EventUidQuerySet(self.model, using=self._db).exclude(realm=LOOK)


class EventUid(models.Model):
    """An identity of an event; a meeting has many UIDs over its life (RFC 5545 §3.8.4.7).

    `realm` is empty for meetings. The user's realm (`user_realm`) holds private events, and
    meetings whose UID is borne by somebody else's event with which they do not agree. `date_realm`
    holds single dates of a series that is not here itself, under its UID.

    In the realm LOOK stands no UID, but what tells one meeting from another by its looks: where a
    provider hides the UID, two imports at once meet here. Only `with_looks` shows these rows.
    """

    uid = models.TextField()
    realm = models.CharField(max_length=32, blank=True)
    event = models.ForeignKey("calendar_sync.Event", models.CASCADE, related_name="uids")
    provider = models.CharField(max_length=16, blank=True)  # who gave it; empty: we did
    # Of a former organizer's object: what arrives under it concerns its own link only.
    retired = models.BooleanField(default=False)
    # Of a mirror of the event: what arrives under it is no copy of the meeting.
    mirror = models.BooleanField(default=False)

    objects = Names()
    with_looks = EventUidQuerySet.as_manager()

    class Meta:
        verbose_name = "UID"
        constraints = [models.UniqueConstraint(fields=["uid", "realm"], name="event_uid_unique")]

    def __str__(self) -> str:
        return self.uid


def user_realm(user_id: int) -> str:
    return f"{USER}{user_id}"


def date_realm(date: str) -> str:
    """UID and date name one date of a series (RFC 5545 §3.8.4.4)."""
    return f"{DATES}{date}"
