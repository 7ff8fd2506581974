"""Public: what anybody may read, without an account."""
