//! The store's tests, on the kind of database that `PUM_TEST_DATABASE` names.

mod history;
mod jobs;
mod memory;
mod migrations;
mod plans;
mod purge;
mod stream_plans;
mod streams;
mod transactions;
mod users;
