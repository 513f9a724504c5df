//! The engine for browsers.

use std::sync::LazyLock;

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use crate::page::Page;

/// `burgee-core.wasm`; `hosts/sync` keeps it up to date.
static MODULE: LazyLock<Page> = LazyLock::new(|| {
    Page::new(Bytes::from_static(include_bytes!("../../../assets/burgee-core.wasm")), "application/wasm")
});

/// The engine as a WebAssembly module without imports; `ARCHITECTURE.md` has its contract.
#[utoipa::path(get, path = "/wasm/flag-evaluator.wasm", tag = "Events", security(()), responses(
    (status = 200, description = "The module", content_type = "application/wasm", body = Vec<u8>), (status = 304, description = "The client has it")))]
pub(super) async fn module(headers: HeaderMap) -> Response {
    MODULE.answer(&headers, "public, max-age=3600")
}
