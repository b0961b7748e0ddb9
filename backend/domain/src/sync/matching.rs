//! Who of the lists is whom of the users: by account id; who has none is known by the share's number,
//! then by the address. So an invitation to an address is recognised when it turns into a person.

use std::collections::HashMap;

use super::{Known, Person};
use crate::text::name_key;

/// For each person the index of the user they are, if PUM knows them. No user is matched twice.
pub fn matches(known: &[Known], people: &[Person]) -> Vec<Option<usize>> {
    let mut by_id = HashMap::new();
    let mut by_share = HashMap::new();
    let mut by_email = HashMap::new();
    for (index, one) in known.iter().enumerate() {
        match one.plex_id {
            Some(id) => {
                by_id.insert(id, index);
            }
            None => {
                if let Some(share) = one.share_id.filter(|id| *id > 0) {
                    by_share.insert(share, index);
                }
                if let Some(email) = &one.email {
                    by_email.insert(name_key(email), index);
                }
            }
        }
    }
    let mut taken = vec![false; known.len()];
    people
        .iter()
        .map(|person| {
            let share = person.share.as_ref().map(|share| share.share_id).filter(|id| *id > 0);
            let found = person
                .plex_id
                .and_then(|id| by_id.get(&id))
                .or_else(|| share.and_then(|id| by_share.get(&id)))
                .or_else(|| {
                    // An address alone says nothing about somebody without a share.
                    let email = person.email.as_ref().filter(|_| person.share.is_some())?;
                    by_email.get(&name_key(email))
                })
                .copied()?;
            (!std::mem::replace(taken.get_mut(found)?, true)).then_some(found)
        })
        .collect()
}
