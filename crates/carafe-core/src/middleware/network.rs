//! A network of addresses, as `10.0.0.0/8`.

use std::net::IpAddr;

/// All addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `10.0.0.0/8`, or an address, which is a network of one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let Some((address, bits)) = text.split_once('/') else {
            let address = text.parse::<IpAddr>().ok()?.to_canonical();
            return Some(Self { address, bits: width(address) });
        };
        let address = address.parse().ok()?;
        let plain = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = bits.parse().ok().filter(|bits| plain && *bits <= width(address))?;
        Some(Self { address, bits })
    }

    /// True for an address inside; one of the other family is outside of it.
    pub(super) fn contains(self, address: IpAddr) -> bool {
        let differ = match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => u128::from(own.to_bits() ^ other.to_bits()),
            (IpAddr::V6(own), IpAddr::V6(other)) => own.to_bits() ^ other.to_bits(),
            _ => return false,
        };
        // No shift, where no bit is asked for: it would be as wide as the number.
        differ.checked_shr(width(self.address) - self.bits).unwrap_or_default() == 0
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let check = |network: &str, inside: &str, outside: &str| {
            let network = Network::parse(network).unwrap();
            for address in inside.split_whitespace() {
                assert!(network.contains(address.parse().unwrap()), "{network:?} {address}");
            }
            for address in outside.split_whitespace() {
                assert!(!network.contains(address.parse().unwrap()), "{network:?} {address}");
            }
        };
        check("10.0.0.0/8", "10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0 ::ffff:10.0.0.1");
        check("10.1.2.3/8", "10.9.9.9", "11.1.2.3");
        check("192.0.2.128/25", "192.0.2.128 192.0.2.255", "192.0.2.127");
        check("192.0.2.1/32", "192.0.2.1", "192.0.2.0");
        check("192.0.2.1", "192.0.2.1", "192.0.2.2");
        check("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1");
        check("0.0.0.0/0", "0.0.0.0 255.255.255.255", "::");
        check("::/0", ":: ffff::", "0.0.0.0");
        check("2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::");
        check("::1/128", "::1", "::2");
    }

    #[test]
    fn what_is_no_network_is_none() {
        for text in ["", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "a/8"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
        for text in ["10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0 /8", "unix"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
