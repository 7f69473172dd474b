"""Why a sign-in failed, in words. Official codes choose words here and nothing else."""

from dataclasses import dataclass, replace

from calendar_sync.actions.accounts import SignInProblem
from calendar_sync.providers.registry import PROVIDERS


@dataclass(frozen=True)
class Explanation:
    """`help` is for everybody; `mend` says where an administrator changes it."""

    headline: str
    help: str = ""
    mend: str = ""
    retry: str = "Try again"
    status: int = 400


ASK = "Ask your administrator; this can't be fixed by signing in again."
NEW_KEY = (
    "Google Cloud › Clients › your client, or Entra › Certificates & secrets: make a new secret "
    "and paste its Value (not the Secret ID) in Settings."
)
RETURN_ADDRESS = (
    "Google Cloud › Clients › your client › Authorized redirect URIs, or Entra › Authentication › "
    "Redirect URIs, platform Web: add the address shown in Settings, character by character."
)
CONSENT = Explanation(
    "Your organization must approve this first.",
    "Ask its administrator to allow Calendar Sync.",
    "Entra › Enterprise applications › your app › Permissions: Grant admin consent. Google Admin "
    "console › API controls: trust the app.",
    status=403,
)
UNKNOWN_CLIENT = Explanation(
    "Client ID unknown.", ASK, "Copy the Client ID again from Clients or Overview.", retry=""
)
WRONG_NEW_KEY = Explanation(
    "Client secret wrong. Your sign-in was fine.",
    "Administrators have to mend it; you needn't repeat anything until then.",
    NEW_KEY,
    retry="",
)
STARTED_OVER = Explanation(
    "This sign-in took too long or was already used. For safety we start over.",
    retry="Start again",
)
INTERRUPTED = Explanation("The sign-in was interrupted.", retry="Start again")
BLOCKED = Explanation(
    "Your organization's rules block this device or place.",
    "Ask your IT; signing in again won't help.",
    retry="",
    status=403,
)
WRONG_ORGANIZATION = Explanation(
    "This account isn't of the right organization.",
    "Use your work account.",
    "Entra › Authentication › Supported account types must include this account, and our setting "
    "CALENDAR_SYNC_MICROSOFT_TENANT must say the same.",
)
EXTRA_STEP = Explanation("An extra sign-in step is needed.", retry="Continue")
NOT_ANSWERING = Explanation("{label} isn't answering. It's not your fault.")
UNCLEAR = Explanation("The sign-in didn't work.", "Try again; if it stays so, tell administrators.")

WRONG_SCOPE = Explanation(
    "We asked for a permission that isn't known there.",
    ASK,
    "Entra › API permissions: Calendars.ReadWrite and User.Read, delegated; Group.Read.All for "
    "calendars of groups, which personal accounts don't have.",
    retry="",
)

