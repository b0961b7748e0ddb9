//! The history, newest first.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::AppError;
use pum_domain::event::{ActorKind, EventType};
use pum_domain::{InviteId, UserId};
use pum_store::history::{self, Filter};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{EventTypeName, HistoryEvent};
use crate::dto::{PageDto, parse_moment, search};
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::state::Web;

pum_domain::catalogue! {
    /// By what the history may be sorted.
    pub enum HistorySort { At = "at" }
}

/// Which events to list. Everything that is given must fit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryFilter {
    /// Text in the names, the type, the address or the reason, at most 200 characters.
    q: Option<String>,
    /// Only events of this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<EventTypeName>, rename = "type")]
    kind: Option<EventType>,
    /// Done by the actor with this id, or by this kind of actor (`admin`, `schedule`, …).
    actor: Option<String>,
    /// Happened to this user.
    user_id: Option<String>,
    /// Happened through this invite.
    invite_id: Option<String>,
    /// At or after this moment.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Before this moment.
    #[param(format = DateTime)]
    to: Option<String>,
}

impl HistoryFilter {
    /// `None` when nothing can fit, such as an id that cannot be one.
    pub(super) fn parse(self) -> ApiResult<Option<Filter>> {
        let moment =
            |pointer, text: Option<String>| text.map(|text| parse_moment(pointer, &text)).transpose();
        let actor_kind: Option<ActorKind> = self.actor.as_deref().and_then(|text| text.parse().ok());
        let filter = Filter {
            q: search("/q", self.q)?,
            types: self.kind.into_iter().collect(),
            actor_id: self.actor.filter(|_| actor_kind.is_none()),
            actor_kind,
            user_id: None,
            invite_id: None,
            from: moment("/from", self.from)?,
            to: moment("/to", self.to)?,
        };
        let user_id = self.user_id.map(|id| id.parse::<UserId>()).transpose();
        let invite_id = self.invite_id.map(|id| id.parse::<InviteId>()).transpose();
        Ok(match (user_id, invite_id) {
            (Ok(user_id), Ok(invite_id)) => Some(Filter { user_id, invite_id, ..filter }),
            _ => None,
        })
    }
}

/// List the history
///
/// Everything that has changed something, the latest first. Deleting a thing does not delete its history.
#[utoipa::path(
    operation_id = "listHistory",
    tag = "History",
    extensions(("x-permission" = json!("history.view"))),
    params(PageParams, HistoryFilter),
    responses((status = 200, description = "A page of events.", body = PageDto<HistoryEvent>)),
)]
#[get("/history")]
pub async fn list_history(
    web: Data<Web>,
    query: ListParams<HistoryFilter, HistorySort>,
) -> ApiResult<Json<PageDto<HistoryEvent>>> {
    let request = query.page(Order::Descending);
    let Some(filter) = query.filter.parse()? else { return Ok(Json(PageDto::whole(Vec::new()))) };
    let page = history::list(&web.ctx().reader(), &filter, &request).await.map_err(AppError::from)?;
    Ok(Json(PageDto::of(page, HistoryEvent::from)))
}
