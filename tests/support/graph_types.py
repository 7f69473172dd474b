"""Microsoft Graph's types as the contract lists them: the table, and a reader of values by it.

A row: name, type, and what may be done. W: written; C: only at creation; R: only read (what a
client must not send); N: comes by `$expand` only. `!`: in every answer that is not narrowed.
A type: one of `SCALARS`, a type of this table, words parted by `|`, with `[]` a list of them, with
`?` null too. A type that ends in `...` is open: the contract does not list all it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = Any
Found = list[str]

TABLE = """
event §3.1
  @odata.etag                       Etag                      R!
  @odata.type                       String                    R
  id                                Id                        R!
  changeKey                         String                    R!
  iCalUId                           String?                   R!
  uid                               String?                   R
  occurrenceId                      String?                   R
  transactionId                     String?                   C!
  createdDateTime                   DateTimeOffset            R!
  lastModifiedDateTime              DateTimeOffset            R!
  subject                           String?                   W!
  body                              itemBody                  W!
  bodyPreview                       String                    R!
  start                             dateTimeTimeZone          W!
  end                               dateTimeTimeZone          W!
  originalStartTimeZone             String                    R!
  originalEndTimeZone               String                    R!
  originalStart                     DateTimeOffset?           R
  isAllDay                          Boolean                   W!
  location                          location                  W!
  locations                         location[]                W!
  attendees                         attendee[]                W!
  organizer                         recipient                 R!
  isOrganizer                       Boolean                   R!
  responseStatus                    responseStatus            R!
  responseRequested                 Boolean                   W!
  showAs                            availability              W!
  sensitivity                       normal|personal|private|confidential  W!
  importance                        low|normal|high           W!
  categories                        String[]                  W!
  isReminderOn                      Boolean                   W!
  reminderMinutesBeforeStart        Int32                     W!
  recurrence                        patternedRecurrence?      W!
  type                              singleInstance|occurrence|exception|seriesMaster  R!
  seriesMasterId                    Id?                       R!
  cancelledOccurrences              Oid[]                     R
  exceptionOccurrences              event[]                   N
  exceptionOccurrences@odata.nextLink String                  R
  exceptionOccurrences@odata.context  String                  R
  instances                         event[]                   N
  isCancelled                       Boolean                   R!
  isDraft                           Boolean                   W!
  allowNewTimeProposals             Boolean                   W!
  hideAttendees                     Boolean                   W!
  isOnlineMeeting                   Boolean                   W!
  onlineMeetingProvider             provider                  W!
  onlineMeeting                     onlineMeetingInfo?        R!
  onlineMeetingUrl                  String?                   R!
  hasAttachments                    Boolean                   R!
  webLink                           String                    R!
  attachments                       attachment[]              N
  calendar                          calendar                  N
  extensions                        openTypeExtension[]       N
  singleValueExtendedProperties     extendedProperty[]        W
  multiValueExtendedProperties      extendedProperties[]      W
  singleValueExtendedProperties@odata.context String          R
  calendar@odata.associationLink    String                    R
  calendar@odata.navigationLink     String                    R
itemBody §3.1
  contentType                       text|html                 W!
  content                           String                    W!
dateTimeTimeZone §3.5
  dateTime                          WallClock                 W!
  timeZone                          String                    W!
attendee §3.3
  type                              required|optional|resource  W!
  status                            responseStatus            R!
  emailAddress                      emailAddress              W!
  proposedNewTime                   timeSlot                  R
timeSlot §3.3
  start                             dateTimeTimeZone          W!
  end                               dateTimeTimeZone          W!
responseStatus §3.3
  response                          response                  R!
  time                              DateTimeOffset            R!
recipient §3.2
  emailAddress                      emailAddress              W!
emailAddress §3.3
  name                              String                    W!
  address                           String                    W
location §3.3
  displayName                       String                    W!
  locationType                      place                     W!
  uniqueId                          String                    W
  uniqueIdType                      source                    W!
  address                           physicalAddress           W
  coordinates                       coordinates...            W
  locationEmailAddress              String?                   W
  locationUri                       String?                   W
