"""The pages in a real browser: Chromium, on a small demonstration that is served as an operator serves it."""
