"""Release: move an alias to a new version by evidence, and back."""
