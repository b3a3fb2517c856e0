"""Writing to people about registering: letters in waves, to each person once."""
