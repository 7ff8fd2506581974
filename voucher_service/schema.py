"""Schema: every table of the service, gathered for the migrations."""

import importlib
import pkgutil

import voucher_service
from voucher_service.kernel.database import Base

_DOMAIN = ("kernel", "ledger", "identity", "funding", "network", "vouchers", "settlement")


def _import_tables() -> None:
    for package in _DOMAIN:
        prefix = f"{voucher_service.__name__}.{package}"
        for path in voucher_service.__path__:
            for module in pkgutil.walk_packages([f"{path}/{package}"], f"{prefix}."):
                importlib.import_module(module.name)


_import_tables()
metadata = Base.metadata
