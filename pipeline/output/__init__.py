"""What a run publishes: the folder that appears whole or not at all, the formats of its files, the manifest, the metrics."""
