"""What the SDK costs, measured beside what others would write: `python -m benchmarks`."""