physicalAddress §3.3
  street                            String?                   W
  city                              String?                   W
  state                             String?                   W
  countryOrRegion                   String?                   W
  postalCode                        String?                   W
coordinates §3.3
  latitude                          Double                    W
  longitude                         Double                    W
patternedRecurrence §3.6
  pattern                           pattern                   W!
  range                             range                     W!
pattern §3.6
  type                              rule                      W!
  interval                          Int32                     W!
  month                             Int32                     W!
  dayOfMonth                        Int32                     W!
  daysOfWeek                        day[]                     W
  firstDayOfWeek                    day                       W!
  index                             first|second|third|fourth|last  W!
range §3.6
  type                              endDate|noEnd|numbered    W!
  startDate                         Date                      W!
  endDate                           Date                      W!
  recurrenceTimeZone                String                    W!
  numberOfOccurrences               Int32                     W!
onlineMeetingInfo §3.1
  joinUrl                           String?                   R
  conferenceId                      String?                   R
  tollNumber                        String?                   R
  tollFreeNumbers                   String[]                  R
  phones                            phone...[]                R
  quickDial                         String?                   R
phone §3.1
  number                            String                    R
extendedProperty §3.12
  id                                String                    W!
  value                             String                    W!
extendedProperties §3.12
  id                                String                    W!
  value                             String[]                  W!
openTypeExtension... §3.12
  @odata.type                       String                    W
  id                                String                    R
  extensionName                     String                    W
attachment... §3.13
  @odata.type                       String                    W
  id                                String                    R!
  name                              String                    W!
  contentType                       String?                   W!
  size                              Int32                     R!
  isInline                          Boolean                   W!
  lastModifiedDateTime              DateTimeOffset            R!
  contentBytes                      String                    W
calendar §10
  @odata.id                         String                    R
  id                                Id                        R!
  name                              String                    W!
  color                             colour                    W!
  hexColor                          String                    R!
  isDefaultCalendar                 Boolean                   R!
  changeKey                         String                    R!
  canShare                          Boolean                   R!
  canViewPrivateItems               Boolean                   R!
  canEdit                           Boolean                   R!
  allowedOnlineMeetingProviders     provider[]                R!
  defaultOnlineMeetingProvider      provider                  R!
  isTallyingResponses               Boolean                   R!
  isRemovable                       Boolean                   R!
  owner                             emailAddress              R!
calendarGroup... §10
  id                                Id                        R!
  name                              String                    W!
user... §10
  id                                String                    R!
  displayName                       String                    R!
  mail                              String?                   R!
  userPrincipalName                 String                    R!
  preferredLanguage                 String?                   R!
mailboxSettings... §10
  timeZone                          String                    W!
  language                          language                  W!
  workingHours                      any...                    W!
  dateFormat                        String                    W!
  timeFormat                        String                    W!
  automaticRepliesSetting           any...                    W
  userPurpose                       Any                       R
language §10
  locale                            String                    W!
  displayName                       String                    R!
timeZoneName §10
  alias                             String                    R!
  displayName                       String                    R!
schedule §10
  scheduleId                        String                    R!
  availabilityView                  String                    R
  scheduleItems                     any...[]?                 R!
  workingHours                      any...                    R
  error                             any...                    R
scheduleRequest §10
  schedules                         String[]                  W!
  startTime                         dateTimeTimeZone          W!
  endTime                           dateTimeTimeZone          W!
  availabilityViewInterval          Int32                     W
subscription §9.1
  id                                String                    R!
  changeType                        String                    C!
  notificationUrl                   String                    W!
  lifecycleNotificationUrl          String?                   C
  resource                          String                    C!
  expirationDateTime                DateTimeOffset            W!
  clientState                       String?                   C
  latestSupportedTlsVersion         String?                   C
  applicationId                     String                    R!
  creatorId                         String                    R!
  includeResourceData               Boolean?                  C
  notificationQueryOptions          String?                   C
  encryptionCertificate             String?                   C
  encryptionCertificateId           String?                   C
  notificationUrlAppId              String?                   C
  notificationContentType           String?                   C
