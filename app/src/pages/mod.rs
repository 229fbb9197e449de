//! The pages: one page, one file.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]

pub mod audit;
pub mod board;
pub mod certificates;
pub mod domain;
pub mod edit;
pub mod events;
pub mod find;
pub mod login;
pub mod onboarding;
pub mod password;
pub mod people;
pub mod status;
pub mod ticket;
pub mod tickets;
pub mod trouble;
