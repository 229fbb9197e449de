//! The domains and what the pages show of them: the board, a row, a card, the panel of one step.

mod edit;

use crate::{Actor, Desk, history, internal, latest, truths};
use engine::reproduce;
use model::{
    CheckId, Domain, DomainName, Error, Language, Permission, Result, Status, Step, Timestamp,
    board::{Board, Card, Column, Detail, Figures, Filter, MOST_ROWS, Row, Strip},
    shown::Shown,
    time::DAY,
};
use store::Stretch;

impl Desk {
    /// Takes over the domains of the configuration that are not there yet; what people edited or removed stays so.
    pub async fn seed(&self, domains: &[Domain]) -> Result<()> {
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let mut taken = Vec::new();
        for domain in domains {
            if tx.seed_domain(domain).await.map_err(internal)? {
                taken.push(domain.clone());
            }
        }
        tx.commit().await.map_err(internal)?;
        for domain in taken {
            self.0.latest.put(domain);
        }
        Ok(())
    }

    /// The matrix. A filter counts only where there are too many rows to show them all.
    pub fn board(&self, who: &Actor, filter: &Filter, language: Language) -> Result<Shown<Board>> {
        let grant = who.may(Permission::SeeChecks)?;
        let last_event = self.last_event();
        let (figures, sites) = self.0.latest.figures();
        let all = Filter::default();
        let filter = if figures.domains > MOST_ROWS { filter } else { &all };
        let (rows, left_out) = self.0.latest.worst(filter, MOST_ROWS, language);
        Ok(grant.show(Board {
            columns: self.said_columns(language),
            rows,
            left_out,
            figures,
            sites,
            last_event,
        }))
    }

    /// At most `most` rows by name that a filter keeps, from the first behind `after`; and whether there are more.
    pub fn listed(
        &self,
        who: &Actor,
        filter: &Filter,
        after: Option<&str>,
        most: usize,
        language: Language,
    ) -> Result<Shown<(Vec<Row>, bool)>> {
        let grant = who.may(Permission::SeeChecks)?;
        Ok(grant.show(self.0.latest.listed(filter, after, most, language)))
    }

    /// What stands above the board.
    pub fn figures(&self, who: &Actor) -> Result<Figures> {
        who.may(Permission::SeeChecks)?;
        Ok(self.0.latest.figures().0)
    }

    /// The sites of the configuration, in its order.
    pub fn sites(&self, who: &Actor) -> Result<Vec<String>> {
        who.may(Permission::SeeChecks)?;
        Ok(self.0.setup.sites.iter().map(|site| site.name.clone()).collect())
    }

    /// A domain as it is written down.
    pub fn watched(&self, who: &Actor, domain: &DomainName) -> Result<Domain> {
        who.may(Permission::SeeChecks)?;
        self.domain(domain)
    }

    pub fn row(&self, who: &Actor, domain: &DomainName, language: Language) -> Result<Shown<Row>> {
        let grant = who.may(Permission::SeeChecks)?;
        let row = self.0.latest.row(domain, language);
        row.map(|row| grant.show(row))
            .ok_or_else(|| no_such_domain(domain))
    }

    /// What the board's columns are.
    pub fn columns(&self, who: &Actor, language: Language) -> Result<Vec<Column>> {
        who.may(Permission::SeeChecks)?;
        Ok(self.said_columns(language))
    }

    pub async fn card(&self, who: &Actor, domain: &DomainName, language: Language) -> Result<Shown<Card>> {
        let grant = who.may(Permission::SeeChecks)?;
        let last_event = self.last_event();
        let domain = self.domain(domain)?;
        let steps = self.steps(&domain).await?;
        let (now, runs) = self.last_day(&domain.name).await?;
        Ok(grant.show(Card {
            status: Status::new(&domain, &steps, language),
            verdict: latest::verdict_of(&steps),
            truths: truths::of(&domain, &steps),
            history: steps
                .iter()
                .map(|step| self.strip(step, &runs, now, language))
                .collect(),
            tenant: domain.tenant,
            aliases: domain.aliases,
            last_event,
            now,
        }))
    }

    pub async fn detail(
        &self,
        who: &Actor,
        domain: &DomainName,
        check: &CheckId,
        language: Language,
    ) -> Result<Shown<Detail>> {
        let grant = who.may(Permission::SeeChecks)?;
        let domain = self.domain(domain)?;
        let steps = self.steps(&domain).await?;
        let step = steps
            .iter()
            .find(|step| step.id == *check)
            .ok_or_else(|| Error::not_found(format!("the check {check}")))?;
        let (now, runs) = self.last_day(&domain.name).await?;
        Ok(grant.show(Detail {
            step: step.say(language),
            since: step.standing.map(|standing| standing.since),
            truths: truths::of(&domain, &steps),
            strip: self.strip(step, &runs, now, language),
            reproduce: reproduce::command(step.code, &step.evidence),
            domain: domain.name,
            mail_host: domain.mail_host,
            now,
        }))
    }

    pub(crate) fn domain(&self, name: &DomainName) -> Result<Domain> {
        self.0.latest.domain(name).ok_or_else(|| no_such_domain(name))
    }

    fn said_columns(&self, language: Language) -> Vec<Column> {
        let column = |check: &engine::Check| Column {
            id: check.id.clone(),
            group: check.group,
            priority: check.priority,
            label: check.label.in_language(language).to_owned(),
        };
        self.0.latest.columns().map(column).collect()
    }

    async fn last_day(&self, domain: &DomainName) -> Result<(Timestamp, Vec<Stretch>)> {
        let now = self.now();
        Ok((
            now,
            self.0
                .store
                .stretches(domain, now.plus(-DAY).plus(-self.holds()))
                .await
                .map_err(internal)?,
        ))
    }

    fn strip(&self, step: &Step, runs: &[Stretch], now: Timestamp, language: Language) -> Strip {
        Strip {
            check: step.id.clone(),
            label: step.label.in_language(language).to_owned(),
            spans: history::spans(runs, &step.id, now.plus(-DAY), now, self.holds()),
        }
    }
}

fn no_such_domain(name: &DomainName) -> Error {
    Error::not_found(format!("the domain {name}"))
}
