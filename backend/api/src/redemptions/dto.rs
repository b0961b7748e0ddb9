//! The shapes of redemptions on the public page.

use pum_app::invites::Promise;
use pum_app::redemptions::{SignInProgress, View};
use pum_domain::redemption::{RedemptionReason, RedemptionState, StepName, StepState};
use pum_domain::text::mask_email;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::name_schema;
use crate::pictures;
use crate::public::PublicLibrary;
use crate::state::Web;

name_schema!(
    /// Where a redemption stands.
    RedemptionStateName,
    RedemptionState
);
name_schema!(
    /// Why a redemption waits or failed.
    RedemptionReasonName,
    RedemptionReason
);
name_schema!(
    /// A step of the way.
    RedemptionStepName,
    StepName
);
name_schema!(
    /// How a step stands.
    StepStateName,
    StepState
);

/// Which of the browser's redemptions is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfInvite {
    /// The code of the link; without it the one that was begun last.
    pub code: Option<String>,
}

/// A step of the way, as the page draws it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepDto {
    /// Which one.
    #[schema(value_type = RedemptionStepName)]
    pub name: StepName,
    /// How it stands.
    #[schema(value_type = StepStateName)]
    pub state: StepState,
    /// What it waits for, or why it failed.
    #[schema(value_type = Option<RedemptionReasonName>)]
    pub detail: Option<RedemptionReason>,
}

/// Who signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedemptionPlexDto {
    /// The name at Plex.
    #[schema(example = "priya")]
    pub username: String,
    /// The address, as its owner recognises it.
    #[schema(example = "p…@e….org")]
    pub email_masked: Option<String>,
    /// The picture, from PUM itself.
    #[schema(example = "/api/v1/pictures/redemptions/current")]
    pub thumb: Option<String>,
}

/// What was accepted. The link itself may say nothing any more: its last use may be this one.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedemptionTermsDto {
    /// The server's name.
    #[schema(example = "Aurora")]
    pub server_name: String,
    /// What one gets to see today.
    pub libraries: Vec<PublicLibrary>,
    /// Whether later libraries come with it.
    pub all_libraries: bool,
    /// Days of access from joining on; `null` is for good.
    pub membership_days: Option<i32>,
    /// Whether downloads are allowed.
    pub allow_downloads: bool,
}

impl From<Promise> for RedemptionTermsDto {
    fn from(promise: Promise) -> Self {
        Self {
            server_name: promise.server_name,
            libraries: promise.libraries.into_iter().map(PublicLibrary::from).collect(),
            all_libraries: promise.all_libraries,
            membership_days: promise.membership_days,
            allow_downloads: promise.allow_downloads,
        }
    }
}

/// How far signing in with Plex has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlexSignInDto {
    /// None is under way.
    None,
    /// The browser has been told to make a PIN.
    Started,
    /// The person is at Plex, or back from there.
    Attached,
}

/// One person's way through an invite.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab0c5-9a60-7b2e-8f0c-6a6a3f5c1d20",
    "invite_version": 1,
    "state": "ready",
    "steps": [
        {"name": "plex_sign_in", "state": "done", "detail": null},
        {"name": "accept", "state": "current", "detail": null},
        {"name": "seat", "state": "pending", "detail": null}
    ],
    "reason": null,
    "may_retry": false,
    "plex_sign_in": "none",
    "plex": {"username": "priya", "email_masked": "p…@e….org", "thumb": null},
    "terms": null,
    "access_expires_at": null,
    "time_zone": "Europe/Berlin"
}))]
pub struct RedemptionDto {
    /// Its id.
    pub id: String,
    /// The version of the invite that the page shows.
    pub invite_version: i64,
    /// Where it stands.
    #[schema(value_type = RedemptionStateName)]
    pub state: RedemptionState,
    /// What is done, going on and to come.
    pub steps: Vec<StepDto>,
    /// Why it waits or failed.
    #[schema(value_type = Option<RedemptionReasonName>)]
    pub reason: Option<RedemptionReason>,
    /// Whether the invitee may try a failed one again.
    pub may_retry: bool,
    /// How far signing in with Plex has come.
    pub plex_sign_in: PlexSignInDto,
    /// Who signed in.
    pub plex: Option<RedemptionPlexDto>,
    /// What was accepted, once it was.
    pub terms: Option<RedemptionTermsDto>,
    /// When access ends, once there is access; `null` is for good.
    pub access_expires_at: Option<String>,
    /// The zone in which the host's days begin and end.
    pub time_zone: String,
}

impl RedemptionDto {
    /// What the page may see.
    pub fn of(view: View, web: &Web) -> Self {
        let thumb_at = pictures::path_of_redemption(&web.base_path());
        let plex = view.redemption.account.map(|account| RedemptionPlexDto {
            username: account.username,
            email_masked: account.email.as_deref().map(mask_email),
            thumb: account.thumb.map(|_| thumb_at),
        });
        let steps = view.steps.into_iter();
        Self {
            id: view.redemption.id.to_string(),
            invite_version: view.redemption.invite_version,
            state: view.redemption.state,
            steps: steps
                .map(|step| StepDto { name: step.name, state: step.state, detail: step.detail })
                .collect(),
            reason: view.redemption.reason,
            may_retry: view.may_retry,
            plex_sign_in: match view.plex_sign_in {
                SignInProgress::None => PlexSignInDto::None,
                SignInProgress::Started => PlexSignInDto::Started,
                SignInProgress::Attached => PlexSignInDto::Attached,
            },
            plex,
            terms: view.accepted.map(RedemptionTermsDto::from),
            access_expires_at: view.access_expires_at.map(|at| at.to_rfc3339()),
            time_zone: web.ctx().time_zone().name().to_owned(),
        }
    }
}

/// What somebody agrees to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"redemption_id": "019ab0c5-9a60-7b2e-8f0c-6a6a3f5c1d20", "invite_version": 1}))]
pub struct AcceptBody {
    /// The redemption that the page shows.
    pub redemption_id: String,
    /// The version of the invite that the page shows.
    pub invite_version: i64,
}
