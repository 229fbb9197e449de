//! How often one may try a password: so many times a minute from one address and, from all of them, for one account.

use crate::{Desk, internal};
use model::{Error, Result, time::MINUTE};
use std::net::IpAddr;

impl Desk {
    /// Counts this try, whatever its outcome; who tried too often has to wait.
    pub(super) async fn count_try(&self, username: &str, from: Option<IpAddr>) -> Result<()> {
        let now = self.now();
        let per_address = i64::from(self.0.setup.login_rate_limit);
        let network = from.map(|from| (format!("net:{}", network(from)), per_address));
        let account = (
            format!("user:{}", username.replace('\0', "")),
            per_address * ADDRESSES,
        );
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut admitted = Ok(());
        for (who, most) in network.into_iter().chain([account]) {
            let (since, count) = tx.count_try(&who, now, MINUTE).await.map_err(internal)?;
            if count > most {
                let left = MINUTE - now.since(since);
                admitted = Err(Error::TooMany {
                    retry_after: u32::try_from(left.max(0) / 1_000 + 1).unwrap_or(60),
                });
                // An address that is kept out does not keep others out of the account.
                break;
            }
        }
        tx.commit().await.map_err(internal)?;
        admitted
    }
}

/// IPv6 addresses count by /64: one customer has that many.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) => four.into(),
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) & !u128::from(u64::MAX)).into()),
    }
}

/// So many addresses' tries are one account's: enough that one guesser does not lock a person out.
const ADDRESSES: i64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_whole_ipv6_network_is_one_address() {
        let one = |text: &str| network(text.parse().unwrap());
        assert_eq!(one("2001:db8::1"), one("2001:db8::ffff:2"));
        assert_ne!(one("2001:db8::1"), one("2001:db8:0:1::1"));
        assert_eq!(one("::ffff:192.0.2.1"), one("192.0.2.1"));
        assert_ne!(one("192.0.2.1"), one("192.0.2.2"));
    }
}
