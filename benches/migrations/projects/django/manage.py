"""A project of Django with one app."""

import os
import sys

from django.conf import settings

SETTINGS = {
    "INSTALLED_APPS": ["site_app"],
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE"],
            # As Carafe opens it.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    },
}

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    settings.configure(**SETTINGS)
    execute_from_command_line(sys.argv)
