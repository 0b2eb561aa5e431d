"""What changed from one version of the tables to the next? One file a change."""
