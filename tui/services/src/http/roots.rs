//! Root certificates from the environment, in addition to those of the system.

use std::{
    env,
    path::{Path, PathBuf},
};

use reqwest::Certificate;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::Error;

/// The maximum size of a certificate file, in bytes. Those of all systems are smaller than 1 MiB.
const MAX_BUNDLE_BYTES: u64 = 16 * 1024 * 1024;

/// The variables that name a file of certificates.
const VARIABLES: [&str; 2] = ["AWS_CA_BUNDLE", "SSL_CERT_FILE"];

/// Locations of the system's root certificates, as in OpenSSL and Go.
const SYSTEM: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Returns the certificates of `AWS_CA_BUNDLE` and `SSL_CERT_FILE`.
///
/// If `SSL_CERT_FILE` is set, the TLS library uses it instead of the system's certificates; then these are added here.
pub(super) fn of_environment() -> Result<Vec<Certificate>, Error> {
    let mut certificates = Vec::new();
    for name in VARIABLES {
        if let Some(path) = path_in(name) {
            certificates.extend(bundle(name, &path)?);
        }
    }
    if env::var_os("SSL_CERT_FILE").is_some() || env::var_os("SSL_CERT_DIR").is_some() {
        certificates.extend(system());
    }
    certificates.iter().map(|der| Certificate::from_der(der).map_err(Error::of)).collect()
}

/// A file of certificates that a variable names.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) variable: &'static str,
    pub(crate) path: PathBuf,
    /// The number of certificates in it.
    pub(crate) certificates: Result<usize, Error>,
}

/// Returns the files of certificates that are added to those of the system.
pub(crate) fn bundles() -> Vec<Bundle> {
    let named = VARIABLES.into_iter().filter_map(|variable| Some((variable, path_in(variable)?)));
    let read = named.map(|(variable, path)| {
        let certificates = bundle(variable, &path).map(|certificates| certificates.len());
        Bundle { variable, path, certificates }
    });
    read.collect()
}

/// Returns the path in a variable. An empty value counts as unset.
fn path_in(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn bundle(name: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let unusable = |why: &dyn std::fmt::Display| Error::Setup(format!("{name}: {} {why}", path.display()));
    let text = hello_files::read(path, MAX_BUNDLE_BYTES).map_err(|error| unusable(&error))?;
    let usable = usable(&text);
    if usable.is_empty() {
        return Err(unusable(&"holds no certificate"));
    }
    Ok(usable)
}

fn system() -> Vec<CertificateDer<'static>> {
    let found = SYSTEM.iter().find_map(|path| hello_files::read(Path::new(path), MAX_BUNDLE_BYTES).ok());
    found.map(|text| usable(&text)).unwrap_or_default()
}

/// Returns the certificates in a text. Skips those that the TLS library would reject, as it does with the system's own.
fn usable(text: &[u8]) -> Vec<CertificateDer<'static>> {
    let certificates = CertificateDer::pem_slice_iter(text).filter_map(Result::ok);
    certificates.filter(|certificate| RootCertStore::empty().add(certificate.clone()).is_ok()).collect()
}
