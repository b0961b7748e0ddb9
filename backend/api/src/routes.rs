//! Every route of PUM.
//!
//! # Adding an operation
//!
//! 1. `backend/api/src/<feature>/<verb>.rs` holds the handler, `dto.rs` beside it the feature's shapes:
//!
//!    ```ignore
//!    /// List the invites                          (the summary, then a blank line and more if needed)
//!    #[utoipa::path(
//!        operation_id = "listInvites",
//!        tag = "Invites",                          // one of TAGS below
//!        extensions(("x-permission" = json!("invites.view"))),  // or "signed_in", or "public"
//!        params(PageParams, InviteFilter),         // types with IntoParams; ("id" = String, Path, description = "…")
//!        responses(
//!            (status = 200, description = "A page of invites.", body = PageDto<InviteDto>),
//!            (status = 409, description = "`invite_changed`: The terms have changed."),   // own refusals
//!        )
//!    )]
//!    #[get("/invites")]
//!    pub async fn list_invites(
//!        web: Data<Web>, query: ListParams<InviteFilter, InviteSort>,
//!    ) -> ApiResult<Json<PageDto<InviteDto>>> {
//!        let page = pum_store::invites::list(&web.ctx().reader(), …).await?;
//!        Ok(Json(PageDto::of(page, InviteDto::from)))
//!    }
//!    ```
//!
//! 2. Add `.service(…)` to [`v1`]. Literal segments come before `{id}` ones.
//! 3. `UPDATE_OPENAPI=1 cargo nextest run -p pum-api contract` writes `openapi.yaml`. An operation that
//!    strangers may call is also written down in `tests/it/permissions.rs`.
//! 4. Its story goes into `tests/it/<feature>.rs`, with `pum_testkit::TestApp`.
//!
//! What the core does by itself: permission, session, same-origin proof and bearer tokens are checked
//! from `x-permission` before the handler runs; the shared refusals (400, 401, 403, 404, 413, 415, 422,
//! 503), their examples and the security requirement are added to the document; `?` on an `AppError`
//! picks the status (`error.rs`); a 4xx listed in `responses` without a body becomes a problem whose
//! example has the code in back-ticks. Take [`crate::extract::Body`], [`crate::extract::ListParams`],
//! [`crate::extract::Id`] and [`crate::extract::IfMatch`] instead of actix's own extractors, and
//! [`crate::auth::SignedIn`] or [`crate::client_addr::ClientAddr`] to know who asks. Every JSON answer
//! needs an example: `#[schema(example = …)]` on the DTO or `example = json!(…)` on the response.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig as Described;
use utoipa_actix_web::{OpenApiFactory, scope};

use crate::{
    account, bulk, changes, events, history, invites, jobs, libraries, pictures, public, purge, redemptions,
    session, settings, setup, stats, stream_history, streams, syncs, users,
};

/// The groups of operations, in the order of the document.
pub const TAGS: &[(&str, &str)] = &[
    ("Setup", "From a fresh installation to a working one."),
    ("Session", "Signing in and out."),
    ("Account", "One's own admin account."),
    ("Libraries", "What the Plex server offers."),
    ("Invites", "Links with rules."),
    ("Public", "What an invitee's browser calls."),
    ("Users", "People with access, or invited to it."),
    ("Streams", "What is playing, and what has been played."),
    ("Purge", "Letting people go who have gone quiet."),
    ("History", "Who did what, and when."),
    ("Jobs", "Durable work, and what the clock asks for."),
    ("Dashboard", "Figures and what needs attention."),
    ("Settings", "What an admin may change while PUM runs."),
    ("Events", "Live hints of what has changed."),
];

/// Where operations are registered: to be served, or to be described.
///
/// Describing them fills some 20 MB with schemas, and every thread registers the routes anew: threads that
/// serve leave the descriptions out.
trait Operations {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self;
}

impl Operations for web::ServiceConfig {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        self.service(operation)
    }
}

impl Operations for Described<'_> {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        self.service(operation)
    }
}

