"""Stand-ins for Google Calendar, Microsoft Graph and both sign-in services.

Written from the contracts alone: nothing here is shared with the product.
"""
