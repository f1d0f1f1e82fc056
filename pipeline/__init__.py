"""Where and how it runs."""
