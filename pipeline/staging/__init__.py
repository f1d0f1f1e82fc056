"""Where records wait for the end of a run: staged shards, what a killed run goes on from, what the survey keeps."""
