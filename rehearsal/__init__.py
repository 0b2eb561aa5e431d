"""The rehearsal core: probes a city's systems, judges what it saw, says who mends what."""
