"""The council file and the plan file: what careround reads and writes."""
