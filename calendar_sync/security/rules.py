"""Who may see which rows; deny by default.

Each rule is a condition for one kind of row, given a person. A person sees an event if he organizes
it, has it in a calendar of his, or is invited to it; what belongs to an event, a calendar or a
connection is seen with it. Administrators see connections and runs of everybody, which tell no
content, and nothing else that is not theirs.
"""

from typing import Any, Protocol

from django.apps import apps
from django.db.models import Exists, OuterRef, Q


class Person(Protocol):
    """A user, as far as the rules ask; nobody (no key) sees nothing."""

    @property
    def pk(self) -> Any: ...  # noqa: ANN401 - as Django declares it


def addresses_of(user: Person) -> Q:
    return Q(user=_key(user))


def tokens_of(user: Person) -> Q:
    return Q(user=_key(user))


def calendars_of(user: Person) -> Q:
    return Q(owner=_key(user))


def of_calendar(user: Person) -> Q:
    return Q(calendar__owner=_key(user))


def events_of(user: Person) -> Q:
    return _events_of(user, "pk", _entered(user))


def of_event(user: Person) -> Q:
    return _events_of(user, "event", _entered(user))


def guests_of(user: Person) -> Q:
    """Of what he is invited to as a whole; where guests do not see each other, himself."""
    hidden = ~Q(event__components__contains={"guests-modify": True})
    hidden &= Q(event__components__contains={"guests-see": False})
    known = Q(event__organizer_user=_key(user)) | Q(user=_key(user)) | ~hidden
    return _events_of(user, "event", _entered(user).filter(scope=[])) & known


def occurrences_of(user: Person) -> Q:
    """Of what he is invited to on some dates only, these dates."""
    entries = _entered(user)
    dates = entries.filter(event=OuterRef("event"), scope__contains=[OuterRef("date")])
    return _events_of(user, "event", entries.filter(scope=[])) | Q(Exists(dates))


def of_entry(user: Person) -> Q:
    return Q(entry__calendar__owner=_key(user))


def of_link(user: Person) -> Q:
    return Q(link__entry__calendar__owner=_key(user))


def credentials_for(user: Person) -> Q:
    return Q(user=_key(user)) | _is_administrator(user)


def of_credential(user: Person) -> Q:
    return Q(credential__user=_key(user)) | _is_administrator(user)


def of_pairing(user: Person) -> Q:
    return Q(pairing__credential__user=_key(user)) | _is_administrator(user)


def contacts_for(user: Person) -> Q:
    """The address book of the organization: everybody's who works in it."""
    return Q(Exists(_rows("base", "User").filter(pk=_key(user), is_active=True)))


def of_own_credential(user: Person) -> Q:
    return Q(credential__user=_key(user))


def of_run(user: Person) -> Q:
    return Q(run__credential__user=_key(user))


def of_preview(user: Person) -> Q:
    return Q(preview__credential__user=_key(user))


def remote_calendars_of(user: Person) -> Q:
    pairings = _rows("calendar_sync", "Pairing").filter(credential__user=_key(user))
    return Q(Exists(pairings.filter(remote_calendar=OuterRef("pk"))))


def by_everybody(user: Person) -> Q:
    """What belongs to the organization: whoever may log in."""
    return Q(Exists(_rows("base", "User").filter(pk=_key(user))))


def _entered(user: Person) -> Any:  # noqa: ANN401 - models stand above security
    return _rows("calendar_sync", "Entry").filter(calendar__owner=_key(user), deleted_at=None)


def _events_of(user: Person, key: str, entered: Any) -> Q:  # noqa: ANN401 - as above
    """Sub-queries, not joins: a row is never found twice."""
    organized = _rows("calendar_sync", "Event").filter(organizer_user=_key(user))
    invited = _rows("calendar_sync", "Attendee").filter(user=_key(user))
    return (
        Q(Exists(organized.filter(pk=OuterRef(key))))
        | Q(Exists(entered.filter(event=OuterRef(key))))
        | Q(Exists(invited.filter(event=OuterRef(key))))
    )


def _is_administrator(user: Person) -> Q:
    return Q(Exists(_rows("base", "User").administrators().filter(pk=_key(user))))


def _key(user: Person) -> Any:  # noqa: ANN401 - as Django declares it
    """0 is nobody's key; None would ask for rows without a user, which are not nobody's."""
    return 0 if user.pk is None else user.pk


def _rows(app: str, model: str) -> Any:  # noqa: ANN401 - models stand above security
    return apps.get_model(app, model).objects.all()
