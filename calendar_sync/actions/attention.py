"""Every hold has a door: what waits for a person, why, and how to release it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.archiving import make_anew
from calendar_sync.actions.configuration import capabilities, setups
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.mail_question import LASTS, LASTS_WHILE_PAUSED, Ruling
from calendar_sync.actions.missing_rooms import refused_rooms
from calendar_sync.actions.safety_stops import DOORS, GROUPED, decide
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import Json
from calendar_sync.engine.sync import Guard, LinkState
from calendar_sync.models import Change, DirtyMark, Link
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
CONFLICTS_SHOWN = 50
PUT_BACK = "put-back"
NOT_UNDERSTOOD = "The provider could not make sense of this event."
MAY_NOT_WRITE = "This account may not write in that calendar."
REASONS: Mapping[str, str] = {
    "added_dates": "Outlook can't add single dates to a series.",
    "adopted": "It stood on both sides before they were connected.",
    "answer_cannot_be_taken_back": "Outlook can't take an answer back: say yes, maybe or no.",
    "badRequest": NOT_UNDERSTOOD,
    "badrequest": NOT_UNDERSTOOD,
    "brake_rewritten": "Too many events got another title or time there: nothing was changed here.",
    "brake_vanished": "Too many events vanished there within a day: nothing was deleted here.",
    "byday": "Outlook has no pattern for its days of the week.",
    "byhour": "The provider has no form for its times of day.",
    "bymonth": "Outlook can't leave months out of a daily or weekly series.",
    "bymonthday": "Outlook has no pattern for its days of the month.",
    "bysetpos": "Outlook counts only the first four days of a kind, and the last.",
    "byweekno": "Outlook has no pattern for weeks of the year.",
    "byyearday": "Outlook has no pattern for days of the year.",
    "cancelled_by_deletion": "Outlook cancels a meeting only by deleting it.",
    "cannotChangeOrganizer": "Its organizer can't be changed there.",
    "cannotChangeOrganizerOfInstance": "Its organizer can't be changed there.",
    "cannotUseDefaultRemindersAndSpecifyOverride": "Google doesn't take its reminders like this.",
    "date_cannot_be_restored": "Outlook can't bring back a date that was taken out of a series.",
    "date_missing": "The series has no such date there.",
    "ended_long_ago": "It ended long ago and vanished there: it is kept here.",
    "erroraccessdenied": MAY_NOT_WRITE,
    "errorinvalididmalformed": "The provider doesn't know this event by its name any more.",
    "errorinvalidparameter": NOT_UNDERSTOOD,
    "errorinvalidrecipients": "The provider doesn't take the address of a guest.",
    "errorinvalidrequest": NOT_UNDERSTOOD,
    "errormessagesizeexceeded": "It is larger than Outlook takes.",
    "erroroccurrencecrossingboundary": "A date can't be moved past the one before or after it.",
    "erroroccurrencetimespantoobig": "Its dates last longer than Outlook allows.",
    "errorpropertyvalidationfailure": NOT_UNDERSTOOD,
    "errorrecurrenceenddatetoobig": "Its series ends later than Outlook allows.",
    "errorrecurrencehasnooccurrence": "Its rule yields no date.",
    "eventDurationExceedsLimit": "It lasts longer than Google allows.",
    "eventRemindersCountExceedsLimit": "It has more reminders than Google takes.",
    "eventTypeRestriction": "Only the main calendar of a work account at Google has such events.",
    "excluded_rule": "The provider may not understand the rule that leaves dates out.",
    "extensionerror": "The server of this mailbox refused it.",
    "floating_time": "The provider takes no time without a time zone.",
    "forbidden": "The provider doesn't allow this in that calendar.",
    "forbiddenForNonOrganizer": "Only the organizer may change this.",
    "forbiddenForServiceAccounts": "This account may not invite guests.",
    "href_missing": "The event has no copy there yet.",
    "invalid": NOT_UNDERSTOOD,
    "invalidrequest": NOT_UNDERSTOOD,
    "mail_limit": "Not sent yet: only so many people are mailed in one sync, and in one day.",
    "malformedFocusTimeEvent": "Google doesn't take focus time like this.",
    "malformedOutOfOfficeEvent": "Google doesn't take an absence like this.",
    "malformedWorkingLocationEvent": "Google doesn't take a working location like this.",
    "moved": "It was made anew there.",
    "no_time": "The event has no time.",
    "not_applied": "The provider accepted the change and did not make it.",
    "not_invited": "This account is not invited, so it can't answer.",
    "not_settling": "It was written there again and again although nobody changed it.",
    "out_of_range": "The provider doesn't keep dates so far away.",
    "parseError": NOT_UNDERSTOOD,
    "put_back": "Moved at its copy there: put back, for it is somebody else's meeting.",
    "recurrence_unreadable": "Its rule can't be read.",
    "released": "Somebody let it through the safety stop.",
    "removed_there": "It was made here, and removed at the provider: it is still here.",
    "requestbodyread": NOT_UNDERSTOOD,
    "required": NOT_UNDERSTOOD,
    "requiredAccessLevel": MAY_NOT_WRITE,
    "series": "It is one date of a series that this account can't read.",
    "several_months": "Outlook has no pattern for its months.",
    "several_rules": "The provider holds one rule per series.",
    "short_months": "Outlook would move it in shorter months, where its rule leaves them out.",
    "start_not_on_rule": "Its first date does not follow its rule.",
    "timeRangeEmpty": "It ends before it begins.",
    "timezonenotsupportedexception": "Outlook doesn't know its time zone.",
    "too_many_dates": "Outlook counts up to 999 dates of a series.",
    "too_many_guests": "More guests than the provider takes: Outlook 500, Google 200 or 300.",
    "too_many_incarnations": "The provider says that this event exists already, but hides it.",
}
"""Why one event was refused or stopped, in words; docs/errors.md lists them all."""


def named(text: str, label: str) -> str:
    """Words about any provider, about this one."""
    return text.replace("The provider", label).replace("the provider", label)


@dataclass(frozen=True)
class Item:
    """`kind` is held, refused, parked or conflict; `doors` are the choices that release it."""

    kind: str
    link_id: int
    event_id: int
    title: str
    label: str
    text: str
    people: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    lost: Mapping[str, Json] = field(default_factory=dict)  # of a conflict: what gave way


def attention_items(user: User) -> list[Item]:
    """What waits for this person, newest first; what a safety stop groups is not among it."""
    check_access(user, CONNECTION, "read")
    links = Link.objects.visible_to(user).open().needing_attention().exclude(guard__in=GROUPED)
    links = links.exclude(state=LinkState.ASKED.value)  # `actions.conflicts` asks
    rows = links.select_related("entry__event", "pairing__credential").order_by("-pk")
    return [_item(row) for row in rows] + _conflicts(user)


def attention_count(user: User) -> int:
    """In one statement."""
    links = Link.objects.visible_to(user).open().needing_attention().values("pk")
    return links.union(refused_rooms(user).values("pk"), all=True).count()


def release(
    user: User,
    link_id: int,
    choice: str,
    now: datetime,
    people: Collection[str] | None = None,
) -> None:
    """Open the door: send, silent or keep-here for a hold; retry for what was refused or does not
    settle; apply or keep for one event of a safety stop, and put-back for what was only removed
    there. What was stopped is read again first.

    `people`: whom the person was told it would mail; raises ActionRefused if it is more by now.
    """
    check_access(user, CONNECTION, "write")
    with transaction.atomic():
        rows = Link.objects.visible_to(user).open().needing_attention().filter(pk=link_id)
        link = rows.select_for_update(no_key=True, of=("self",)).first()
        if link is None:
            raise NotVisible
        if choice not in _doors(link):
            raise ActionRefused("no_such_choice", "That is not possible for this event.")
        if people is not None and not {*(link.hold or {}).get("recipients", ())} <= {*people}:
            raise ActionRefused("changed_meanwhile", "It would mail others by now: look again.")
        if choice in DOORS:
            decide([link], choice, now)
            return
        if choice == PUT_BACK:
            make_anew(link.entry.event, user, Ruling(), now)
            notify()
            return
        if link.state == LinkState.PARKED.value:
            link.state = LinkState.IN_DOUBT.value
        if choice == "retry":
            link.refusal = None
        else:
            link.consent = _consent(link, Choice(choice), now).to_json()
        link.save(update_fields=["state", "refusal", "consent"])
        DirtyMark.objects.create(link=link)
        notify()


def _consent(link: Link, choice: Choice, now: datetime) -> Consent:
    hold: dict[str, Any] = link.hold or {}
    paused = setups()[link.pairing.credential.provider].paused
    until = now + (LASTS_WHILE_PAUSED if paused else LASTS)
    return Consent(choice, frozenset(hold["recipients"]), frozenset(hold["keys"]), until)


def _doors(link: Link) -> tuple[str, ...]:
    if link.state == LinkState.REFUSED.value or link.guard == Guard.NOT_SETTLING.value:
        return ("retry",)
    if link.guard in GROUPED:
        return DOORS
    if link.guard == Guard.REMOVED.value:
        return (PUT_BACK, "keep", "apply")
    if (link.hold or {}).get("action") == Action.ANSWER.value:
        return ("send",)
    silent = capabilities(link.pairing.credential.provider).silent_writes
    return ("send", "silent" if silent else "keep-here")


def _item(link: Link) -> Item:
    label = PROVIDERS[link.pairing.credential.provider].label
    event = link.entry.event_id
    if link.state == LinkState.REFUSED.value:
        code = str((link.refusal or {}).get("code", ""))
        text = named(REASONS.get(code, f"{label} answered “{code}”."), label)
        return Item("refused", link.pk, event, link.title, label, text, doors=_doors(link))
    hold: dict[str, Any] = link.hold or {"recipients": [], "action": ""}
    people = tuple(hold["recipients"])
    if link.guard:
        text = _why_parked(link, label)
        doors = _doors(link)
        return Item("parked", link.pk, event, link.title, label, text, people, doors)
    guests = f"{len(people)} guests" if len(people) != 1 else "1 guest"
    verb = "Not cancelled at" if hold["action"] == "delete" else "Not sent to"
    kept = link.consent and link.consent.get("choice") == Choice.KEEP_HERE.value
    text = (
        f"Not in {label}: you kept it here."
        if kept
        else f"{verb} {label} because it would mail {guests}."
    )
    return Item("held", link.pk, event, link.title, label, text, people, _doors(link))


def _why_parked(link: Link, label: str) -> str:
    if link.guard != Guard.MAIL_LIMIT.value:
        return named(REASONS[link.guard], label)
    limit = "only so many people are mailed in one sync, and in one day"
    return f"Not sent to {label} yet, because {limit}. It would mail"


def _conflicts(user: User) -> list[Item]:
    """Values that lost against the other side; they are kept with the run."""
    rows = Change.objects.visible_to(user).filter(what="conflict").order_by("-pk")
    found = rows.select_related("run__credential")[:CONFLICTS_SHOWN]
    return [
        Item(
            "conflict",
            row.link_id or 0,
            row.event_id or 0,
            row.title or str(row.before.get("summary") or ""),
            PROVIDERS[row.run.credential.provider].label,
            REASONS.get(row.code, "Changed on both sides."),
            lost=row.before,
        )
        for row in found
    ]
