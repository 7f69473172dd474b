"""The pages a person sees while signing in; plain, and nobody's colours."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.wrappers import Response

from .aadsts import IdentityError
from .tenants import Account

if TYPE_CHECKING:
    from .identity import Application

_FRAME = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · Sandbox</title>
<style>
body {{ margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1d2733; background: #e9eef4 }}
.notice {{ padding: 6px 16px; font-size: 14px; color: #1d2733; background:
  repeating-linear-gradient(135deg, #ffd84d 0 14px, #ffe788 14px 28px) }}
main {{ max-width: 430px; margin: 48px auto; padding: 28px 32px; background: #fff;
  border: 1px solid #c3cfdc }}
h1 {{ margin: 0 0 4px; font-size: 22px }}
p, ul {{ margin: 8px 0 16px }}
fieldset {{ margin: 0 0 16px; padding: 0; border: 0 }}
legend {{ padding: 0; font-weight: 600 }}
label {{ display: flex; gap: 10px; align-items: center; padding: 8px 10px; margin-top: 6px;
  border: 1px solid #c3cfdc; cursor: pointer }}
label:has(:checked) {{ border-color: #2b5c8a; background: #f0f5fa }}
small {{ display: block; color: #51606f }}
button {{ padding: 8px 22px; font: inherit; border: 1px solid #2b5c8a; background: #fff;
  color: #2b5c8a; cursor: pointer }}
button[value=allow] {{ background: #2b5c8a; color: #fff }}
code {{ overflow-wrap: anywhere }}
</style>
</head>
<body>
<div class="notice">Sandbox: not the real Microsoft</div>
<main>
{content}
</main>
</body>
</html>
""")
_ALLOWED_TO = {
    "User.Read": "Sign you in and read your profile",
    "Calendars.ReadBasic": "Read basic details of your calendars",
    "Calendars.Read": "Read your calendars",
    "Calendars.ReadWrite": "Have full access to your calendars",
    "offline_access": "Maintain access to data you have given it access to",
}


def _page(title: str, content: str, status: int = 200) -> Response:
    return Response(_FRAME.format(title=title, content=content), status, mimetype="text/html")


def choice(accounts: Iterable[Account], asked: "Application", hint: str) -> Response:
    """Who signs in, and Allow or Deny; the form comes back to the same address."""
    known = list(accounts)
    chosen = next((one for one in known if one.address.lower() == hint.lower()), None)
    rows = Markup("").join(
        Markup(
            '<label><input type="radio" name="person" value="{}" required{}>'
            "<span>{}<small>{}, {}</small></span></label>"
        ).format(
            account.person,
            Markup(" checked") if account is (chosen or known[0]) else "",
            account.name,
            account.address,
            "personal account" if account.personal else "work or school account",
        )
        for account in known
    )
    permissions = Markup("").join(
        Markup("<li>{}</li>").format(_ALLOWED_TO.get(scope, scope))
        for scope in asked.scopes
        if scope not in {"openid", "profile", "email"}
    )
    content = Markup(
        "<h1>Sign in</h1><p>An application asks for access.<small>{}</small></p>"
        '<form method="post"><fieldset><legend>Continue as</legend>{}</fieldset>'
        "<p>It would like to:</p><ul>{}</ul>"
        '<button name="answer" value="allow">Allow</button> '
        '<button name="answer" value="deny" formnovalidate>Deny</button></form>'
    ).format(asked.client_id, rows or Markup("<p>Nobody has an Outlook account.</p>"), permissions)
    return _page("Sign in", content)


def failure(error: IdentityError, at: datetime, status: int) -> Response:
    """An error the application never hears of: it could not be trusted with the answer."""
    content = Markup(
        "<h1>Sign in</h1><p>Sorry, but we’re having trouble signing you in.</p>"
        "<p><code>{}</code></p><p><small>{}</small></p>"
    ).format(error.text, f"Timestamp: {at:%Y-%m-%d %H:%M:%SZ}")
    return _page("Trouble", content, status)


def signed_out() -> Response:
    return _page("Signed out", Markup("<h1>You signed out of your account</h1>"))


def form_post(target: str, fields: Mapping[str, str]) -> Response:
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in fields.items()
    )
    content = Markup(
        '<form method="post" action="{}">{}<button>Continue</button></form>'
        "<script>document.forms[0].submit()</script>"
    ).format(target, hidden)
    return _page("Working", content)
