//! Whether Plex's lists are an answer at all. An empty list where there were people is none: a
//! healthy service has been seen to give one.

use super::{Known, Person};
use crate::user::UserState;

/// How many rows each list had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    /// The owner's people.
    pub users: usize,
    /// Shares of this server, accepted ones.
    pub shares: usize,
    /// Invitations to this server that wait.
    pub invitations: usize,
}

/// What is wrong with the lists as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Nothing about anybody's access may be concluded.
    pub emptied: bool,
    /// Nothing may be concluded about people who have not accepted.
    pub no_invitations: bool,
}

/// Holds the lists against what was there before.
pub fn doubts(lengths: Lengths, known: &[Known], people: &[Person]) -> Doubts {
    let counted = |wanted: fn(&Known) -> bool| known.iter().filter(|one| !one.busy && wanted(one)).count();
    let had_share = counted(|one| {
        one.state == UserState::Active && one.last_seen.as_ref().is_some_and(|seen| !seen.pending)
    });
    let were_listed = counted(|one| one.state == UserState::Active && one.listed == Some(true));
    let had_invitation = counted(|one| {
        one.state == UserState::Pending && one.last_seen.as_ref().is_some_and(|seen| seen.pending)
    });
    let accepted = people.iter().filter(|one| one.share.as_ref().is_some_and(|share| share.accepted)).count();
    Doubts {
        emptied: (had_share > 0 && lengths.shares == 0) || (were_listed > 0 && lengths.users == 0),
        // One that waited and is gone may have been declined; several at once are a list gone wrong.
        no_invitations: lengths.invitations == 0 && had_invitation > 1 && had_invitation > accepted,
    }
}
