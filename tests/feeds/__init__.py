"""The price feed: alone, with ten thousand readers, and in several processes."""
