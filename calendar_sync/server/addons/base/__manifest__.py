{
    "name": "Base",
    "version": "1.0.0",
    "summary": "Users, groups, parameters, scheduled actions and menus, under Odoo's names",
    "category": "Hidden",
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "data/parameters.xml",
        "data/cron.xml",
        "views/menus.xml",
    ],
}
