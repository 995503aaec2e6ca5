"""What screens are made of; each knows nothing of the screen it is on."""
