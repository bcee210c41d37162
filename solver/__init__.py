"""The engine: rounds, allocation, explanation and verification on ids, integers and arrays."""
