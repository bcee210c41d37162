"""How good the engine's rounds are: zones, peers, batches, whole councils, options, assignment instances."""
