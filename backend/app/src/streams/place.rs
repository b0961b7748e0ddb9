//! Where somebody who is watching is, roughly, as Plex knows it: asked by the number of a stream that goes on and no
//! other way, so nobody can have Plex asked about an address of their choice.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use pum_domain::instant::DAY;
use pum_domain::stream::place::public_address;
use pum_domain::{ProblemCode, StreamId};
use pum_plex::{Lane, Place};
use pum_store::streams;

use crate::clock_guard::running;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::plex_server::connected_server;

/// So long an answer is believed, in milliseconds.
const BELIEVED_FOR: i64 = DAY;
/// So many answers are kept at most.
const MOST: usize = 256;

/// What Plex has said lately of addresses, also that it knows nothing. In this process's memory only: where people
/// are is not written down.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<HashMap<IpAddr, Answer>>);

#[derive(Debug, Clone)]
struct Answer {
    /// When, by a clock that nobody sets.
    at: i64,
    place: Option<Place>,
}

impl Places {
    fn recall(&self, address: IpAddr, now: i64) -> Option<Answer> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(&address).filter(|answer| now.saturating_sub(answer.at) < BELIEVED_FOR).cloned()
    }

    fn keep(&self, address: IpAddr, answer: Answer) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST && !answers.contains_key(&address) {
            let oldest = answers.iter().min_by_key(|(_, answer)| answer.at).map(|(address, _)| *address);
            if let Some(oldest) = oldest {
                answers.remove(&oldest);
            }
        }
        answers.insert(address, answer);
    }
}

/// An address of the internet, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The address.
    pub address: IpAddr,
    /// The place.
    pub place: Place,
}

/// Where the player of a stream that goes on is. Plex is asked once a day for each address, for ten seconds; whoever
/// wants to know may try again.
///
/// # Errors
/// `StreamEnded`; `AddressNotPublic` for an address of somebody's own network, and for none; `PlaceUnknown` where Plex
/// does not know; those of Plex.
pub async fn locate(ctx: &Ctx, id: StreamId) -> AppResult<Located> {
    let stream = streams::get(&ctx.reader(), id).await?;
    if stream.ended_at.is_some() {
        let detail = "This stream has ended already.";
        return Err(AppError::conflict(ProblemCode::StreamEnded, detail));
    }
    let address = stream.delivery.address.as_deref().and_then(public_address).ok_or_else(|| {
        let detail = "This stream goes to no address of the internet, so there is no place to look up.";
        AppError::conflict(ProblemCode::AddressNotPublic, detail)
    })?;
    let place = match ctx.places().recall(address, running(ctx)) {
        Some(known) => known.place,
        None => ask(ctx, address).await?,
    };
    let unknown =
        || AppError::conflict(ProblemCode::PlaceUnknown, "Plex does not know where this address is.");
    Ok(Located { address, place: place.ok_or_else(unknown)? })
}

async fn ask(ctx: &Ctx, address: IpAddr) -> AppResult<Option<Place>> {
    let server = connected_server(ctx).await?;
    let place = ctx.plex().in_lane(Lane::Interactive).place(&server.token, address).await?;
    ctx.places().keep(address, Answer { at: running(ctx), place: place.clone() });
    Ok(place)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(number: usize) -> IpAddr {
        Ipv4Addr::from_bits(u32::try_from(number).expect("a small number")).into()
    }

    #[test]
    fn answers_are_few_and_grow_old() {
        let places = Places::default();
        for number in 0..MOST + 10 {
            places.keep(address(number), Answer { at: i64::try_from(number).expect("small"), place: None });
        }
        let now = 1_000;
        assert_eq!(places.0.lock().expect("nobody panics").len(), MOST);
        assert!(places.recall(address(9), now).is_none(), "the oldest had to go");
        assert!(places.recall(address(10), now).is_some());
        assert!(places.recall(address(10), 10 + BELIEVED_FOR).is_none(), "a day later");
        places.keep(address(10), Answer { at: now, place: None });
        assert_eq!(places.0.lock().expect("nobody panics").len(), MOST, "asked again, nobody has to go");
        assert!(places.recall(address(11), now).is_some());
    }
}
