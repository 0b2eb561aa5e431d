"""What does a page say? Every decision is made here; templates only loop and print."""
