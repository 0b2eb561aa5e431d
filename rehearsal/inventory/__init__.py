"""Who takes part in the trial, and what is reached? (`bridges.yaml`, checked.)"""

from rehearsal.inventory.faults import Fault, InventoryError
from rehearsal.inventory.generation import generate
from rehearsal.inventory.loading import examine, load
from rehearsal.inventory.narrowing import select, with_network
from rehearsal.inventory.shape import json_schema

__all__ = [
    "Fault",
    "InventoryError",
    "examine",
    "generate",
    "json_schema",
    "load",
    "select",
    "with_network",
]
