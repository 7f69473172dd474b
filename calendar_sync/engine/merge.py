"""Three-way merge of one object, property by property. Pure.

The base is a pair (ours, theirs) per property, agreed to be equal. Changed here means
ours ≠ base.ours, changed there means theirs ≠ base.theirs; so a provider's rewriting of
HTML, zones or names is no change at all (docs/decisions/merge-base.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .asking import question_of
from .capabilities import EVERYTHING, Capabilities
from .conferences import granted, is_wish, outcome
from .dates import cut_off
from .equivalence import equivalent
from .guest_copies import GUESTS, as_declined, has_lost, is_declined, left_out, takes_place
from .guests import guest_of
from .masks import Mirrored
from .policy import Direction, Side
from .properties import (
    ANSWER,
    AT,
    ATTENDEE,
    BY_GUESTS,
    CANCELLED,
    NOTHING,
    Json,
    Properties,
    family,
    is_guest_key,
    is_overlay,
    is_whole_date,
    on_which,
)
from .recurrence import UnreadableRecurrence
from .sync import Base, CopyRole, Guests, LocalPatch


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed `key`; `lost` is the value that did not win."""

    key: str
    lost: Json
    lost_here: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """Inward patches, outward changes, base moves for what is equal already, conflicts.

    `questions` are left for a person; their properties move nowhere.
    """

    patches: tuple[LocalPatch, ...] = ()
    changes: Properties = field(default_factory=dict)
    moves: Base = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.patches or self.changes or self.moves)


_NEVER_WRITTEN = frozenset({"organizer", "proposal"})
"""Another one is another meeting; another time is proposed by an answer."""

NOWHERE = (CopyRole.RETIRED, CopyRole.REPLACED)
"""Roles of a copy that nothing is taken from or brought to any more."""


@dataclass(frozen=True, slots=True)
class Movable:
    """Which properties may move, for one copy (the table of DESIGN §4).

    `owner` are the addresses whose answer this copy gives, `side` is what it can hold, and
    `kept_back` are guests who are not sent. What holds for a property of a series holds for that
    of a single date. `modifies`: the organizer, who is nobody here, lets his guests change the
    meeting, this one's side lets them, too, and its owner has done so. `absent`: dates that neither
    this copy nor any other guest's has; None: there is no other. `alone`: what copies of one date
    alone say, as in `LinkView`.
    """

    role: CopyRole
    owner: frozenset[str]
    guests: Guests = Guests.SHARED
    outranked: frozenset[str] = frozenset()
    side: Capabilities = EVERYTHING
    direction: Direction = Direction.BOTH
    modifies: bool = False
    kept_back: frozenset[str] = frozenset()
    mirror: Mirrored | None = None
    absent: frozenset[str] | None = None
    alone: Mapping[str, bool] = field(default_factory=dict)

    def inward(self, key: str) -> bool:
        """May a change there reach us?"""
        if self.direction is Direction.TO_PROVIDER or self.role in NOWHERE:
            return False
        if self.role is CopyRole.MIRROR:
            return self.mirror is not None and self.mirror.takes(key)
        answering = _answering(key)
        if answering in self.owner:
            return self.role is not CopyRole.HOME
        if self.role in (CopyRole.ATTENDEE, CopyRole.PERSONAL):
            return is_overlay(key) or self.calls_off(on_which(key)[0])
        return answering not in self.outranked

    def calls_off(self, date: str) -> bool:
        """Whether a date that this copy leaves out is called off, and not only declined."""
        takes_place = self.alone.get(date)
        if self.role is CopyRole.ATTENDEE or takes_place:
            return False
        if self.absent is None:
            marked = self.role is CopyRole.WITNESS and self.side.marks_called_off
            return marked or takes_place is False
        return date in self.absent

    def awaits(self, key: str) -> bool:
        """Would a change there reach us, if the pairing were kept in step both ways?"""
        one_way = self.direction is Direction.TO_PROVIDER
        return one_way and replace(self, direction=Direction.BOTH).inward(key)

    def outward(self, key: str) -> bool:
        """May a change here reach them?"""
        if self.role is CopyRole.READ_ONLY or self.role in NOWHERE:
            return False
        if self.direction is Direction.FROM_PROVIDER:
            return False
        if family(key) in _NEVER_WRITTEN or not self.side.can_hold(key):
            return False
        answering = _answering(key)
        if self.role is CopyRole.HOME:
            if is_guest_key(key) and self.guests is Guests.WITHHELD:
                return False
            return not answering and guest_of(key) not in self.kept_back
        if self.role is CopyRole.WITNESS and self.modifies and family(key) in BY_GUESTS:
            return guest_of(key) not in self.kept_back
        if self.role is CopyRole.MIRROR and not is_guest_key(key):
            return True
        return is_overlay(key) or answering in self.owner

    def come(self, key: str, ours: Json, theirs: Json) -> Json:
        """Our value once theirs has come in."""
        return outcome(key, ours, self.side.lifted(key, ours, theirs))

    def asks(self, key: str) -> bool:
        """Whether a change there alone already waits for a person's word."""
        return self.mirror is not None and self.mirror.asks(key)

    def puts_back(self, key: str) -> bool:
        return self.mirror is not None and self.mirror.puts_back(key)


