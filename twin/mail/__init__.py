"""How does the city's post take letters and keep them? The contract `mail`, played."""

from twin.mail.office import greeting_of, is_mail

__all__ = ["greeting_of", "is_mail"]
