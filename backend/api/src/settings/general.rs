//! The settings with a key and a value.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json};
use actix_web::{get, patch};
use pum_app::settings;
use pum_domain::page::PageRequest;
use pum_domain::settings::{SettingKey, SettingSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::SignedIn;
use crate::client_addr::ClientAddr;
use crate::dto::PageDto;
use crate::error::ApiResult;
use crate::extract::{Body, IfMatch, ListParams, NoFilter, NoSort, Order, PageParams, given};
use crate::name_schema;
use crate::state::Web;

name_schema!(
    /// The key of a setting.
    SettingKeyName,
    SettingKey
);

/// A setting, and where its value comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Setting {
    /// Its key.
    #[schema(value_type = SettingKeyName)]
    pub key: SettingKey,
    /// The value in force.
    pub value: Option<String>,
    /// Where that comes from: `database`, `environment` or `default`.
    #[schema(value_type = SettingSourceName)]
    pub source: SettingSource,
    /// What the environment says; overridden when the source is the database.
    pub environment_value: Option<String>,
    /// What holds when nobody says anything.
    pub default_value: Option<String>,
}

/// Where a value comes from.
pub struct SettingSourceName;

impl utoipa::PartialSchema for SettingSourceName {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        crate::problem::enum_of(["database", "environment", "default"].into_iter())
    }
}

impl ToSchema for SettingSourceName {
    fn name() -> std::borrow::Cow<'static, str> {
        "SettingSource".into()
    }
}

/// The settings that the admin may change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [{"key": "app_name", "value": "Aurora Cinema", "source": "database", "environment_value": "PUM",
        "default_value": "PUM"}],
    "next_cursor": null, "total": 1, "total_is_minimum": false, "version": 3
}))]
pub struct SettingPage {
    /// The settings.
    pub items: Vec<Setting>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
    /// How many there are.
    pub total: i64,
    /// Always `false`.
    pub total_is_minimum: bool,
    /// Counts edits; for `If-Match`.
    pub version: i64,
}

impl SettingPage {
    fn of(all: settings::Settings, admin: &SignedIn, request: &PageRequest) -> ApiResult<Self> {
        let visible = all.items.into_iter().filter(|setting| admin.may(setting.key.spec().permission));
        let items = visible
            .map(|setting| Setting {
                key: setting.key,
                value: setting.value,
                source: setting.source,
                environment_value: setting.environment_value,
                default_value: setting.default_value.map(str::to_owned),
            })
            .collect();
        let PageDto { items, next_cursor, total, total_is_minimum } =
            PageDto::part(items, request, |one: &Setting| one.key.as_str())?;
        Ok(Self { items, next_cursor, total, total_is_minimum, version: all.version })
    }
}

const ALL: PageRequest = PageRequest { limit: u32::MAX, cursor: None, descending: false };

/// The settings to change. Left out: as it is. `null`: what the environment or the default says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"app_name": "Aurora Cinema", "time_zone": null}))]
pub struct SettingsPatch {
    /// The name that pages and sign-ins show.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub app_name: Option<Option<String>>,
    /// The address under which people reach PUM.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub app_base_url: Option<Option<String>>,
    /// The zone in which days begin and end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub time_zone: Option<Option<String>>,
    /// `en` or `de`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Option<String>>,
    /// Days, 1 to 90.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub pending_invitation_days: Option<Option<String>>,
    /// Seconds, 10 to 3600.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub stream_poll_seconds: Option<Option<String>>,
    /// Days, 30 to 3650; `0` keeps the history for ever.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub history_retention_days: Option<Option<String>>,
    /// Days, 1 to 3650; `0` keeps the addresses of redemptions and of streams.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub forget_addresses_days: Option<Option<String>>,
    /// Days, 365 to 3650; `0` keeps the stream history for ever.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub stream_history_days: Option<Option<String>>,
    /// Hours, 0 to 24; 0 for no sync by the clock.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub sync_every_hours: Option<Option<String>>,
    /// `adopt`, `ask` or `reapply`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub drift_policy: Option<Option<String>>,
    /// `off`, `paused` or `on`: whether quiet people are warned, and later removed, each night.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_schedule: Option<Option<String>>,
    /// Days, 7 to 3650.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_inactive_days: Option<Option<String>>,
    /// Days between the warning and the removal, 1 to 90.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_warn_wait_days: Option<Option<String>>,
    /// People, 1 to 100: so many are warned, and so many removed, in one night at most.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_most_per_run: Option<Option<String>>,
    /// `true` or `false`: the clock leaves those alone who share a server with the owner.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_exempt_shares_back: Option<Option<String>>,
    /// `true` or `false`: the clock leaves those alone whom admins keep out of purges.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_exempt_whitelisted: Option<Option<String>>,
    /// `true` or `false`: the clock leaves the admins' own Plex accounts alone.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_exempt_admins: Option<Option<String>>,
    /// `true` or `false`: times that only the server's own play history covers count against people.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub purge_count_imported: Option<Option<String>>,
}

