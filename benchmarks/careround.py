"""The command ``careround`` of this clone, also where it is not installed."""

from __future__ import annotations

from app.cli import app

if __name__ == "__main__":
    app(prog_name="careround")
