//! Whether Plex's lists are an answer at all. An empty list where there were people is none: a
//! healthy service has been seen to give one.

use super::matching::matches;
use super::{Known, Person};
use crate::user::UserState;

/// What tells of shares beside the list of shares: no list is believed alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Witness {
    /// The list of the owner's people, which tells of friends without a share as well.
    #[default]
    People,
    /// A second list of shares. Whether somebody without one is a friend still, nothing tells.
    OtherShares,
    /// Nothing: Plex offers no other list, or that list is empty.
    Nobody,
}

/// How many rows each list had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    /// What stood beside the list of shares.
    pub witness: Witness,
    /// The owner's people, or the accepted shares in the other list where that is the witness.
    pub users: usize,
    /// Shares of this server, accepted ones.
    pub shares: usize,
    /// Invitations to this server that wait.
    pub invitations: usize,
    /// Whether another list of invitations had none either.
    pub no_others: bool,
}

/// What is wrong with the lists as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Nothing about anybody's access may be concluded.
    pub emptied: bool,
    /// Nothing may be concluded about people who have not accepted.
    pub no_invitations: bool,
    /// Whose word holds beside that of the list of shares.
    pub witness: Witness,
}

/// Holds the lists against what was there before.
pub fn doubts(lengths: Lengths, known: &[Known], people: &[Person]) -> Doubts {
    let counted = |wanted: fn(&Known) -> bool| known.iter().filter(|one| !one.busy && wanted(one)).count();
    let had_share = counted(|one| {
        one.state == UserState::Active && one.last_seen.as_ref().is_some_and(|seen| !seen.pending)
    });
    let were_listed = counted(|one| one.state == UserState::Active && one.listed == Some(true));
    let would_be_there = match lengths.witness {
        Witness::People => were_listed,
        Witness::OtherShares => had_share,
        Witness::Nobody => 0,
    };
    Doubts {
        emptied: (had_share > 0 && lengths.shares == 0) || (would_be_there > 0 && lengths.users == 0),
        // The only one may have been declined, if no other list shows it either; several at once are lists gone
        // wrong.
        no_invitations: match lengths.invitations {
            0 => vanished_invitations(known, people) > usize::from(lengths.no_others),
            _ => false,
        },
        witness: if lengths.users == 0 { Witness::Nobody } else { lengths.witness },
    }
}

/// Of how many people an invitation was seen that no list shows any more, accepted or not.
fn vanished_invitations(known: &[Known], people: &[Person]) -> usize {
    let had_one = |one: &Known| {
        let waited = one.last_seen.as_ref().is_some_and(|seen| seen.pending);
        one.state == UserState::Pending && !one.busy && waited
    };
    if !known.iter().any(had_one) {
        return 0;
    }
    let mut gone: Vec<bool> = known.iter().map(had_one).collect();
    for (user, person) in matches(known, people).into_iter().zip(people) {
        if let Some(gone) = user.filter(|_| person.belongs_here()).and_then(|user| gone.get_mut(user)) {
            *gone = false;
        }
    }
    gone.into_iter().filter(|gone| *gone).count()
}
