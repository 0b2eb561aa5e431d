"""How does the city's sign-on let people in? The contract `oidc`, played."""

from twin.oidc.provider import sign_on

__all__ = ["sign_on"]
