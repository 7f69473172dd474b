"""What both stand-ins lean on: clock, people, journal, mail, faults, post, requests."""
