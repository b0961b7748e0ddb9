//! What the HTTP layer keeps: its configuration, the contract, the front end, the live events.

use std::path::PathBuf;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use actix_web::web::Data;
use bytes::Bytes;
use ipnet::IpNet;
use pum_app::Ctx;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::access::AccessTable;
use crate::events::Events;
use crate::headers::content_security_policy;
use crate::openapi::openapi;
use crate::spa::Spa;

/// How the HTTP layer is set up. The rest comes from the settings in the database.
#[derive(Debug, Clone, Default)]
pub struct ApiConfig {
    /// Networks whose forwarded headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The built front end; `None` serves the API alone.
    pub web_dir: Option<PathBuf>,
    /// Origins besides our own that pages may call: where the browser makes the Plex PIN.
    pub connect_origins: Vec<String>,
    /// Threads that answer requests; `None` is one per core.
    pub threads: Option<usize>,
}

/// The state of the HTTP layer, one for all threads.
pub struct Web {
    ctx: Ctx,
    trusted_proxies: Vec<IpNet>,
    content_security_policy: HeaderValue,
    access: AccessTable,
    openapi_json: Bytes,
    spa: Spa,
    events: Events,
    shutdown: CancellationToken,
}

impl Web {
    /// Reads the front end and builds the contract.
    pub fn new(config: &ApiConfig, ctx: Ctx, shutdown: CancellationToken) -> std::io::Result<Self> {
        let document = openapi();
        Ok(Self {
            trusted_proxies: config.trusted_proxies.clone(),
            content_security_policy: content_security_policy(&config.connect_origins),
            access: AccessTable::of(&document),
            openapi_json: serde_json::to_vec(&document)?.into(),
            spa: Spa::load(config.web_dir.as_deref())?,
            events: Events::new(ctx.reader(), shutdown.clone()),
            ctx,
            shutdown,
        })
    }

    /// The state behind a request.
    pub fn of(req: &HttpRequest) -> &Self {
        req.app_data::<Data<Self>>().expect("serve() registers the state for every request")
    }

    /// What use cases may touch.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Where people reach PUM, as far as anybody has said.
    pub fn base_url(&self) -> Option<Url> {
        self.ctx.base_url()
    }

    /// The path of [`Web::base_url`], with a slash at both ends.
    pub fn base_path(&self) -> String {
        match self.base_url() {
            Some(url) => format!("{}/", url.path().trim_end_matches('/')),
            None => "/".to_owned(),
        }
    }

    pub(crate) fn trusted_proxies(&self) -> &[IpNet] {
        &self.trusted_proxies
    }

    pub(crate) fn content_security_policy(&self) -> HeaderValue {
        self.content_security_policy.clone()
    }

    pub(crate) fn access(&self) -> &AccessTable {
        &self.access
    }

    pub(crate) fn openapi_json(&self) -> Bytes {
        self.openapi_json.clone()
    }

    pub(crate) fn spa(&self) -> &Spa {
        &self.spa
    }

    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    pub(crate) fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }
}
