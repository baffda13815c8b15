//! Any `Cookie` header: no panic, and all questions agree.
#![no_main]

use carafe::cookies::{Cookies, SetCookie};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &str| {
    let cookies = Cookies::parse(header);
    assert_eq!(cookies.is_empty(), cookies.iter().next().is_none());
    if let Some((name, value)) = cookies.iter().next() {
        // A name with bytes that are no UTF-8 cannot be asked for.
        if !name.contains('\u{fffd}') {
            assert_eq!(cookies.get(&name).as_deref(), Some(&*value));
        }
    }
    // What we write is read back as it was.
    let Ok(written) = SetCookie::new("a", header.to_owned()).header() else { return };
    let written = written.to_str().expect("text");
    assert!(!written.contains(['\r', '\n']));
    let pair = written.split("; ").next().expect("a pair");
    assert_eq!(Cookies::parse(pair).get("a").as_deref(), Some(header));
});
