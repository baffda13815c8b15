//! Where a redirect leads, as browsers resolve it (RFC 3986, 5.2).

/// The host and the rest of an address; a plain path is on `localhost`.
pub(super) fn split_origin(address: &str) -> (&str, &str) {
    let Some((_, rest)) = address.split_once("://").filter(|_| !address.starts_with('/')) else {
        return ("localhost", address);
    };
    match rest.find(['/', '?', '#']) {
        Some(end) => rest.split_at(end),
        None => (rest, "/"),
    }
}

/// The address that a redirect leads to, from the address where it was.
pub(super) fn next_address(from: &str, location: &str) -> String {
    if has_scheme(location) {
        return location.to_owned();
    }
    let (_, path) = split_origin(from);
    let origin = from.strip_suffix(path).unwrap_or(from);
    if let Some(rest) = location.strip_prefix("//") {
        let scheme = origin.split_once("://").map_or("http", |(scheme, _)| scheme);
        return format!("{scheme}://{rest}");
    }
    let path = path.split('#').next().unwrap_or_default();
    let (folder, query) = path.split_once('?').unwrap_or((path, ""));
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let (to, rest) = location.split_at(end);
    if to.is_empty() {
        // The same page, with another query or none of its own.
        let query =
            if rest.starts_with('?') || query.is_empty() { "" } else { &path[folder.len()..] };
        return format!("{origin}{folder}{query}{rest}");
    }
    let base = if to.starts_with('/') {
        ""
    } else {
        &folder[..folder.rfind('/').map_or(0, |slash| slash + 1)]
    };
    format!("{origin}{}{rest}", without_dots(&format!("{base}{to}")))
}

fn has_scheme(location: &str) -> bool {
    location.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The path with `.` and `..` walked.
fn without_dots(path: &str) -> String {
    let mut walked: Vec<&str> = Vec::new();
    let mut steps = path.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let is_last = steps.peek().is_none();
        match step {
            "." => {}
            ".." => {
                walked.pop();
            }
            name => {
                walked.push(name);
                continue;
            }
        }
        if is_last {
            // What ends in a dot is a folder.
            walked.push("");
        }
    }
    format!("/{}", walked.join("/"))
}

#[cfg(test)]
mod tests;
