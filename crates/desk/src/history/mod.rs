//! What was: a domain's changes one by one, its last day as strips, its last months day by day.

mod strip;

pub(crate) use strip::spans;

use crate::{Actor, Desk, internal};
use engine::checks;
use model::{
    CheckId, DomainName, Error, Language, Permission, Result, Timestamp,
    history::{Calendar, Change, Changes, Day, Tally},
    message,
    shown::Shown,
    time::DAY,
};
use std::collections::BTreeMap;
use store::{DayTallies, StoredChange, Wanted};

/// Which changes are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub check: Option<CheckId>,
    pub since: Option<Timestamp>,
    /// Only those that are older than this one: where the last page ended.
    pub before: Option<i64>,
    /// How many, at least one.
    pub limit: u32,
}

impl Desk {
    /// A domain's changes, newest first, as far as they are kept: two years, and of a check that flaps the
    /// newest five hundred.
    pub async fn changes(
        &self,
        who: &Actor,
        domain: &DomainName,
        asked: &Asked,
        language: Language,
    ) -> Result<Shown<Changes>> {
        let grant = who.may(Permission::SeeChecks)?;
        let domain = self.domain(domain)?;
        if let Some(check) = &asked.check
            && checks::find(check.as_str()).is_none()
        {
            return Err(Error::not_found(format!("the check {check}")));
        }
        let wanted = Wanted {
            check: asked.check.as_ref(),
            since: asked.since.unwrap_or(Timestamp(i64::MIN)),
            before: asked.before.unwrap_or(i64::MAX),
            // One more tells whether there is a next page.
            limit: asked.limit.saturating_add(1),
        };
        let found = self
            .0
            .store
            .changes(&domain.name, &wanted)
            .await
            .map_err(internal)?;
        let mut items: Vec<Change> = found.into_iter().map(|change| said(change, language)).collect();
        let shown = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let more = items.len() > shown;
        items.truncate(shown);
        let last = items.last().filter(|_| more);
        Ok(grant.show(Changes {
            next_cursor: last.map(|change| change.id.to_string()),
            items,
        }))
    }

    /// The last ninety days of each of a domain's checks.
    pub async fn calendars(
        &self,
        who: &Actor,
        domain: &DomainName,
        language: Language,
    ) -> Result<Vec<Calendar>> {
        who.may(Permission::SeeChecks)?;
        let domain = self.domain(domain)?;
        let first = self.now().midnight().plus(-(CALENDAR_DAYS - 1) * DAY);
        let old = self.0.store.days(&domain.name, first).await.map_err(internal)?;
        let recent = self
            .0
            .store
            .stretches(&domain.name, first)
            .await
            .map_err(internal)?;
        let days: BTreeMap<Timestamp, BTreeMap<CheckId, Tally>> = old
            .into_iter()
            .chain(store::tally(&recent))
            .map(|DayTallies { at, tallies }| (at, tallies))
            .collect();
        let site = self.site(&domain.site);
        let on = checks::ALL.iter().filter(|check| check.is_on(&site));
        let calendar = |check: &&engine::Check| Calendar {
            check: check.id.clone(),
            label: check.label.in_language(language).to_owned(),
            days: (0..CALENDAR_DAYS)
                .map(|nth| first.plus(nth * DAY))
                .map(|at| Day {
                    at,
                    tally: days
                        .get(&at)
                        .and_then(|day| day.get(&check.id))
                        .copied()
                        .unwrap_or_default(),
                })
                .collect(),
        };
        Ok(on.map(calendar).collect())
    }
}

fn said(change: StoredChange, language: Language) -> Change {
    let label = checks::find(change.check.as_str()).map(|check| check.label.in_language(language));
    Change {
        id: change.id,
        at: change.at,
        label: label.unwrap_or(change.check.as_str()).to_owned(),
        check: change.check,
        before: change.before,
        after: change.state,
        code: change.code,
        message: message::say(change.code, &change.evidence, language),
    }
}

const CALENDAR_DAYS: i64 = 90;
