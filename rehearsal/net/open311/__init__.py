"""How does a rehearsal speak with a 1022 hotline? `docs/contracts/hotline.openapi.yaml`."""
