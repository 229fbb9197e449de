//! Pure parsers of what strangers send: bytes in, facts out, bounded, never a panic. Each has a fuzz target.

pub mod caa;
pub mod client_hello;
pub mod condition;
pub mod cron;
pub mod dkim;
pub mod dmarc;
mod expression;
pub mod haproxy;
pub mod html;
pub mod imap;
pub mod lines;
pub mod location;
pub mod mta_sts;
pub mod nginx;
pub mod server_hello;
pub mod smtp;
pub mod spf;
pub mod tags;
pub mod tls_rpt;
pub mod tlsa;
pub mod traefik;
pub mod x509;
