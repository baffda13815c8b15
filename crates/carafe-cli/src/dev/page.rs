//! What the browser shows while there is no program: the compiler's errors, or a crash.

use super::http::Head;
use crate::ansi;

pub(super) struct Page {
    pub(super) title: String,
    pub(super) lead: String,
    /// With a terminal's colours.
    pub(super) text: String,
    /// Where to hear of the next state: `PORT/VERSION`.
    pub(super) reload: String,
}

impl Page {
    /// The whole answer to a request: HTML for a browser, else text.
    pub(super) fn answer(&self, head: &Head) -> Vec<u8> {
        let browser = head.header("accept").is_some_and(|accept| accept.contains("text/html"));
        let (kind, body) =
            if browser { ("text/html", self.html()) } else { ("text/plain", self.plain()) };
        let length = body.len();
        let mut answer = format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: {kind}; charset=utf-8\r\n\
             Content-Length: {length}\r\nCache-Control: no-store\r\nRetry-After: 1\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        );
        if head.method() != "HEAD" {
            answer.push_str(&body);
        }
        answer.into_bytes()
    }

    fn plain(&self) -> String {
        format!("{}\n{}\n\n{}\n", self.title, self.lead, ansi::plain(&self.text).trim_end())
    }

    fn html(&self) -> String {
        let text = ansi::html(self.text.trim_end());
        FRAME
            .replace("{title}", &ansi::html(&self.title))
            .replace("{lead}", &ansi::html(&self.lead))
            .replace("{reload}", &self.reload)
            // Last, so that nothing in it is taken for one of the above.
            .replace("{text}", &text)
    }
}

const FRAME: &str = include_str!("page.html");
