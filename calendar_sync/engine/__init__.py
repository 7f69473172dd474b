"""The sync engine: pure values and functions. No I/O, no clock, no settings, no framework."""
