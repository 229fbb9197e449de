//! The pages: one page, one file.

pub mod board;
pub mod domain;
pub mod login;
pub mod trouble;
