"""``python -m voucher_service.cli``: the operator's commands."""

from voucher_service.cli import main

main()
