"""Network: the pages on which the operator keeps organisations, sites, venues and their accreditation."""
