"""careround: home care packages become walkable rounds; the entrances (commands, service, files)."""

__version__ = "0.1.0"
