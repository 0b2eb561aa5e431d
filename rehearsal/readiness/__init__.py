"""From measurements to verdicts, causes, readiness and go or no-go. Pure."""
