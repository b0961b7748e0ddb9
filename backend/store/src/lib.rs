//! The database of PUM: the only crate that knows tables and SQL.
#![allow(dead_code)]

mod entity;
