//! The worker's tests, on the kind of database that `PUM_TEST_DATABASE` names.

mod endings;
mod housekeeping;
mod leases;
mod script;
mod stopping;
