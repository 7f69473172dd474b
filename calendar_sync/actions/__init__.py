"""Everything a user or the clock can cause; besides the host, the only place that writes.

An action checks the right, reaches objects through `visible_to(user)`, gets the time as a value
and never calls a provider itself; only signing in, and the worker under a lease, do.
"""
