"""View: how a release is shown to people, to CI and to programs. Everything shown comes from its events."""
