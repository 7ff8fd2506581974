"""Audit: what is promised about papers, proved again from the facts of their lives and from the books."""

from voucher_service.vouchers.audit import acts, custody, exceptions, expiries, papers

CHECKS = (*papers.CHECKS, *custody.CHECKS, *acts.CHECKS, *expiries.CHECKS, *exceptions.CHECKS)
