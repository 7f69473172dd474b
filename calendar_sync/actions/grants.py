"""What a grant's life says: when it ends by itself, and why a provider has ended it.

Google ends each sign-in 7 days after it while the app's publishing status is Testing (Google
contract §2.8), and says so with the grant; Microsoft names its reasons by numbers (Graph §1.6).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.models import ProviderCredential
from calendar_sync.security.access import check_access

PARAMETER = "ir.config_parameter"
SOON = timedelta(days=2)
"""Before the end of a grant its person is told on every page."""

REASONS: Mapping[str, str] = {
    "AADSTS50034": "the account does not exist any more",
    "AADSTS50055": "the account's password has expired",
    "AADSTS50057": "the account is switched off",
    "AADSTS50074": "an extra sign-in step is needed",
    "AADSTS50076": "an extra sign-in step is needed",
    "AADSTS50078": "an extra sign-in step has to be repeated",
    "AADSTS50079": "an extra sign-in step has to be set up",
    "AADSTS50173": "the password was changed, or all sign-ins were ended",
    "AADSTS50196": "it was asked too often",
    "AADSTS53000": "the organization's rules block this server's device",
    "AADSTS53001": "the organization's rules block this server's device",
    "AADSTS53002": "the organization's rules block this app",
    "AADSTS53003": "the organization's rules block this place or device",
    "AADSTS53004": "the organization wants an extra sign-in step to be set up",
    "AADSTS65001": "the consent was taken back",
    "AADSTS70000": "it is not valid any more",
    "AADSTS70008": "it has expired",
    "AADSTS70043": "the organization wants a new sign-in from time to time",
    "AADSTS700082": "it was not used for 90 days",
    "AADSTS700084": "it was good for one day only",
    "invalid_rapt": "the organization wants a new sign-in from time to time",
}
"""Behind “no longer accepts your sign-in:”; others are shown by their code alone."""


def why_ended(row: ProviderCredential, now: datetime) -> str:
    """In words with the official code, in brackets; empty where nobody said."""
    if row.grant_ends_at and row.grant_ends_at <= now:
        return "it was good for 7 days only, because the app is in testing there"
    codes = row.state_detail.split()
    known = next((code for code in codes if code in REASONS), "")
    if known:
        return f"{REASONS[known]} ({known})"
    return f"({' '.join(codes)})" if codes else ""


def limited_providers(user: User) -> frozenset[str]:
    """Providers that end every sign-in after some days: their app is in testing."""
    check_access(user, PARAMETER, "read")
    rows = ProviderCredential.objects.visible_to(user).exclude(grant_ends_at=None)
    rows = rows.filter(state=ProviderCredential.State.ACTIVE)
    return frozenset(rows.values_list("provider", flat=True))
