"""One file for each way to send a text message or place a call; ``base`` says what each must be."""
