"""How do sound and picture pass through a bridge of the twin? A media stack of its own."""
