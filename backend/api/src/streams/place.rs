//! Where somebody who is watching is.

use actix_web::get;
use actix_web::web::{Data, Json};
use pum_app::streams::{self, Located};
use pum_domain::StreamId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiResult;
use crate::extract::Id;
use crate::state::Web;

/// Roughly where an address is, in Plex's words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamPlace, example = json!({
    "address": "203.0.113.20", "country_code": "AT", "country": "Austria", "region": "Vienna", "city": "Vienna",
    "postal_code": "1010", "time_zone": "Europe/Vienna"
}))]
pub struct PlaceDto {
    /// The player's network address.
    pub address: String,
    /// The country's two letters.
    pub country_code: Option<String>,
    /// The country, in English.
    pub country: String,
    /// The part of the country.
    pub region: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The name of the time zone.
    pub time_zone: Option<String>,
}

impl From<Located> for PlaceDto {
    fn from(Located { address, place }: Located) -> Self {
        Self {
            address: address.to_string(),
            country_code: place.country_code,
            country: place.country,
            region: place.region,
            city: place.city,
            postal_code: place.postal_code,
            time_zone: place.time_zone,
        }
    }
}

/// Tell where a stream goes to
///
/// Roughly, as Plex knows the player's address; Plex is asked once a day for each. Only of a stream that goes on,
/// where `address_is_public`.
#[utoipa::path(
    operation_id = "getStreamPlace",
    tag = "Streams",
    extensions(("x-permission" = json!("streams.view"))),
    params(("id" = String, Path, description = "The stream.")),
    responses(
        (status = 200, description = "The place.", body = PlaceDto),
        (status = 409, description = "`stream_ended`: It has ended already. Also `address_not_public` where its address is none of the internet, and `place_unknown` where Plex does not know the place."),
        (status = 502, description = "`plex_unreachable`: Plex cannot be reached."),
        (status = 504, description = "`plex_timeout`: Plex did not answer in time."),
    ),
)]
#[get("/streams/{id}/place")]
pub async fn get_stream_place(web: Data<Web>, id: Id<StreamId>) -> ApiResult<Json<PlaceDto>> {
    Ok(Json(streams::locate(web.ctx(), id.0).await?.into()))
}
