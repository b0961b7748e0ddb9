//! The history as a file.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use pum_app::AppResult;
use pum_domain::page::PageRequest;
use pum_store::history;

use super::dto::HistoryEvent;
use super::list::HistoryFilter;
use crate::error::ApiResult;
use crate::export::{self, ExportParams, Exported, FormatParam};
use crate::state::Web;

impl Exported for HistoryEvent {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "at",
        "type",
        "actor_kind",
        "actor_id",
        "actor_name",
        "user_id",
        "user_name",
        "invite_id",
        "invite_label",
        "subject_kind",
        "subject_id",
        "subject_name",
        "address",
        "reason",
        "before",
        "after",
    ];

    fn cells(&self) -> Vec<String> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let json =
            |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
        let subject = self.subject.as_ref();
        vec![
            self.id.clone(),
            self.at.clone(),
            self.kind.clone(),
            self.actor.kind.to_string(),
            text(&self.actor.id),
            text(&self.actor.name),
            text(&self.user_id),
            text(&self.user_name),
            text(&self.invite_id),
            text(&self.invite_label),
            subject.map(|subject| subject.kind.clone()).unwrap_or_default(),
            subject.map(|subject| text(&subject.id)).unwrap_or_default(),
            subject.map(|subject| text(&subject.name)).unwrap_or_default(),
            text(&self.address),
            text(&self.reason),
            json(&self.before),
            json(&self.after),
        ]
    }
}

/// Export the history
///
/// Everything that fits the filters, the latest first, as a file. Cells that a spreadsheet would take
/// for a formula begin with an apostrophe.
#[utoipa::path(
    operation_id = "exportHistory",
    tag = "History",
    extensions(("x-permission" = json!("history.export"))),
    params(FormatParam, HistoryFilter),
    responses((status = 200, description = "The file.", content(
        (String = "text/csv", example = json!("id,at,type\r\n42,2026-11-22T16:04:05.000Z,invite.updated\r\n")),
        (Vec<HistoryEvent> = "application/json"),
    ))),
)]
#[get("/history/export")]
pub async fn export_history(web: Data<Web>, query: ExportParams<HistoryFilter>) -> ApiResult<HttpResponse> {
    let ExportParams { format, filter } = query;
    let filter = filter.parse()?;
    let reader = web.ctx().reader();
    export::answer(&web, "history", format, move |cursor| {
        let (reader, filter) = (reader.clone(), filter.clone());
        async move {
            let Some(filter) = filter else { return AppResult::Ok((Vec::new(), None)) };
            let request = PageRequest { limit: export::PAGE, cursor, descending: true };
            let (events, next) = history::walk(&reader, &filter, &request).await?;
            Ok((events.into_iter().map(HistoryEvent::from).collect::<Vec<_>>(), next))
        }
    })
    .await
}
