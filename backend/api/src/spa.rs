//! The built front end: two pages and their assets, read into memory once.
//!
//! A request is looked up by its exact path among the files that were there at the start, so no path
//! can lead outside. `/invite/…` is the invite page, every other address without a file the admin's.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;

use crate::error::ApiError;
use crate::problems::OwnBody;
use crate::state::Web;

/// Stands in the built HTML where the base path goes.
const BASE_PLACEHOLDER: &str = "%PUM_BASE%";
/// More than this is not our front end.
const MAX_TOTAL: u64 = 64 * 1024 * 1024;
const MAX_DEPTH: u32 = 8;

/// The front end's files by address.
#[derive(Default)]
pub struct Spa {
    files: HashMap<String, Asset>,
    admin: Option<String>,
    invite: Option<String>,
}

struct Asset {
    content_type: &'static str,
    etag: HeaderValue,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Spa {
    /// Reads the folder. `None` serves a page that says what is missing.
    pub fn load(folder: Option<&Path>) -> io::Result<Self> {
        let Some(folder) = folder else { return Ok(Self::default()) };
        let mut raw = HashMap::new();
        read_folder(folder, "", 0, &mut 0, &mut raw)?;
        let mut spa = Self {
            admin: page(&mut raw, "/index.html"),
            invite: page(&mut raw, "/invite.html"),
            files: HashMap::new(),
        };
        let names: Vec<String> = raw.keys().filter(|name| !is_variant(name, &raw)).cloned().collect();
        for name in names {
            let brotli = raw.remove(&format!("{name}.br"));
            let gzip = raw.remove(&format!("{name}.gz"));
            if let Some(plain) = raw.remove(&name) {
                let asset =
                    Asset { content_type: content_type(&name), etag: etag(&plain), plain, brotli, gzip };
                spa.files.insert(name, asset);
            }
        }
        Ok(spa)
    }
}

/// Everything that is not the API.
pub async fn serve(req: HttpRequest) -> Result<HttpResponse, ApiError> {
    let web = Web::of(&req);
    let path = req.path();
    if path == "/api" || path.starts_with("/api/") {
        return Err(ApiError::no_such_address());
    }
    if !matches!(*req.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::method_not_allowed(&["GET", "HEAD"]));
    }
    if let Some(asset) = web.spa().files.get(path) {
        return Ok(answer_asset(&req, path, asset));
    }
    // Pages have no dot in their last part; what has one is a file that is not there.
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if is_file || path.starts_with("/assets/") || path == "/metrics" {
        return Err(ApiError::no_such_address());
    }
    let is_invite = path.starts_with("/invite/");
    let page = if is_invite { &web.spa().invite } else { &web.spa().admin };
    Ok(match page {
        Some(html) => answer_page(&html.replace(BASE_PLACEHOLDER, &web.base_path())),
        None => front_end_missing(),
    })
}

fn answer_asset(req: &HttpRequest, path: &str, asset: &Asset) -> HttpResponse {
    // Built files carry a hash in their name; the others are asked for again.
    let cache = match path.starts_with("/assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let known = req.headers().get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag))
    {
        return HttpResponse::NotModified().insert_header((ETAG, asset.etag.clone())).finish();
    }
    let (encoding, bytes) = match accepted(req) {
        (true, _) if asset.brotli.is_some() => ("br", asset.brotli.clone()),
        (_, true) if asset.gzip.is_some() => ("gzip", asset.gzip.clone()),
        _ => ("identity", None),
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, cache))
        .insert_header((ETAG, asset.etag.clone()))
        .insert_header((VARY, "accept-encoding"));
    if asset.brotli.is_some() || asset.gzip.is_some() {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.body(bytes.unwrap_or_else(|| asset.plain.clone()))
}

/// Whether the client takes brotli, and whether gzip.
fn accepted(req: &HttpRequest) -> (bool, bool) {
    let header = req.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let takes = |name: &str| {
        header.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            let named = words.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name));
            named && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    (takes("br"), takes("gzip"))
}

fn answer_page(html: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(html.to_owned())
}

fn front_end_missing() -> HttpResponse {
    let mut response = HttpResponse::ServiceUnavailable()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(include_str!("docs/no_front_end.html"));
    response.extensions_mut().insert(OwnBody);
    response
}

fn page(raw: &mut HashMap<String, Bytes>, name: &str) -> Option<String> {
    let bytes = raw.remove(name)?;
    raw.remove(&format!("{name}.br"));
    raw.remove(&format!("{name}.gz"));
    String::from_utf8(bytes.to_vec()).ok()
}

fn is_variant(name: &str, raw: &HashMap<String, Bytes>) -> bool {
    let original = name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz"));
    original.is_some_and(|original| raw.contains_key(original))
}

fn read_folder(
    folder: &Path,
    at: &str,
    depth: u32,
    total: &mut u64,
    into: &mut HashMap<String, Bytes>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let kind = entry.file_type()?;
        // Hidden files (the build's manifest among them) and links are nobody's business.
        if name.starts_with('.') {
            continue;
        }
        let address = format!("{at}/{name}");
        if kind.is_dir() && depth < MAX_DEPTH {
            read_folder(&entry.path(), &address, depth + 1, total, into)?;
        } else if kind.is_file() {
            *total += entry.metadata()?.len();
            if *total > MAX_TOTAL {
                return Err(io::Error::other("the web folder holds more than 64 MiB: is it the right one?"));
            }
            into.insert(address, Bytes::from(std::fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn etag(bytes: &[u8]) -> HeaderValue {
    use sha2::Digest;
    let digest: String =
        sha2::Sha256::digest(bytes).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