/// Everything that the contract describes, with its description.
pub fn described(config: &mut Described<'_>) {
    config.service(scope::scope("/api/v1").configure(|config: &mut Described<'_>| v1(config)));
}

/// Everything that the contract describes, to be served.
pub fn served(config: &mut web::ServiceConfig) {
    config.service(web::scope("/api/v1").configure(v1));
}

fn v1(config: &mut impl Operations) {
    config
        .service(setup::get_setup)
        .service(setup::create_first_admin)
        .service(setup::start_setup_admin_plex)
        .service(setup::attach_setup_admin_plex)
        .service(setup::complete_setup_admin_plex)
        .service(setup::test_plex)
        .service(setup::start_setup_server_plex)
        .service(setup::attach_setup_server_plex)
        .service(setup::complete_setup_server_plex)
        .service(setup::list_plex_servers)
        .service(setup::save_plex)
        .service(setup::save_app)
        .service(setup::finish_setup);
    config
        .service(session::create_session)
        .service(session::get_session)
        .service(session::delete_session)
        .service(session::start_plex_sign_in)
        .service(session::attach_plex_sign_in)
        .service(session::complete_plex_sign_in);
    config
        .service(account::update_account)
        .service(account::change_password)
        .service(account::start_link_plex)
        .service(account::attach_link_plex)
        .service(account::complete_link_plex)
        .service(account::unlink_plex)
        .service(account::list_my_sessions)
        .service(account::end_my_sessions)
        .service(account::end_my_session);
    config
        .service(settings::list_settings)
        .service(settings::update_settings)
        .service(settings::get_plex_connection)
        .service(settings::update_plex_connection)
        .service(settings::test_plex_connection)
        .service(settings::start_owner_token)
        .service(settings::attach_owner_token)
        .service(settings::complete_owner_token);
    config.service(libraries::list_libraries).service(libraries::refresh_libraries);
    config
        .service(invites::list_invites)
        .service(invites::create_invite)
        .service(invites::get_invite)
        .service(invites::update_invite)
        .service(invites::delete_invite)
        .service(invites::pause_invite)
        .service(invites::resume_invite)
        .service(invites::get_invite_qr)
        .service(invites::list_redemptions);
    config.service(public::get_public_invite);
    config
        .service(syncs::sync_users)
        .service(syncs::list_syncs)
        .service(syncs::get_sync)
        .service(syncs::list_sync_items)
        .service(syncs::confirm_sync)
        .service(syncs::list_held_people)
        .service(syncs::settle_drift)
        .service(syncs::confirm_clock);
    config
        .service(bulk::bulk_users)
        .service(bulk::list_bulk_items)
        .service(bulk::stop_bulk)
        .service(bulk::retry_bulk)
        .service(bulk::get_bulk);
    config
        .service(users::list_users)
        .service(users::export_users)
        .service(users::get_user)
        .service(users::update_user)
        .service(users::remove_user)
        .service(users::suspend_user)
        .service(users::resume_user)
        .service(users::restore_user)
        .service(users::block_user)
        .service(users::unblock_user);
    config
        .service(purge::preview_purge)
        .service(purge::rehearse_purge)
        .service(purge::confirm_purge)
        .service(purge::get_purge_schedule)
        .service(purge::run_purge)
        .service(purge::get_purge)
        .service(purge::list_purge_items)
        .service(purge::stop_purge);
    config
        .service(changes::list_changes)
        .service(changes::retry_failed_changes)
        .service(changes::retry_change);
    config
        .service(history::list_history)
        .service(history::export_history)
        .service(history::clear_history)
        .service(history::get_history_event);
    config
        .service(jobs::list_jobs)
        .service(jobs::list_schedules)
        .service(jobs::run_job)
        .service(jobs::get_job)
        .service(jobs::retry_job);
    config
        .service(stream_history::list_stream_history)
        .service(stream_history::export_stream_history)
        .service(stream_history::delete_stream_history);
    config.service(stats::get_stats).service(stats::get_watch_stats).service(stats::get_user_stats);
    config.service(events::get_events);
    config.service(streams::list_streams).service(streams::get_stream_place).service(streams::stop_stream);
    config.service(pictures::get_user_picture);
    config.service(pictures::get_stream_picture);
    config.service(pictures::get_account_picture);
    config.service(pictures::get_redemption_picture);
    config.service(redemptions::start::start_redemption);
    config.service(redemptions::current::get_redemption);
    config.service(redemptions::plex::start_redemption_plex);
    config.service(redemptions::plex::attach_redemption_plex_pin);
    config.service(redemptions::plex::complete_redemption_plex);
    config.service(redemptions::accept::accept_redemption);
    config.service(redemptions::retry::retry_redemption);
}
