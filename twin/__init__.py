"""Who answers when no real city may be called? Peers that speak the real protocols."""