impl SettingsPatch {
    fn changes(self) -> BTreeMap<SettingKey, Option<String>> {
        let every = [
            (SettingKey::AppName, self.app_name),
            (SettingKey::AppBaseUrl, self.app_base_url),
            (SettingKey::TimeZone, self.time_zone),
            (SettingKey::Language, self.language),
            (SettingKey::PendingInvitationDays, self.pending_invitation_days),
            (SettingKey::StreamPollSeconds, self.stream_poll_seconds),
            (SettingKey::HistoryRetentionDays, self.history_retention_days),
            (SettingKey::ForgetAddressesDays, self.forget_addresses_days),
            (SettingKey::StreamHistoryDays, self.stream_history_days),
            (SettingKey::SyncEveryHours, self.sync_every_hours),
            (SettingKey::DriftPolicy, self.drift_policy),
            (SettingKey::PurgeSchedule, self.purge_schedule),
            (SettingKey::PurgeInactiveDays, self.purge_inactive_days),
            (SettingKey::PurgeWarnWaitDays, self.purge_warn_wait_days),
            (SettingKey::PurgeMostPerRun, self.purge_most_per_run),
            (SettingKey::PurgeExemptSharesBack, self.purge_exempt_shares_back),
            (SettingKey::PurgeExemptWhitelisted, self.purge_exempt_whitelisted),
            (SettingKey::PurgeExemptAdmins, self.purge_exempt_admins),
            (SettingKey::PurgeCountImported, self.purge_count_imported),
        ];
        every.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

/// List the settings
#[utoipa::path(
    operation_id = "listSettings",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.general or settings.access or settings.advanced"))),
    params(PageParams),
    responses((status = 200, description = "A page of the settings that the admin may change.", body = SettingPage)),
)]
#[get("/settings")]
pub async fn list_settings(
    web: Data<Web>,
    admin: SignedIn,
    query: ListParams<NoFilter, NoSort>,
) -> ApiResult<Json<SettingPage>> {
    let all = settings::list(web.ctx()).await?;
    Ok(Json(SettingPage::of(all, &admin, &query.page(Order::Ascending))?))
}

/// Change settings
///
/// All or none. A value that equals the environment's is not stored.
#[utoipa::path(
    operation_id = "updateSettings",
    tag = "Settings",
    extensions(("x-permission" = json!("settings.general or settings.access or settings.advanced"))),
    params(("If-Match" = Option<String>, Header, description = "The version that the edit is based on.")),
    request_body = SettingsPatch,
    responses(
        (status = 200, description = "As they are now.", body = SettingPage),
        (status = 409, description = "`version_conflict`: Somebody else has changed them meanwhile."),
    ),
)]
#[patch("/settings")]
pub async fn update_settings(
    web: Data<Web>,
    admin: SignedIn,
    address: ClientAddr,
    version: IfMatch,
    body: Body<SettingsPatch>,
) -> ApiResult<Json<SettingPage>> {
    let changes = body.0.changes();
    for key in changes.keys() {
        admin.require(key.spec().permission)?;
    }
    let all = settings::update(web.ctx(), &admin.actor(address), &changes, version.0).await?;
    Ok(Json(SettingPage::of(all, &admin, &ALL)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_can_be_changed() {
        let body: serde_json::Map<_, _> =
            SettingKey::ALL.iter().map(|key| (key.to_string(), serde_json::Value::Null)).collect();
        let patch: SettingsPatch = serde_json::from_value(body.into()).expect("every key is known");
        assert_eq!(patch.changes().into_keys().collect::<Vec<_>>(), SettingKey::ALL);
    }
}