def _answering(key: str) -> str:
    """Whose answer `key` is, in general or on one date; "" if it is none."""
    name = on_which(key)[1]
    return name.removeprefix(ANSWER) if name.startswith(ANSWER) else ""


Winner = Callable[[str], "Side | None"]
"""Who wins a conflict, by its question (a property, or a disputed date); None: nobody yet."""


def merge(
    base: Base,
    ours: Properties,
    theirs: Properties,
    movable: Movable,
    theirs_win: bool,
    winners: Mapping[str, Side] | None = None,
) -> Merge:
    """Bring both together over `base`; `winners` decide conflicts or ask, else `theirs_win`."""
    patches: list[LocalPatch] = []
    changes: dict[str, Json] = {}
    moves: dict[str, tuple[Json, Json]] = {}
    conflicts: list[Conflict] = []
    questions: set[str] = set()
    wins = _winner(winners, theirs_win=theirs_win)
    theirs = _as_told_by_a_guest(ours, theirs, movable)
    base = granted(base, ours, theirs)
    moved = _Moved(base, ours, theirs, movable)
    deciding = _deciding_sides(moved, wins)
    for key in sorted({*base, *ours, *theirs}):
        our, their = ours.get(key), theirs.get(key)
        comes, goes, asked = _way(key, moved, deciding, wins)
        if (comes or goes or asked) and movable.side.projected(key, our) == their:
            moves[key] = (our, their)
        elif asked:
            questions.add(question_of(key, deciding))
        elif comes:
            patches.append(LocalPatch(key, our, movable.come(key, our, their), their))
            if _is_lost(key, our, their, base):
                conflicts.append(Conflict(key, our, lost_here=True))
        elif goes:
            changes[key] = our
            conflicts += [Conflict(key, their, lost_here=False)] if moved.there(key) else []
        elif their != base.get(key, NEVER)[1] and not movable.awaits(key):
            # may not come in: remember what stands there, a later write has to carry it
            moves[key] = (base.get(key, NEVER)[0], their)
    changes = _whole_guests(changes)
    conflicts += _without_cut_dates(patches, changes, ours, theirs)
    kept = tuple(patch for patch in patches if patch.key not in changes)
    return Merge(kept, changes, moves, tuple(conflicts), tuple(sorted(questions)))


def _winner(winners: Mapping[str, Side] | None, *, theirs_win: bool) -> Winner:
    rule = Side.THERE if theirs_win else Side.HERE
    return (lambda _: rule) if winners is None else winners.get


def _as_told_by_a_guest(ours: Properties, theirs: Properties, movable: Movable) -> Properties:
    """A date that a guest's copy leaves out, and ours does not: mostly he has declined it."""
    if movable.role not in GUESTS:
        return theirs
    gone = left_out(theirs) - left_out(ours)
    declined = {date for date in gone if not movable.calls_off(date)}
    return as_declined(theirs, declined, movable.owner) if declined else theirs


NEVER: tuple[Json, Json] = (None, None)


@dataclass(frozen=True, slots=True)
class _Moved:
    """What changed since the base, as far as it may move."""

    base: Base
    ours: Properties
    theirs: Properties
    movable: Movable

    def here(self, key: str) -> bool:
        if _answering(key) and self.ours.get(key) == NOTHING:
            return False  # no guest of that date: nobody to answer
        return self.ours.get(key) != self.base.get(key, NEVER)[0] and self.movable.outward(key)

    def there(self, key: str) -> bool:
        if self.theirs.get(key) == self.base.get(key, NEVER)[1]:
            return False
        comes = self.movable.inward(key) or self._is_uninvited(guest_of(key))
        return comes and not self._is_left_out(key)

    def _is_uninvited(self, guest: str) -> bool:
        """Another guest's copy does not list him any more, and he is not coming anyhow."""
        role, direction = self.movable.role, self.movable.direction
        if not guest or role is not CopyRole.PERSONAL or direction is Direction.TO_PROVIDER:
            return False
        return is_declined(self.ours, guest) and has_lost(self.base, self.theirs, guest)

    def _is_left_out(self, key: str) -> bool:
        """A date that is taken out of a mirror is unwanted there, and says nothing else."""
        if self.movable.role is not CopyRole.MIRROR or not key.startswith(AT):
            return False
        return self.theirs.get(AT + on_which(key)[0]) == CANCELLED


def _is_lost(key: str, our: Json, their: Json, base: Base) -> bool:
    """Changed here, too, also where it may not go there.

    How an organizer is named is for the provider's directory to say.
    """
    if family(key) == "organizer" and isinstance(our, list) and isinstance(their, list):
        return bool(our[0] != their[0])
    return our != base.get(key, NEVER)[0]


