"""What can be asked of `rehearse`? A module for each group of commands."""
