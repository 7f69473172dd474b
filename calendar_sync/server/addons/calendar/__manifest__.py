{
    "name": "Calendar",
    "version": "1.0.0",
    "summary": "What Odoo's own calendar addon is there: here the tables are the addon's",
    "category": "Hidden",
    "depends": ["base"],
}
