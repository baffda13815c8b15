//! Reading a form part by part.

use std::error::Error as StdError;

use axum::extract::Request;
use http::{HeaderMap, StatusCode, header};
use http_body_util::LengthLimitError;

use super::metered::{Metered, Stop, Tap};
use super::spool::Spool;
use super::{FormLimits, Upload};
use crate::extract::body::{has_stalled, stalled};
use crate::{Error, Kind, Result};

/// The texts and files of a form.
pub(super) async fn form(request: Request) -> Result<(Vec<(String, String)>, Vec<Upload>)> {
    let limits = FormLimits::of(&request)?;
    let boundary = boundary(request.headers())?;
    if announced(request.headers()).is_some_and(|length| length > limits.max_body) {
        return Err(too_large(Stop::Body(limits.max_body).to_string()));
    }
    let tap = Tap::default();
    let body = Metered::new(request.into_body(), limits.max_body, tap.clone());
    let mut parts = multer::Multipart::new(body, boundary);
    let (mut texts, mut files, mut count) = (Vec::new(), Vec::new(), 0);
    loop {
        tap.head();
        let Some(mut part) = parts.next_field().await.map_err(broken)? else {
            break;
        };
        count += 1;
        if count > limits.max_parts {
            return Err(too_large(format!("The form has more than {} parts.", limits.max_parts)));
        }
        let Some(name) = part.name().map(str::to_owned) else {
            return Err(Error::bad_request("A part of the form has no name."));
        };
        if let Some(file_name) = part.file_name().map(str::to_owned) {
            let content_type = part.content_type().map(ToString::to_string);
            let mut spool = Spool::new(limits.spool_over);
            while let Some(chunk) = next_chunk(&tap, &mut part).await? {
                spool.push(&chunk).await?;
            }
            let content = spool.finish().await?;
            // A browser sends a nameless, empty file where the visitor chose none.
            if !(file_name.is_empty() && content.size() == 0) {
                files.push(Upload::new(name, file_name, content_type, content));
            }
        } else {
            let mut text = Vec::new();
            while let Some(chunk) = next_chunk(&tap, &mut part).await? {
                if (text.len() + chunk.len()) as u64 > limits.max_field {
                    let max = limits.max_field;
                    return Err(too_large(format!("A field is larger than {max} bytes.")));
                }
                text.extend_from_slice(&chunk);
            }
            texts.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Ok((texts, files))
}

async fn next_chunk(tap: &Tap, part: &mut multer::Field<'_>) -> Result<Option<bytes::Bytes>> {
    tap.content();
    part.chunk().await.map_err(broken)
}

fn boundary(headers: &HeaderMap) -> Result<String> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("multipart/form-data") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Error::new(Kind::Status(status), "The body is no multipart/form-data."));
    }
    multer::parse_boundary(kind)
        .ok()
        .filter(|boundary| !boundary.is_empty())
        .ok_or_else(|| Error::bad_request("The Content-Type of the form names no boundary."))
}

/// The length that the client says, so that too much is refused before it is sent.
fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(message: String) -> Error {
    Error::new(Kind::TooLarge, message)
}

/// What the parser says, as the client's mistake or as a limit that was reached.
fn broken(error: multer::Error) -> Error {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    match causes.next().and_then(|cause| cause.downcast_ref::<Stop>()) {
        Some(stop @ (Stop::Body(_) | Stop::Head)) => too_large(stop.to_string()),
        Some(stop @ Stop::Broken(_)) if causes.any(<dyn StdError>::is::<LengthLimitError>) => {
            too_large("The form is larger than allowed.".to_owned()).because(stop.to_string())
        }
        Some(Stop::Broken(_)) if has_stalled(&error) => stalled(),
        Some(stop @ Stop::Broken(_)) => Error::bad_request(stop.to_string()).because(error),
        None => Error::bad_request(format!("The form is broken: {error}.")).because(error),
    }
}
