"""Would saving mail anybody? Asked before the save, answered by a person (DESIGN §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from calendar_sync.actions.configuration import capabilities, setups
from calendar_sync.actions.permissions import home_links, is_running
from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.dates import dates_after
from calendar_sync.engine.drafting import present_values
from calendar_sync.engine.equivalence import equivalent
from calendar_sync.engine.filters import left_out
from calendar_sync.engine.guests import kept_back, rooms
from calendar_sync.engine.mail import Draft, recipients, told_keys
from calendar_sync.engine.merge import Movable
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import Json, Properties, addresses, everybody
from calendar_sync.engine.sync import CopyRole, Guests, LinkState
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import Address, Event, Pairing
from calendar_sync.providers.registry import PROVIDERS

LASTS = timedelta(days=7)
LASTS_WHILE_PAUSED = timedelta(days=1)


@dataclass(frozen=True)
class MailQuestion:
    """Whom the provider would mail. Returned in place of a save that nobody has decided yet.

    `dates`: those of a new series that differ from it; guests get a further mail for each.
    """

    kind: str  # invite, update, cancel
    provider: str
    label: str
    can_be_silent: bool
    updates: tuple[str, ...]
    invitations: tuple[str, ...]
    cancellations: tuple[str, ...]
    summary: str
    paused: bool
    dates: int = 0

    @property
    def choices(self) -> tuple[Choice, Choice]:
        return Choice.SEND, Choice.SILENT if self.can_be_silent else Choice.KEEP_HERE

    @property
    def people(self) -> tuple[str, ...]:
        return (*self.updates, *self.invitations, *self.cancellations)

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True)
class Target:
    """Where an event's changes go, and what the provider there holds of it.

    `ours`: what of it was agreed, in our spelling; anything else has yet to be written there.
    `unsent`: what a person said about mail before, and no write has used up.
    """

    pairing: Pairing
    theirs: Properties
    owner: frozenset[str]
    guests: Guests
    ours: Properties = field(default_factory=dict)
    unsent: Consent | None = None

    def movable(self, values: Mapping[str, Json]) -> Movable:
        """What of these values would go there."""
        sendable = None
        if not policy_of(self.pairing.policy).outside_guests:
            sendable = frozenset(Address.objects.people(everybody(values))) | rooms(values)
        kept = kept_back(values, self.theirs, sendable)
        return Movable(CopyRole.HOME, self.owner, self.guests, kept_back=kept)

    @property
    def provider(self) -> str:
        return self.pairing.credential.provider


def target_of(event: Event) -> Target | None:
    """The home copy that a running connection keeps in step; None: a change mails nobody.

    A stopped connection promises nothing: what is changed meanwhile is silent or held later.
    """
    rows = home_links(event).select_related("pairing__credential", "pairing__calendar")
    for link in rows.exclude(state=LinkState.LEFT_OUT.value):
        if is_running(link.pairing):
            theirs = link.observed or {key: pair[1] for key, pair in link.base.items()}
            owner = Address.objects.of(link.pairing.calendar.owner_id)
            present = {key: value for key, value in theirs.items() if value is not None}
            ours = {key: pair[0] for key, pair in link.base.items()}
            unsent = Consent.from_json(link.consent) if link.consent else None
            return Target(link.pairing, present, owner, Guests(link.guests), ours, unsent)
    return None


def unless_left_out(
    target: Target | None, values: Properties, kind: str, *, apart: bool = False
) -> Target | None:
    """The target, if its filters let the event in as it is going to be; else nobody is mailed."""
    if target is None or apart:
        return None
    filters = policy_of(target.pairing.policy).filters
    return None if left_out(filters, [values], target.owner, kind) else target


def target_of_new(owner_id: int, calendar_id: int | None = None) -> Target | None:
    """Where a new event of this person would go, or one that has to be in a certain calendar."""
    targets = Pairing.objects.for_new_events(owner_id)
    if calendar_id is not None:
        targets = targets.filter(calendar=calendar_id)
    pairing = targets.select_related("credential", "calendar").first()
    if pairing is None or not is_running(pairing):
        return None
    return Target(pairing, {}, Address.objects.of(owner_id), Guests.SHARED)


def guests_going(values: Properties, target: Target | None) -> Guests:
    """How those of a new event go out; where nobody could be asked, they wait for *Invite now*."""
    return Guests.WITHHELD if addresses(values) and target is None else Guests.SHARED


def said_otherwise(
    target: Target | None, before: Properties, changes: Mapping[str, Json]
) -> Mapping[str, Json]:
    """What of a change shows there; for some values a provider has but one word."""
    if target is None:
        return changes
    able = capabilities(target.provider)
    return {
        key: value
        for key, value in changes.items()
        if able.projected(key, value) != able.projected(key, before.get(key))
    }


@dataclass(frozen=True)
class Ruling:
    """What a change comes to: a question to ask, or the consent to record with the save."""

    question: MailQuestion | None = None
    consent: Consent | None = None


def ruling(
    action: Action,
    target: Target | None,
    changes: Mapping[str, Json],
    choice: Choice | None,
    now: datetime,
    summary: str,
    before: Properties | None = None,
) -> Ruling:
    """Whether saving these changes needs an answer, and what the answer given allows.

    `before`: the event as it is. What of it has not been written yet goes out in the same write,
    so whoever that mails is asked about too. An answer that this provider can't carry out is none.
    """
    if target is None:
        return Ruling()
    able = capabilities(target.provider)
    alone = _draft(action, target, changes)
    whole = alone if before is None else _with_unsent(alone, target, before, changes)
    mailed = recipients(whole, target.theirs, target.owner, able)
    told = told_keys(whole, able)
    if not recipients(alone, target.theirs, target.owner, able):
        return Ruling(consent=_carried_on(target.unsent, mailed, told))
    paused = setups()[target.provider].paused
    question = _question(whole, target, mailed, summary, paused=paused)
    if choice not in question.choices:
        return Ruling(question)
    until = now + (LASTS_WHILE_PAUSED if paused else LASTS)
    return Ruling(consent=Consent(choice, mailed, told, until))


def _draft(action: Action, target: Target, changes: Properties) -> Draft:
    """What these changes come to there."""
    movable, able = target.movable(changes), capabilities(target.provider)
    outward = {
        key: value
        for key, value in changes.items()
        if movable.outward(key) and (key in target.theirs or able.projected(key, value) is not None)
    }
    after = {} if action is Action.DELETE else {**target.theirs, **outward}
    return Draft(action, outward, present_values(after))


def _with_unsent(
    alone: Draft, target: Target, before: Properties, changes: Mapping[str, Json]
) -> Draft:
    """The change together with what has yet to be written; one write carries both."""
    able = capabilities(target.provider)
    unsent = {
        key: before.get(key)
        for key in before.keys() | target.ours.keys()
        if before.get(key) != target.ours.get(key)
        and not equivalent(key, able.projected(key, before.get(key)), target.theirs.get(key))
    }
    action = alone.action if target.theirs else Action.CREATE
    return _draft(action, target, {**unsent, **changes})


def _carried_on(
    unsent: Consent | None, mailed: frozenset[str], told: frozenset[str]
) -> Consent | None:
    """An edit that mails nobody by itself, made before a write that was agreed on went out.

    Whoever is told of that is told of this with it; nobody else is.
    """
    if unsent is None or not mailed or not mailed <= unsent.recipients:
        return None
    return replace(unsent, recipients=mailed, keys=told)


def _question(
    draft: Draft, target: Target, mailed: frozenset[str], summary: str, *, paused: bool
) -> MailQuestion:
    before, after = everybody(target.theirs), everybody(draft.target)
    able, is_new = capabilities(target.provider), draft.action is Action.CREATE
    kinds = {Action.CREATE: "invite", Action.DELETE: "cancel"}
    return MailQuestion(
        kind=kinds.get(draft.action, "update"),
        provider=target.provider,
        label=PROVIDERS[target.provider].label,
        can_be_silent=able.silent_writes,
        updates=tuple(sorted(mailed & before & after)),
        invitations=tuple(sorted(mailed & after - before)),
        cancellations=tuple(sorted(mailed & before - after)),
        summary=summary,
        paused=paused,
        dates=dates_after(draft.target, leaves_out=able.leaves_dates_out) if is_new else 0,
    )
