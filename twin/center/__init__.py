"""How does a Public Administration Service Centre take dossiers? `docs/contracts/`."""

from twin.center.interface import interface

__all__ = ["interface"]
