"""People, groups and contact data, pulled from an organisation's own directory server."""
