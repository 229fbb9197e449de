//! Pure parsers of what strangers send: bytes in, facts out, bounded, never a panic. Each has a fuzz target.

pub mod client_hello;
pub mod condition;
pub mod cron;
mod expression;
pub mod haproxy;
pub mod imap;
pub mod lines;
pub mod nginx;
pub mod server_hello;
pub mod smtp;
pub mod traefik;
pub mod x509;
