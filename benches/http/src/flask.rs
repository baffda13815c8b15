//! Flask and gunicorn.

use std::path::PathBuf;

use bench::Python;

/// The folder of `app.py`.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/servers/flask");

const PYTHON: Python = Python {
    folder: "flask-venv",
    requirements: concat!(env!("CARGO_MANIFEST_DIR"), "/servers/flask/requirements.txt"),
};

/// Installs them, once; the error says what is missing.
pub(crate) fn ready() -> Result<(), String> {
    PYTHON.ready()
}

pub(crate) fn gunicorn() -> Result<PathBuf, String> {
    PYTHON.program("gunicorn")
}
