//! Whose word for the name of a server is taken.

use carafe_core::{Error, Kind, Result};
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};

/// The certificates of the authorities: those in a file that `option` of the URL names, or the system's.
pub(super) fn authorities(
    option: &str,
    file: Option<&str>,
) -> Result<Vec<CertificateDer<'static>>> {
    let wrong = |message: String| Error::new(Kind::Settings, message).at("database.url");
    let certificates = match file {
        Some(file) => {
            let unreadable = |error: pem::Error| {
                let message = format!("the file of `{option}` cannot be read: {error}");
                Error::new(Kind::Settings, message)
                    .at(file.to_owned())
                    .hint("it holds certificates in PEM")
            };
            let certificates = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
            certificates.map(|one| one.map_err(unreadable)).collect::<Result<Vec<_>>>()?
        }
        None => rustls_native_certs::load_native_certs().certs,
    };
    let found = certificates.len();
    let of_use: Vec<_> = certificates
        .into_iter()
        .filter(|one| RootCertStore::empty().add(one.clone()).is_ok())
        .collect();
    // The system may have some that are too old to be understood; who names a file means all of it.
    if file.is_some() && of_use.len() < found {
        return Err(wrong(format!("a certificate of `{option}` is none")));
    }
    if of_use.is_empty() {
        return Err(wrong("there is no certificate authority to check the server with".to_owned())
            .hint(format!(
                "install `ca-certificates`, or name a file: `{option}=/path/root.pem`"
            )));
    }
    Ok(of_use)
}
