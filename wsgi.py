"""The entry of every WSGI server: ``granian --interface wsgi wsgi:app``, ``gunicorn wsgi:app``."""

import os

from voucher_service.app import open_app
from voucher_service.kernel.config import Settings

app = open_app(Settings.from_environment(os.environ))
