//! The processes as a person meets them, each started from the program itself.

mod commands;
mod interrupted;
mod process;
mod starting;
mod storage;
mod watching;
