//! Forms with files, as a browser writes them (RFC 7578).

/// One field, or one file with its name and type.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file: Option<(String, String)>,
    pub(super) data: Vec<u8>,
}

/// The content type and the body.
pub(super) fn multipart(parts: &[Part]) -> (String, Vec<u8>) {
    let boundary = boundary(parts);
    let mut body = Vec::new();
    for Part { name, file, data } in parts {
        let name = quoted(name);
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name={name}").bytes());
        if let Some((file_name, content_type)) = file {
            let file_name = quoted(file_name);
            body.extend(format!("; filename={file_name}\r\nContent-Type: {content_type}").bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(data);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// A line that stands in no part; always the same one for the same parts.
fn boundary(parts: &[Part]) -> String {
    let taken = |line: &str| {
        let has = |data: &[u8]| data.windows(line.len()).any(|window| window == line.as_bytes());
        parts.iter().any(|part| has(&part.data))
    };
    let mut boundary = "carafe-test-boundary".to_owned();
    while taken(&boundary) {
        boundary.push('-');
    }
    boundary
}

/// As the HTML standard has it ("escape a multipart/form-data name").
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22"))
}
