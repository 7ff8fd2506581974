"""Where the euros come from: funders, campaigns, pledges, deposits."""