def _way(
    key: str, moved: _Moved, deciding: Mapping[str, Side | None], wins: Winner
) -> tuple[bool, bool, bool]:
    """Whether a property comes here, goes there, or waits for a person."""
    date = on_which(key)[0]
    if date in deciding:
        winner = deciding[date]
        comes = winner is Side.THERE and moved.movable.inward(key)
        goes = winner is Side.HERE and moved.movable.outward(key)
        return comes, goes, winner is None
    here, there = moved.here(key), moved.there(key)
    if there and moved.movable.puts_back(key):
        return False, True, False
    if not (here and there) and not (there and moved.movable.asks(key)):
        return there, here, False
    winner = wins(key)
    return winner is Side.THERE, winner is Side.HERE, winner is None


def _deciding_sides(moved: _Moved, wins: Winner) -> dict[str, Side | None]:
    """For each date that one side leaves out and the other does not: whose word counts, if any.

    Such a date cannot be merged property by property: it takes place, or it does not.
    """
    ours, theirs = moved.ours, moved.theirs
    dates = _disputed_dates(ours, theirs)
    changed_here, changed_there = set(), set()
    for key in {*moved.base, *ours, *theirs} if dates else ():
        date = on_which(key)[0]
        if date in dates:
            changed_here |= {date} if moved.here(key) else set()
            changed_there |= {date} if moved.there(key) else set()
    sides: dict[str, Side | None] = dict.fromkeys(changed_here, Side.HERE)
    sides |= dict.fromkeys(changed_there, Side.THERE)
    both = changed_here & changed_there
    if moved.movable.role is CopyRole.MIRROR:
        return sides | dict.fromkeys(both, Side.HERE)
    return sides | {date: wins(AT + date) for date in both}


def _disputed_dates(ours: Properties, theirs: Properties) -> set[str]:
    return {
        on_which(key)[0]
        for key in {*ours, *theirs}
        if key.startswith(AT) and not on_which(key)[1] and ours.get(key) != theirs.get(key)
    }


def adopt(ours: Properties, theirs: Properties, movable: Movable) -> Merge:
    """Join two objects that never met: equal settles, empty is filled, else the home wins.

    The remote copy is the home or nearer to it, so its value wins; ours is kept as a conflict.
    The caller withholds guests whom only we know, so joining never mails anybody.
    """
    patches: list[LocalPatch] = []
    changes: dict[str, Json] = {}
    moves: dict[str, tuple[Json, Json]] = {}
    conflicts: list[Conflict] = []
    dates = _disputed_dates(ours, theirs) & {on_which(key)[0] for key in theirs}
    back = takes_place(ours, theirs) if movable.role is CopyRole.PERSONAL else ()
    for key in sorted({*ours, *theirs}):
        our, their = ours.get(key), theirs.get(key)
        if is_whole_date(key) and on_which(key)[0] in back:
            patches.append(LocalPatch(key, our, None, None))
        elif equivalent(key, movable.side.projected(key, our), their):
            moves[key] = (our, their)
        elif their is None and on_which(key)[0] not in dates:
            if is_overlay(key) and theirs.get(on_which(key)[1]) == our:
                moves[key] = (our, their)  # as his series says there
            elif movable.outward(key):
                changes[key] = our
        elif movable.inward(key):
            patches.append(LocalPatch(key, our, movable.come(key, our, their), their))
            if our is not None and movable.outward(key) and not is_wish(key, our):
                conflicts.append(Conflict(key, our, lost_here=True))
        else:
            moves[key] = (our, their)
    return Merge(tuple(patches), changes, moves, tuple(conflicts))


RULE = frozenset({"recurrence", "when"})


def _without_cut_dates(
    patches: list[LocalPatch], changes: dict[str, Json], ours: Properties, theirs: Properties
) -> list[Conflict]:
    """What one side says of dates that the other has just cut off: the rule has the last word.

    Brought over, such a date would stand beside the series as one more. It is lost, and told.
    """
    lost = []
    for key in sorted(_cut_off(patches, changes, ours, theirs)):
        our, their, here = ours.get(key), theirs.get(key), key in changes
        lost.append(Conflict(key, our if here else their, lost_here=here))
        if here:
            del changes[key]
            patches.append(LocalPatch(key, our, their, their))
        else:
            changes[key] = our
    return lost


def _cut_off(
    patches: Sequence[LocalPatch], changes: Properties, ours: Properties, theirs: Properties
) -> set[str]:
    come = {patch.key for patch in patches}
    told = {key for key in (come if changes.keys() & RULE else set()) if key.startswith(AT)}
    told |= {key for key in (changes if come & RULE else ()) if key.startswith(AT)}
    merged = {key: (ours if key in changes else theirs).get(key) for key in RULE}
    if not told or merged["when"] is None:  # deleted on one side
        return set()
    try:
        cut = cut_off(merged, {on_which(key)[0] for key in told})
    except UnreadableRecurrence:
        return set()
    return {key for key in told if on_which(key)[0] in cut}


def _whole_guests(changes: dict[str, Json]) -> dict[str, Json]:
    """A guest removed here takes the answer along, also one he gives there meanwhile."""
    for key in [key for key in changes if key.startswith(ATTENDEE) and changes[key] is None]:
        changes[ANSWER + key.removeprefix(ATTENDEE)] = None
    return changes
