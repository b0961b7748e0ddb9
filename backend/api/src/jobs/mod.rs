//! Durable work: what waits, runs or has failed, and what the clock asks for.

mod dto;
mod get;
mod list;
mod retry;
mod run;
mod schedules;

pub use dto::{JobDto, ScheduleDto};
pub use get::get_job;
pub use list::list_jobs;
pub use retry::retry_job;
pub use run::run_job;
pub use schedules::list_schedules;
