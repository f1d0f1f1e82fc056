"""What each subcommand does, and how it is laid out for a person; `cli` loads the one that is called."""
