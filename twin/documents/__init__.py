"""How does a unit's document system take packets? The contract `edxml`, played."""

from twin.documents.desk import documents

__all__ = ["documents"]
