"""Campaigns: the pages on which a campaign is set up, funded, produced, activated and printed."""
