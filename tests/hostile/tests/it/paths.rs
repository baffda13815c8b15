//! Paths that would leave the static folder, or another one that is served.

use hostile_tests::{Row, get, row};

use crate::check;

fn path(path: &str, status: u16) -> Row {
    row(format!("{path:.80}"), get(path, ""), &[status])
}

#[test]
fn out_of_the_static_folder() {
    let climbs = [
        "..",
        "%2e%2e",
        "%2E%2E",
        ".%2e",
        "%2e.",
        "..%00",
        "..;",
        "..%20",
        "..%09",
        ".. ",
        "...",
        "....",
        "%252e%252e",
        "%c0%ae%c0%ae",
        "%e0%80%ae%e0%80%ae",
        "%uff0e%uff0e",
        "%ef%bc%8e%ef%bc%8e",
        "..%c2%a0",
        ".%00.",
        "%u002e%u002e",
        "..%3f",
        "..%23",
    ];
    let slashes = [
        "/",
        "//",
        "%2f",
        "%2F",
        "%5c",
        "\\",
        "%5C",
        "/./",
        "%252f",
        "%c0%af",
        "%ef%bc%8f",
        "/%2f",
        ";/",
    ];
    let mut rows = Vec::new();
    for climb in climbs {
        for slash in slashes {
            for deep in ["", "css/", "css/../", "up/"] {
                let path = format!("/static/{deep}{climb}{slash}secret.txt");
                rows.push(row(path.clone(), get(&path, ""), &[]));
            }
        }
    }
    // Whatever each of them is (404, 308, 400), it is never the secret, and nothing of the server's fault.
    refused(&rows);
}

/// Holds that each path is refused, in whichever way.
fn refused(rows: &[Row]) {
    check(rows.iter().cloned().map(Row::refused));
}

#[test]
fn other_ways_out() {
    check([
        path("/static/../secret.txt", 404),
        path("/static/..", 404),
        path("/static/../", 404),
        path("/static/.", 404),
        path("/static/./a.txt", 404),
        path("/static/%2e/a.txt", 404),
        path("/static/%2e%2e/static-brother/secret.txt", 404),
        path("/static/../static-brother/secret.txt", 404),
        path("/static-brother/secret.txt", 404),
        path("/static//etc/passwd", 404),
        path("/static/%2fetc%2fpasswd", 404),
        path("/static/%2Fetc/passwd", 404),
        path("/static/C:%5cwindows%5cwin.ini", 404),
        path("/static/C:/windows/win.ini", 404),
        path("/static/file:///etc/passwd", 404),
        path("/static/%5c%5cserver%5cshare", 404),
        path("/static/link.txt", 404),
        path("/static/up/secret.txt", 404),
        // Out and in again is in.
        path("/static/up/static/a.txt", 200),
        path("/static/up", 404),
        path("/static/loop", 404),
        path("/static/.env", 404),
        path("/static/%2eenv", 404),
        path("/static/css/.hidden", 404),
        path("/static/.git/config", 404),
        path("/static/css", 404),
        path("/static/css/", 404),
        path("/static/", 200).has("\r\n\r\nstatic"),
        path("/static", 308),
        path("/static/a.txt/", 404),
        path("/static/a.txt/x", 404),
        path("/static/A.TXT", 404),
        path("/STATIC/a.txt", 404),
        path("/static/a.txt%20", 404),
        path("/static/a.txt.", 404),
        path("/static/a.txt::$DATA", 404),
        path("/static/a.txt%0a", 404),
        path("/static/a.txt%0d%0aevil:%20x", 404),
        path("/static/a.txt?../../secret.txt", 200),
        path("/static/%61.txt", 200).has("abcdefghij"),
        path("/static/a.txt", 200).has("abcdefghij").serves(),
        path("//static/a.txt", 308),
        path("/static//a.txt", 404),
        path(&format!("/static/{}", "a".repeat(300)), 404),
        path(&format!("/static/{}", "a".repeat(8_000)), 404),
        path(&format!("/static/{}a.txt", "css/../".repeat(1_000)), 404),
        path(&format!("/static/{}", "a/".repeat(3_900)), 404),
        path("/static/%FF", 404),
        path("/static/con", 404),
        path("/static/a.00000000.txt", 200),
        path("/static/link.00000000.txt", 404),
        path("/rest/../secret.txt", 200).has("../secret.txt"),
    ]);
}

#[test]
fn redirects_that_would_lead_elsewhere() {
    check([
        path("//evil.com", 308).has("location: /evil.com/\r\n"),
        path("//evil.com/", 308).has("location: /evil.com/\r\n"),
        path("///evil.com/", 308).has("location: /evil.com/\r\n"),
        path("//evil.com/..", 404).lacks("location: //"),
        path("/\\evil.com", 308).lacks("location: /\\").has("location: /%5Cevil.com/"),
        path("/%2fevil.com", 308).has("location: /%2fevil.com/"),
        path("/%5cevil.com", 308).has("location: /%5cevil.com/"),
        path("/evil%0d%0aset-cookie:x", 308).has("location: /evil%0d%0aset-cookie:x/"),
        path("//evil.com?//evil.com", 308).has("location: /evil.com/?//evil.com"),
        path("//", 308).has("location: /\r\n"),
        path("//user@evil.com", 308).has("location: /user@evil.com/"),
        path("/https:evil.com", 308).has("location: /https:evil.com/"),
        path("/.//evil.com", 404).lacks("location: //"),
        row("an absolute form", "GET http://evil.com/x HTTP/1.1\r\nhost: test\r\n\r\n", &[308])
            .has("location: /x/\r\n"),
        row(
            "an absolute form with slashes",
            "GET http://evil.com//x HTTP/1.1\r\nhost: test\r\n\r\n",
            &[308],
        )
        .has("location: /x/\r\n"),
    ]);
}
