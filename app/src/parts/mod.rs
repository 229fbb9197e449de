//! The parts that pages are made of; each takes domain values and fits one screen.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]

pub mod calendar;
pub mod cycles;
pub mod detail;
pub mod domain_form;
pub mod evidence;
pub mod figures;
pub mod frame;
pub mod funnel;
pub mod icon;
pub mod integrations;
pub mod json;
pub mod matrix;
pub mod moment;
pub mod narrowing;
pub mod palette;
pub mod queue;
pub mod run_now;
pub mod score;
pub mod sentence;
pub mod story;
pub mod strip;
pub mod ticket;
pub mod timeline;
pub mod trend;
pub mod truths;
pub mod views;
