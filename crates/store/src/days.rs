//! Daily summaries: what is kept of the runs when they are too old to be kept one by one.

use crate::{
    Error, Result, Store, Tx,
    runs::{Stretch, StretchRow, letter},
};
use model::{CheckId, DomainName, State, Timestamp, history::Tally};
use std::collections::BTreeMap;

/// One UTC day of one domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayTallies {
    /// Its midnight.
    pub at: Timestamp,
    pub tallies: BTreeMap<CheckId, Tally>,
}

impl Store {
    /// The days from `since` on that were summed up, oldest first.
    pub async fn days(&self, domain: &DomainName, since: Timestamp) -> Result<Vec<DayTallies>> {
        let rows = on!(self, |db| {
            sqlx::query_as::<_, (i64, String)>(
                "select at, tallies from days where domain = $1 and at >= $2 order by at",
            )
            .bind(domain.as_str())
            .bind(since.midnight().0)
            .fetch_all(db)
            .await
        })?;
        rows.into_iter()
            .map(|(at, tallies)| {
                Ok(DayTallies {
                    at: Timestamp(at),
                    tallies: unpack(&tallies)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Sums up the runs of the days before `before`'s and forgets them. Doing it again changes nothing.
    pub async fn roll_up(&mut self, domain: &DomainName, before: Timestamp) -> Result<()> {
        let before = before.midnight();
        let rows = on!(self, |db| {
            sqlx::query_as::<_, StretchRow>(
                "select at, until, times, states from runs where domain = $1 and at < $2",
            )
            .bind(domain.as_str())
            .bind(before.0)
            .fetch_all(db)
            .await?
        });
        if rows.is_empty() {
            return Ok(());
        }
        let stretches = rows
            .into_iter()
            .map(Stretch::try_from)
            .collect::<Result<Vec<_>>>()?;
        for day in tally(&stretches) {
            self.add_day(domain, day).await?;
        }
        on!(self, |db| {
            sqlx::query("delete from runs where domain = $1 and at < $2")
                .bind(domain.as_str())
                .bind(before.0)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// Forgets the days before `before`.
    pub async fn forget_days(&mut self, domain: &DomainName, before: Timestamp) -> Result<()> {
        on!(self, |db| {
            sqlx::query("delete from days where domain = $1 and at < $2")
                .bind(domain.as_str())
                .bind(before.0)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// A late run of a day that was summed up before is added to it.
    async fn add_day(&mut self, domain: &DomainName, mut day: DayTallies) -> Result<()> {
        let before: Option<String> = on!(self, |db| {
            sqlx::query_scalar("select tallies from days where domain = $1 and at = $2")
                .bind(domain.as_str())
                .bind(day.at.0)
                .fetch_optional(db)
                .await?
        });
        for (check, tally) in unpack(before.as_deref().unwrap_or_default())? {
            let sum = day.tallies.entry(check).or_default();
            for state in State::ALL {
                sum.add(state, tally.of(state));
            }
        }
        on!(self, |db| {
            sqlx::query(
                "insert into days (domain, at, tallies) values ($1, $2, $3)
                 on conflict (domain, at) do update set tallies = excluded.tallies",
            )
            .bind(domain.as_str())
            .bind(day.at.0)
            .bind(pack(&day.tallies))
            .execute(db)
            .await?;
        });
        Ok(())
    }
}

/// The days that the stretches lie in, oldest first.
pub fn tally(stretches: &[Stretch]) -> Vec<DayTallies> {
    let mut days: BTreeMap<Timestamp, BTreeMap<CheckId, Tally>> = BTreeMap::new();
    for stretch in stretches {
        let tallies = days.entry(stretch.from.midnight()).or_default();
        for (check, state) in &stretch.states {
            tallies
                .entry(check.clone())
                .or_default()
                .add(*state, stretch.times);
        }
    }
    days.into_iter()
        .map(|(at, tallies)| DayTallies { at, tallies })
        .collect()
}

/// `imap_cert_san_993:280o8f smtp_cert_san_465:288o`
fn pack(tallies: &BTreeMap<CheckId, Tally>) -> String {
    let word = |(check, tally): (&CheckId, &Tally)| {
        let counts = State::ALL.into_iter().filter(|state| tally.of(*state) > 0);
        let counts: String = counts
            .map(|state| [tally.of(state).to_string(), letter(state).to_string()].concat())
            .collect();
        [check.as_str(), ":", &counts].concat()
    };
    tallies.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn unpack(text: &str) -> Result<BTreeMap<CheckId, Tally>> {
    text.split_whitespace()
        .map(|word| {
            let read = || {
                let (check, counts) = word.rsplit_once(':')?;
                Some((CheckId::from_text(check), count(counts)?))
            };
            read().ok_or_else(|| Error::strange("tally of a day", word))
        })
        .collect()
}

/// `280o8f`
fn count(text: &str) -> Option<Tally> {
    let mut tally = Tally::default();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.find(|c: char| !c.is_ascii_digit())?;
        let (runs, after) = rest.split_at(at);
        let mut after = after.chars();
        let said = after.next()?;
        let state = State::ALL.into_iter().find(|state| letter(*state) == said)?;
        tally.add(state, runs.parse().ok()?);
        rest = after.as_str();
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_are_packed_and_read_back() {
        let some = Tally {
            ok: 280,
            fail: 8,
            ..Tally::default()
        };
        let all = Tally {
            ok: 1,
            warn: 2,
            fail: 3,
            unknown: 4,
            skipped: 5,
        };
        let tallies = BTreeMap::from(
            [("imap_993", some), ("smtp_465", all)].map(|(check, tally)| (CheckId::from_text(check), tally)),
        );
        let text = pack(&tallies);
        assert_eq!(text, "imap_993:280o8f smtp_465:1o2w3f4u5s");
        assert_eq!(unpack(&text).unwrap(), tallies);
        assert!(unpack("").unwrap().is_empty());
        for strange in ["a", "a:8", "a:o", "a:8x", "a:8é", "a:-1o", "a:99999999999o"] {
            assert!(unpack(strange).is_err(), "{strange}");
        }
    }
}
