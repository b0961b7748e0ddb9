//! The store's tests, on the kind of database that `PUM_TEST_DATABASE` names.

mod counts;
mod history;
mod jobs;
mod migrations;
mod plans;
mod transactions;
mod users;
