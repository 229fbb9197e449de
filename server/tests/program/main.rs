//! The real program, run as an operator runs it and asked through its real port.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on has failed"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "a place belongs to its story and ends with it"
)]

/// Makes a test of each story in `mod sqlite` and in `mod postgres`; a story that is not listed is dead code,
/// which the compiler reports.
macro_rules! on_both_engines {
    ($($story:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $story() {
                super::$story(crate::harness::Place::sqlite());
            })*
        }
        mod postgres {
            $(#[test]
            fn $story() {
                super::$story(crate::harness::Place::postgres());
            })*
        }
    };
}

mod answers;
mod audit;
mod chains;
mod check;
mod doors;
mod edit;
mod harness;
mod history;
mod hooks;
mod https;
mod inventory;
mod login;
mod loss;
mod manual;
mod masked;
mod metrics;
mod onboarding;
mod open;
mod people;
mod rotation;
mod start;
mod status;
mod stop;
mod stream;
mod tickets;
mod trouble;
mod views;
mod webhooks;
