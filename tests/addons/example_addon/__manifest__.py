{
    "name": "Example addon",
    "version": "1.0.0",
    "summary": "What an addon can bring by its manifest alone",
    "author": "Calendar Sync contributors",
    "license": "LGPL-3",
    "category": "Productivity",
    "depends": ["calendar_sync"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "data/settings.xml",
        "data/cron.xml",
        "views/menus.xml",
    ],
    "demo": ["data/demo.xml"],
}
