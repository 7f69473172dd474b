"""Scopes and which method takes which (contract 2.2)."""

PREFIX = "https://www.googleapis.com/auth/"
ALIASES = {"email": PREFIX + "userinfo.email", "profile": PREFIX + "userinfo.profile"}
SIGN_IN = frozenset({"openid", *ALIASES, *ALIASES.values()})
SHORT = {
    "C": "calendar",
    "CR": "calendar.readonly",
    "E": "calendar.events",
    "ER": "calendar.events.readonly",
    "EO": "calendar.events.owned",
    "EOR": "calendar.events.owned.readonly",
    "EPR": "calendar.events.public.readonly",
    "EFB": "calendar.events.freebusy",
    "FB": "calendar.freebusy",
    "L": "calendar.calendarlist",
    "LR": "calendar.calendarlist.readonly",
    "K": "calendar.calendars",
    "KR": "calendar.calendars.readonly",
    "A": "calendar.acls",
    "AR": "calendar.acls.readonly",
    "S": "calendar.settings",
    "SR": "calendar.settings.readonly",
    "AC": "calendar.app.created",
}
KNOWN = SIGN_IN | {PREFIX + name for name in SHORT.values()}
ABOUT = {
    "calendar": "See, edit, share, and permanently delete all the calendars you can access",
    "calendar.readonly": "See and download any calendar you can access",
    "calendar.events": "View and edit events on all your calendars",
    "calendar.events.readonly": "View events on all your calendars",
    "calendar.calendarlist.readonly": "See the list of calendars you are subscribed to",
    "calendar.settings.readonly": "View your Calendar settings",
    "calendar.freebusy": "View your availability in your calendars",
}


def scopes(short: str) -> frozenset[str]:
    return frozenset(PREFIX + SHORT[name] for name in short.split())


READ_EVENTS = scopes("C CR E ER EO EOR EPR EFB AC")
WRITE_EVENTS = scopes("C E EO AC")
ACCEPTED = {
    "events.list": READ_EVENTS,
    "events.get": READ_EVENTS,
    "events.instances": READ_EVENTS,
    "events.import": WRITE_EVENTS,
    "events.quickAdd": WRITE_EVENTS,
    "events.insert": WRITE_EVENTS,
    "events.update": WRITE_EVENTS,
    "events.patch": WRITE_EVENTS,
    "events.delete": WRITE_EVENTS,
    "events.move": scopes("C E EO"),
    "calendarList.list": scopes("C CR L LR"),
    "calendarList.get": scopes("C CR L LR AC"),
    "calendarList.insert": scopes("C L"),
    "calendarList.patch": scopes("C L AC"),
    "calendarList.delete": scopes("C L AC"),
    "calendars.get": scopes("C CR K KR AC"),
    "calendars.insert": scopes("C K AC"),
    "calendars.patch": scopes("C K AC"),
    "calendars.delete": scopes("C K AC"),
    "calendars.clear": scopes("C K"),
    "calendars.transferOwnership": scopes("C K"),
    "acl.list": scopes("C A AR"),
    "acl.get": scopes("C CR A AR"),
    "acl.insert": scopes("C A"),
    "acl.update": scopes("C A"),
    "acl.patch": scopes("C A"),
    "acl.delete": scopes("C A"),
    "freebusy.query": scopes("C CR FB EFB"),
    "settings.list": scopes("C CR S SR"),
    "settings.get": scopes("C CR S SR"),
    "events.watch": READ_EVENTS,
    "calendarList.watch": scopes("C CR L LR"),
    "settings.watch": scopes("C CR S SR"),
    "acl.watch": scopes("C A AR"),
    "channels.stop": scopes("C CR E ER EO EOR EPR EFB L LR A AR S SR AC"),
    "colors.get": scopes("C CR L LR EO EOR EPR EFB AC"),
}


def granted_name(scope: str) -> str:
    """As the token reply spells it (2.5)."""
    return ALIASES.get(scope, scope)


def describe(scope: str) -> str:
    return ABOUT.get(scope.removeprefix(PREFIX), scope)
