//! Every invite that is not deleted.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::invites;
use pum_domain::invite::InviteStatus;
use pum_store::invites::{Filter, Sort};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{InviteDto, InviteSortName, InviteStatusName};
use crate::dto::{PageDto, search};
use crate::error::ApiResult;
use crate::extract::{ListParams, Order, PageParams};
use crate::state::Web;

/// Which invites to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InviteFilter {
    /// Only those that stand like this now.
    #[param(value_type = Option<InviteStatusName>)]
    status: Option<InviteStatus>,
    /// Text in the label or the code, at most 200 characters.
    q: Option<String>,
}

/// List the invites
#[utoipa::path(
    operation_id = "listInvites",
    tag = "Invites",
    extensions(("x-permission" = json!("invites.view"))),
    params(
        PageParams,
        InviteFilter,
        ("sort" = inline(Option<InviteSortName>), Query, description = "What to sort by; `created` unless said."),
    ),
    responses((status = 200, description = "A page of invites.", body = PageDto<InviteDto>)),
)]
#[get("/invites")]
pub async fn list_invites(
    web: Data<Web>,
    query: ListParams<InviteFilter, Sort>,
) -> ApiResult<Json<PageDto<InviteDto>>> {
    let sort = query.sort.unwrap_or(Sort::Created);
    let order = if sort == Sort::Created { Order::Descending } else { Order::Ascending };
    let request = query.page(order);
    let filter = Filter { status: query.filter.status, q: search("/q", query.filter.q)? };
    let page = invites::list(web.ctx(), &filter, sort, &request).await?;
    Ok(Json(PageDto::of(page, InviteDto::from)))
}
