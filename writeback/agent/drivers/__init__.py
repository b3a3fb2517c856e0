"""Directory servers the agent can speak to, one file each."""