EXPLANATIONS = {
    "access_denied": Explanation("You said no. Nothing was connected.", status=403),
    "aadsts65004": Explanation("You said no. Nothing was connected.", status=403),
    "redirect_uri_mismatch": Explanation(
        "Return address not registered.", ASK, RETURN_ADDRESS, retry=""
    ),
    "aadsts50011": Explanation("Return address not registered.", ASK, RETURN_ADDRESS, retry=""),
    "unauthorized_client": UNKNOWN_CLIENT,
    "deleted_client": UNKNOWN_CLIENT,
    "aadsts700016": UNKNOWN_CLIENT,
    "invalid_client": WRONG_NEW_KEY,
    "aadsts7000215": WRONG_NEW_KEY,
    "aadsts7000222": Explanation(
        "Client secret has expired.",
        "Administrators have to renew it; you needn't repeat anything until then.",
        NEW_KEY,
        retry="",
    ),
    "aadsts7000218": Explanation(
        "Client secret missing.", ASK, "Fill in Client Secret; the platform must be Web.", retry=""
    ),
    "secret_unreadable": Explanation(
        "Client secret can't be read.",
        ASK,
        "The key it was encrypted with is gone: type the Client Secret into Settings again.",
        retry="",
    ),
    "aadsts700025": Explanation(
        "The app is of the public kind.", ASK, "Entra › Authentication: platform Web.", retry=""
    ),
    "authority_invalid": WRONG_ORGANIZATION,
    "consent_required": CONSENT,
    "admin_policy_enforced": CONSENT,
    "aadsts65001": CONSENT,
    "aadsts90094": CONSENT,
    "aadsts90095": CONSENT,
    "org_internal": Explanation(
        "Only accounts of the organization are allowed.",
        "Use your work account.",
        "Google Cloud › Audience.",
        status=403,
    ),
    "scope_missing": Explanation(
        "You left out “see and edit events”. We can't sync without it.", retry="Ask again"
    ),
    "wrong_account": Explanation(
        "You signed in as {address}; this connection belongs to {wanted}.",
        "Sign in as {wanted}, or connect {address} as another account.",
    ),
    "connected_by_another": Explanation(
        "This mailbox is already connected by another person here.", retry="", status=403
    ),
    "state_expired": STARTED_OVER,
    "state_mismatch": STARTED_OVER,
    "code_missing": INTERRUPTED,
    "invalid_grant": INTERRUPTED,
    "aadsts54005": INTERRUPTED,
    "aadsts70000": INTERRUPTED,
    "aadsts50194": WRONG_ORGANIZATION,
    "aadsts50020": WRONG_ORGANIZATION,
    "aadsts90002": WRONG_ORGANIZATION,
    "aadsts53000": BLOCKED,
    "aadsts53001": BLOCKED,
    "aadsts53002": BLOCKED,
    "aadsts53003": BLOCKED,
    "aadsts53004": BLOCKED,
    "aadsts50076": EXTRA_STEP,
    "aadsts50079": EXTRA_STEP,
    "aadsts50074": EXTRA_STEP,
    "aadsts50078": EXTRA_STEP,
    "aadsts500112": Explanation("Return address not registered.", ASK, RETURN_ADDRESS, retry=""),
    "aadsts501481": INTERRUPTED,
    "aadsts70008": STARTED_OVER,
    "aadsts700011": UNKNOWN_CLIENT,
    "aadsts70002": WRONG_NEW_KEY,
    "aadsts70011": WRONG_SCOPE,
    "aadsts28002": WRONG_SCOPE,
    "aadsts28003": WRONG_SCOPE,
    "invalid_scope": WRONG_SCOPE,
    "aadsts50034": Explanation("This account does not exist.", retry="Use another account"),
    "aadsts50055": Explanation(
        "This account's password has expired.", "Change it at Microsoft, then come back."
    ),
    "aadsts50057": Explanation("This account is switched off.", "Ask your IT.", retry=""),
    "aadsts50196": Explanation("Too many sign-ins in a row.", "Wait some minutes, then try again."),
    "aadsts90033": NOT_ANSWERING,
    "aadsts50033": NOT_ANSWERING,
    "accessnotconfigured": Explanation(
        "Google Calendar API is off for this project.",
        ASK,
        "Google Cloud › APIs & Services › enable Google Calendar API.",
        retry="",
    ),
    "mailboxnotenabledforrestapi": Explanation(
        "This account has no Outlook calendar.", retry="Use another account"
    ),
    "server_error": NOT_ANSWERING,
    "temporarily_unavailable": NOT_ANSWERING,
    "timeout": NOT_ANSWERING,
    "connection": NOT_ANSWERING,
    "not_configured": Explanation(
        "{label} isn't set up here.", "OAuth not configured. " + ASK, "Open Settings.", retry=""
    ),
}


@dataclass(frozen=True)
class Shown:
    """What a provider shows on a page of its own, from which nobody comes back to us."""

    said: str
    code: str
    why: Explanation


NOT_LISTED = Explanation(
    "This Google account isn't on the test list.",
    ASK,
    "Google Cloud › Audience › Test users: add the address, or publish the app.",
)
SHOWN = {
    "google": (
        Shown(
            "Access blocked: the app has not completed the Google verification process",
            "Error 403: access_denied",
            NOT_LISTED,
        ),
        Shown(
            "Access blocked: this app's request is invalid",
            "Error 400: redirect_uri_mismatch",
            EXPLANATIONS["redirect_uri_mismatch"],
        ),
        Shown("The OAuth client was not found", "Error 401: invalid_client", UNKNOWN_CLIENT),
        Shown(
            "Access blocked: your institution's administrator needs to review the app",
            "Error 400: admin_policy_enforced",
            CONSENT,
        ),
        Shown(
            "Access blocked: the app can only be used within its organization",
            "Error 403: org_internal",
            EXPLANATIONS["org_internal"],
        ),
    ),
    "outlook": (
        Shown("Need admin approval", "AADSTS65001 or AADSTS90094", CONSENT),
        Shown(
            "The redirect URI specified in the request does not match",
            "AADSTS50011",
            EXPLANATIONS["aadsts50011"],
        ),
        Shown("Application was not found in the directory", "AADSTS700016", UNKNOWN_CLIENT),
    ),
}


def explain(problem: SignInProblem) -> Explanation:
    """The words for a problem, names filled in; the most special of its codes decides."""
    codes = [code.lower() for code in (*problem.detail.split(), problem.code)]
    known = [EXPLANATIONS[code] for code in codes if code in EXPLANATIONS]
    broken = any(code.startswith(("http_429", "http_5")) for code in codes)
    found = known[0] if known else NOT_ANSWERING if broken else UNCLEAR
    names = {
        "label": PROVIDERS[problem.provider].label,
        "address": problem.address,
        "wanted": problem.wanted,
    }
    return replace(found, headline=found.headline.format(**names), help=found.help.format(**names))
