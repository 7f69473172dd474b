{
    "name": "Calendar Sync",
    "version": "0.1.0",
    "summary": "Calendars for an organization, kept in step with Outlook and Google, both ways",
    "author": "Calendar Sync contributors",
    "license": "LGPL-3",
    "category": "Productivity/Calendar",
    "application": True,
    "installable": True,
    "depends": ["calendar"],
    # Names of distributions; a missing one stops the start by name.
    "external_dependencies": {
        "python": [
            "cryptography",
            "python-dateutil",
            "google-auth-oauthlib",
            "msal",
            "nh3",
            "requests",
            "tzlocal",
        ],
    },
    "data": [
        "calendar_sync/security/groups.xml",
        "calendar_sync/security/ir.model.access.csv",
        "calendar_sync/data/config_parameters.xml",
        "calendar_sync/data/cron.xml",
        "calendar_sync/views/menus.xml",
    ],
    "demo": [],
    # What a real Odoo calls before it installs this folder: see __init__.py.
    "pre_init_hook": "refuse_odoo",
}
