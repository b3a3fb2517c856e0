"""How it stands with the passwords of a directory, and what mends it: the portal's side."""
