"""All acts in any order, against a model that knows no ledger: see ``model``, then the acts, then ``test_all_acts``."""
