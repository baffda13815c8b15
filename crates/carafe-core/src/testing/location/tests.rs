use super::{next_address, split_origin};

#[track_caller]
fn check(from: &str, location: &str, expected: &str) {
    assert_eq!(next_address(from, location), expected, "{location} from {from}");
}

#[test]
fn locations_are_resolved() {
    let page = "http://a.example.com/x/y?q=1#top";
    check(page, "https://b.example.com/z", "https://b.example.com/z");
    check(page, "//b.example.com/z", "http://b.example.com/z");
    check(page, "/z", "http://a.example.com/z");
    check(page, "z", "http://a.example.com/x/z");
    check(page, "./z?a=/../b", "http://a.example.com/x/z?a=/../b");
    check(page, "../z", "http://a.example.com/z");
    check(page, "../../../z/", "http://a.example.com/z/");
    check(page, "/a/./b/../c", "http://a.example.com/a/c");
    check(page, "..", "http://a.example.com/");
    check(page, ".", "http://a.example.com/x/");
    check(page, "?q=2", "http://a.example.com/x/y?q=2");
    check(page, "#end", "http://a.example.com/x/y?q=1#end");
    check(page, "", "http://a.example.com/x/y?q=1");
    check(page, "/z?to=http://b.example.com/", "http://a.example.com/z?to=http://b.example.com/");
    check("/x/y", "/z", "/z");
    check("/x/y", "z", "/x/z");
    check("/", "../z", "/z");
    check("/x/y", "//b.example.com", "http://b.example.com");
    check("http://a.example.com", "z", "http://a.example.com/z");
    check("/x//y", "z//a", "/x//z//a");
    check("https://a.example.com/", "//b.example.com/", "https://b.example.com/");
}

#[test]
fn origins_are_split_off() {
    for (address, host, rest) in [
        ("/x", "localhost", "/x"),
        ("/x?to=http://a/", "localhost", "/x?to=http://a/"),
        ("http://a.example.com:80/x", "a.example.com:80", "/x"),
        ("http://a.example.com", "a.example.com", "/"),
        ("http://a.example.com?q=1", "a.example.com", "?q=1"),
    ] {
        assert_eq!(split_origin(address), (host, rest), "{address}");
    }
}
