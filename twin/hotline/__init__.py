"""What does the city's 1022 hotline do with a ticket? `docs/contracts/hotline.openapi.yaml`."""