answer §3.9
  comment                           String                    W
  sendResponse                      Boolean                   W
  proposedNewTime                   timeSlot                  W
cancellation §3.9
  comment                           String                    W
forwarding §3.9
  toRecipients                      recipient[]               W
  comment                           String                    W
translation... §10
  sourceId                          String                    R!
  targetId                          String?                   R
batch §7
  requests                          batchRequest[]            W
batchRequest §7
  id                                String                    W
  method                            GET|POST|PATCH|PUT|DELETE  W
  url                               String                    W
  headers                           any...                    W
  body                              any...                    W
  dependsOn                         String[]                  W
batchAnswer §7
  id                                String                    R!
  status                            Int32                     R!
  headers                           any...                    R
  body                              Any                       R
error §2
  code                              String                    R!
  message                           String                    R!
  innerError                        innerError...             R
  @event.existingEventId            String                    R
innerError §2
  date                              WallClock                 R!
  request-id                        String                    R!
  client-request-id                 String                    R!
any
"""
ENUMS = {
    "availability": "free|tentative|busy|oof|workingElsewhere|unknown",
    "colour": (
        "auto|lightBlue|lightGreen|lightOrange|lightGray|lightYellow|lightTeal|lightPink|"
        "lightBrown|lightRed|maxColor"
    ),
    "day": "sunday|monday|tuesday|wednesday|thursday|friday|saturday",
    "place": (
        "default|conferenceRoom|homeAddress|businessAddress|geoCoordinates|streetAddress|"
        "hotel|restaurant|localBusiness|postalAddress"
    ),
    "provider": "unknown|skypeForBusiness|skypeForConsumer|teamsForBusiness",
    "response": "none|organizer|tentativelyAccepted|accepted|declined|notResponded",
    "rule": "daily|weekly|absoluteMonthly|relativeMonthly|absoluteYearly|relativeYearly",
    "source": "unknown|locationStore|directory|private|bing",
}
SECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
OFFSET = re.compile(SECONDS + r"(\.\d{1,7})?(Z|[+-]\d\d:\d\d)")
PRINTED = re.compile(SECONDS + r"(\.\d{7})?")
WALL = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?)?")


def is_moment(text: Json) -> bool:
    return isinstance(text, str) and bool(OFFSET.fullmatch(text)) and is_readable(text)


def is_readable(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def matches(pattern: str) -> Callable[[Json], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(compiled.fullmatch(value))


SCALARS: Mapping[str, Callable[[Json], bool]] = {
    "Any": lambda _: True,
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Int32": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Double": lambda value: type(value) in (int, float),
    "DateTimeOffset": is_moment,
    "Date": matches(r"\d{4}-\d\d-\d\d"),
    "Id": matches(r"[A-Za-z0-9._=-]+"),
    "Oid": matches(r"OID\.[A-Za-z0-9._=-]+\.\d{4}-\d\d-\d\d"),
    "Etag": matches(r'W/"[^"]+"'),
}


@dataclass(frozen=True)
class Kind:
    """The type of one property."""

    name: str
    nullable: bool
    many: bool
    open: bool
    words: frozenset[str]
    """Empty: no enumeration."""


@dataclass(frozen=True)
class Property:
    kind: Kind
    rights: str
    always: bool


@dataclass(frozen=True)
class Type:
    properties: Mapping[str, Property]
    open: bool


def read_kind(text: str) -> Kind:
    bare = text.removesuffix("?")
    one = bare.removesuffix("[]")
    name = one.removesuffix("...")
    words = ENUMS.get(name, name)
    listed = frozenset(words.split("|")) if "|" in words else frozenset[str]()
    return Kind(name, bare != text, one != bare, name != one or name == "any", listed)


def read_types() -> Mapping[str, Type]:
    types: dict[str, Type] = {}
    properties: dict[str, Property] = {}
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            properties = {}
            name = line.split()[0]
            is_open = name.endswith("...") or name == "any"
            types[name.removesuffix("...")] = Type(properties, is_open)
            continue
        name, kind, rights = line.split()
        properties[name] = Property(read_kind(kind), rights[0], rights.endswith("!"))
    return types


TYPES = read_types()
