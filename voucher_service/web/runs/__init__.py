"""Pages of finance about payment runs: looked at, frozen, approved by another person, exported, followed."""
