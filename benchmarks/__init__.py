"""What careround costs in time and memory: ``python -m benchmarks``, described in docs/benchmarks.md."""
