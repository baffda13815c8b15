//! TLS, with a certificate made on the spot and with files.

use std::fs;
use std::sync::Arc;

use carafe_core::serve::Tls;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;

async fn connect(
    address: SocketAddr,
    trusted: &str,
    protocols: &[&str],
) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn ask(stream: &mut TlsStream<tokio::net::TcpStream>, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[test]
fn a_self_signed_certificate_serves_both_versions() {
    let tls = Tls::self_signed(["localhost"]).unwrap();
    let live = Live::of(Server::new(app()).listen(port()).tls(tls.clone()));
    let trusted = tls.certificate_pem();
    live.runtime.block_on(async {
        let mut stream = connect(live.address(), &trusted, &["http/1.1"]).await.unwrap();
        let answer = ask(&mut stream, "/who").await;
        assert!(answer.contains("200 OK") && answer.ends_with("true"), "{answer}");
    });
    #[cfg(feature = "http2")]
    live.runtime.block_on(async {
        let stream = connect(live.address(), &trusted, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut sender = super::http2::over(hyper_util::rt::TokioIo::new(stream)).await;
        assert_eq!(super::http2::get(&mut sender, "/").await.unwrap(), (200, "hello".into()));
    });
}

#[test]
fn strangers_and_dawdlers_are_let_go() {
    let tls = Tls::self_signed(["localhost"]).unwrap();
    let limits = Limits { header_timeout: Some(secs(0.3)), ..Limits::default() };
    let mut live = Live::of(Server::new(app()).listen(port()).limits(limits).tls(tls.clone()));
    let mut plain = live.connect();
    assert!(plain.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n").is_closed());
    assert!(live.connect().is_closed(), "it says nothing");
    let other = Tls::self_signed(["localhost"]).unwrap().certificate_pem();
    let address = live.address();
    live.runtime.block_on(async {
        assert!(connect(address, &other, &[]).await.is_err(), "nobody vouches for it");
        let mut stream = connect(address, &tls.certificate_pem(), &[]).await.unwrap();
        assert!(ask(&mut stream, "/").await.ends_with("hello"));
    });
    live.stop();
    assert_eq!(live.ended(), Stopped::Drained);
}

#[test]
fn files_are_read_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let write = || {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        made.cert.pem()
    };
    let first = write();
    let tls = Tls::files(&certificate, &key).unwrap();
    let live = Live::of(Server::new(app()).listen(port()).tls(tls.clone()));
    let second = write();
    live.runtime.block_on(async {
        connect(live.address(), &first, &[]).await.unwrap();
        tls.reload().unwrap();
        assert!(connect(live.address(), &first, &[]).await.is_err());
        connect(live.address(), &second, &[]).await.unwrap();
        fs::write(&certificate, "rubbish").unwrap();
        assert!(tls.reload().is_err());
        connect(live.address(), &second, &[]).await.unwrap();
    });
    for (name, content, expected) in
        [("missing.pem", None, "can't be read"), ("empty.pem", Some(""), "holds no certificate")]
    {
        let path = folder.path().join(name);
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let Err(error) = Tls::files(&path, &key) else { panic!("{name} is taken") };
        let text = error.to_string();
        assert!(text.contains(expected) && text.contains(name), "{text}");
    }
}
