//! Werkzeug's hashes: `method$salt$hex`.

use pbkdf2::pbkdf2_hmac;
use scrypt::Params;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The memory in bytes that a stored hash may ask for: 1 GiB.
const LARGEST: u128 = 1 << 30;

/// The rounds that a stored hash may ask for: some seconds.
const SLOWEST: u32 = 20_000_000;

pub(super) fn verify(password: &[u8], stored: &str) -> bool {
    let mut parts = stored.splitn(3, '$');
    let (Some(method), Some(salt), Some(hex)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let Some(expected) = from_hex(hex) else {
        return false;
    };
    let computed = match method.split(':').collect::<Vec<_>>()[..] {
        ["scrypt", n, r, p] => scrypt(password, salt, n, r, p),
        ["pbkdf2", "sha256", rounds] => pbkdf2(password, salt, rounds),
        _ => None,
    };
    computed.is_some_and(|computed| computed.ct_eq(&expected).into())
}

fn scrypt(password: &[u8], salt: &str, n: &str, r: &str, p: &str) -> Option<Vec<u8>> {
    let (n, r, p) = (n.parse::<u32>().ok()?, r.parse::<u32>().ok()?, p.parse::<u32>().ok()?);
    let memory = 128 * u128::from(r) * (u128::from(n) + u128::from(p));
    if n < 2 || !n.is_power_of_two() || memory > LARGEST || p > 64 {
        return None;
    }
    let params = Params::new(u8::try_from(n.ilog2()).ok()?, r, p).ok()?;
    let mut hash = vec![0; 64];
    scrypt::scrypt(password, salt.as_bytes(), &params, &mut hash).ok()?;
    Some(hash)
}

fn pbkdf2(password: &[u8], salt: &str, rounds: &str) -> Option<Vec<u8>> {
    let rounds = rounds.parse().ok().filter(|rounds| (1..=SLOWEST).contains(rounds))?;
    let mut hash = vec![0; 32];
    pbkdf2_hmac::<Sha256>(password, salt.as_bytes(), rounds, &mut hash);
    Some(hash)
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
