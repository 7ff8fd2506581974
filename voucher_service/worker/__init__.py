"""Long work, done outside a request: job functions, schedules, and the process that runs them."""
