"""What messages say in an organisation's own words."""
