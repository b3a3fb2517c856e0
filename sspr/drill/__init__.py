"""Attacks on a server one owns, over HTTP and as a stranger: what held, and what did not."""
