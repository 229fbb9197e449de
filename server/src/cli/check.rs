//! `desk check`: the checks of one domain, of several, or of all, now.

use super::{
    clock,
    exit::Exit,
    terminal::{self, Terminal},
    words::words,
};
use crate::config::Settings;
use anyhow::{Result, anyhow, bail};
use clap::Args;
use engine::{Check as EngineCheck, Engine, Site, Trust, checks, net::Limits, reproduce};
use futures::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use model::{Domain, DomainName, Group, Priority, State, Status, Step, hint, message, status};
use std::{
    fmt::Write,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    sync::Arc,
};
use store::Store;

/// Runs the checks of domains now, and says what they found
#[derive(Args)]
#[command(after_help = "Examples:
  desk check --domain example.com
  desk check --domain example.com --check imap_cert_san_993 --json
  desk check --domain example.com --mail-host mx1.example.com     no configuration needed
  desk check --all --config desk.toml

Exit codes: 0 ready, 1 not ready, 2 wrong usage or unknown domain or check, 3 could not be determined.
Of several domains, 1 beats 3.")]
pub(crate) struct Check {
    /// A domain; may be given again
    #[arg(long = "domain", value_name = "DOMAIN", required_unless_present = "all")]
    domains: Vec<String>,
    /// Every domain that the Desk knows
    #[arg(long, conflicts_with = "domains")]
    all: bool,
    /// Only this check, judged whatever its priority; may be given again
    #[arg(long = "check", value_name = "ID")]
    checks: Vec<String>,
    /// Judge this host's standard ports, whatever is configured
    #[arg(long, value_name = "HOST", conflicts_with = "all")]
    mail_host: Option<DomainName>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[arg(
        long,
        value_name = "FILE",
        help = "Configuration file [default: $DESK_CONFIG]"
    )]
    config: Option<PathBuf>,
}

/// A domain with the site that it is checked at.
struct Subject {
    domain: Domain,
    site: Site,
}

impl Check {
    pub(crate) async fn run(self) -> Result<Exit> {
        let terminal = Terminal::new();
        let chosen = self.chosen(&terminal)?;
        let settings = Settings::load(self.config.as_deref(), &crate::config::Process)?;
        let mut subjects = self.subjects(&settings, &terminal).await?;
        if !self.checks.is_empty() {
            // Who names a check wants it run, whether its set is on or not.
            let groups = chosen.iter().map(|check| check.group);
            let sets: Vec<Group> = groups.filter(|group| group.is_set()).collect();
            for subject in &mut subjects {
                subject.site.sets.clone_from(&sets);
            }
        }
        let mut sites: Vec<Site> = subjects.iter().map(|subject| subject.site.clone()).collect();
        sites.sort_by(|a, b| a.name.cmp(&b.name));
        sites.dedup_by(|a, b| a.name == b.name);
        let engine = Arc::new(Engine::new(
            &sites,
            Trust::platform(),
            Limits::default(),
            clock(),
        )?);
        let found = sweep(&engine, &subjects, &chosen, &terminal).await;

        let only_some = !self.checks.is_empty();
        let exits = found.iter().map(|(_, steps)| exit(steps, only_some));
        let exit = Exit::worst(exits);
        let text = if self.json {
            self.json(&found, &terminal)?
        } else {
            table(&found, only_some, &terminal)?
        };
        terminal::print(&text)?;
        Ok(exit)
    }

    fn chosen(&self, terminal: &Terminal) -> Result<Vec<&'static EngineCheck>> {
        if self.checks.is_empty() {
            return Ok(checks::ALL.to_vec());
        }
        if let Some(unknown) = self.checks.iter().find(|id| checks::find(id).is_none()) {
            let all: Vec<&str> = checks::ALL.iter().map(|check| check.id.as_str()).collect();
            bail!((words(terminal.language).unknown_check)(unknown, &all.join(", ")));
        }
        // In the registry's order, whatever the order asked.
        Ok(checks::ALL
            .iter()
            .copied()
            .filter(|check| self.checks.iter().any(|id| check.id.as_str() == id))
            .collect())
    }

    async fn subjects(&self, settings: &Settings, terminal: &Terminal) -> Result<Vec<Subject>> {
        let words = words(terminal.language);
        let names: Vec<DomainName> = self
            .domains
            .iter()
            .map(|text| {
                DomainName::from_typed(text).map_err(|why| anyhow!((words.no_domain)(text, &why.to_string())))
            })
            .collect::<Result<_>>()?;
        let known = known_domains(settings).await?;
        // Nothing is configured and nothing stored: the mail host's standard ports are judged as they are.
        if self.mail_host.is_some() || (!self.all && known.is_empty() && settings.file().is_none()) {
            return Ok(names
                .into_iter()
                .map(|name| direct(name, self.mail_host.clone()))
                .collect());
        }
        if self.all && known.is_empty() {
            bail!(words.no_domains);
        }
        let sites = settings.sites();
        let subject = |domain: &Domain| Subject {
            site: sites
                .iter()
                .find(|site| site.name == domain.site)
                .cloned()
                .unwrap_or_else(|| Site {
                    name: domain.site.clone(),
                    ..Site::default()
                }),
            domain: domain.clone(),
        };
        if self.all {
            return Ok(known.iter().map(subject).collect());
        }
        let find = |name: &DomainName| known.iter().find(|domain| domain.name == *name).map(subject);
        names
            .iter()
            .map(|name| find(name).ok_or_else(|| anyhow!((words.unknown_domain)(name.as_str()))))
            .collect()
    }

    fn json(&self, found: &[(&Domain, Vec<Step>)], terminal: &Terminal) -> Result<String> {
        let spoken = found.iter().map(|(domain, steps)| {
            let mut status = Status::new(domain, steps, terminal.language);
            if !self.checks.is_empty() {
                status.ready = status::proved(steps);
            }
            status
        });
        let mut spoken: Vec<Status> = spoken.collect();
        let is_one = !self.all && spoken.len() == 1;
        let text = match spoken.pop() {
            Some(only) if is_one => serde_json::to_string_pretty(&only)?,
            last => {
                spoken.extend(last);
                serde_json::to_string_pretty(&serde_json::json!({ "items": spoken }))?
            }
        };
        Ok(text + "\n")
    }
}

/// The database's domains where there is a database, else the configuration's.
async fn known_domains(settings: &Settings) -> Result<Vec<Domain>> {
    let url = settings.database.url.expose();
    let exists = url
        .strip_prefix("sqlite://")
        .is_none_or(|file| Path::new(file).exists());
    if exists {
        let store = Store::open(url).await?;
        let domains = store.domains().await?;
        store.close().await;
        if !domains.is_empty() {
            return Ok(domains);
        }
    }
    Ok(settings.domains())
}

fn direct(name: DomainName, mail_host: Option<DomainName>) -> Subject {
    let mut domain = Domain::plain(name);
    domain.mail_host = mail_host.unwrap_or(domain.mail_host);
    let port = |port| model::Endpoint::new(domain.mail_host.as_str(), port).ok();
    let site = Site {
        imaps: port(993),
        smtps: port(465),
        ..Site::default()
    };
    Subject { domain, site }
}

/// Domains that share a mail host share its handshakes; the groups run at the same time.
async fn sweep<'a>(
    engine: &Arc<Engine>,
    subjects: &'a [Subject],
    chosen: &[&'static EngineCheck],
    terminal: &Terminal,
) -> Vec<(&'a Domain, Vec<Step>)> {
    let progress = progress(subjects.len(), terminal);
    let sweep = Arc::new(engine.sweep());
    let mut in_groups: Vec<&Subject> = subjects.iter().collect();
    in_groups.sort_by_key(|subject| (&subject.site.name, &subject.domain.mail_host));
    let groups: Vec<&[&Subject]> = in_groups
        .chunk_by(|a, b| a.site.name == b.site.name && a.domain.mail_host == b.domain.mail_host)
        .collect();
    let running = stream::iter(groups).map(|group| {
        let (sweep, progress) = (Arc::clone(&sweep), &progress);
        async move {
            let domains: Vec<&Domain> = group.iter().map(|subject| &subject.domain).collect();
            let answers = sweep.run(&group[0].site, &domains, chosen).await;
            progress.inc(group.len() as u64);
            domains.into_iter().zip(answers).collect::<Vec<_>>()
        }
    });
    let mut found: Vec<(&Domain, Vec<Step>)> = running.buffer_unordered(AT_ONCE).concat().await;
    progress.finish_and_clear();
    found.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    found
}

fn progress(count: usize, _: &Terminal) -> ProgressBar {
    if count < 2 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} · {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(count as u64).with_style(style)
}

fn exit(steps: &[Step], only_some: bool) -> Exit {
    let ready = if only_some {
        status::proved(steps)
    } else {
        status::ready(steps)
    };
    let mut counting = steps
        .iter()
        .filter(|step| only_some || step.priority == Priority::P1);
    let has = |state| move |step: &Step| step.state == state;
    if ready {
        Exit::Good
    } else if counting.clone().any(has(State::Fail)) || !counting.any(has(State::Unknown)) {
        Exit::Bad
    } else {
        Exit::Unknown
    }
}

fn table(found: &[(&Domain, Vec<Step>)], only_some: bool, terminal: &Terminal) -> Result<String> {
    let words = words(terminal.language);
    let mut text = String::new();
    for (index, (domain, steps)) in found.iter().enumerate() {
        let verdict = match exit(steps, only_some) {
            Exit::Good => words.ready,
            Exit::Unknown => words.not_determined,
            Exit::Bad | Exit::Usage => words.not_ready,
        };
        let gap = if index == 0 { "" } else { "\n" };
        writeln!(
            text,
            "{gap}{}  {} · {verdict}",
            terminal.strong(domain.name.as_str()),
            terminal.faint(domain.mail_host.as_str())
        )?;
        let width = steps
            .iter()
            .map(|step| step.label.in_language(terminal.language).chars().count())
            .max()
            .unwrap_or(0);
        for step in steps {
            let label = step.label.in_language(terminal.language);
            let message = message::say(step.code, &step.evidence, terminal.language);
            writeln!(
                text,
                "  {} {:?} {label:<width$}  {message}",
                terminal.state(step.state),
                step.priority
            )?;
            if matches!(step.state, State::Fail | State::Unknown | State::Warn) {
                let hint = hint::say(step.code, &step.evidence, terminal.language);
                writeln!(
                    text,
                    "  {:>width$}  {}",
                    "",
                    terminal.faint(&hint),
                    width = width + 13
                )?;
                if let Some(command) = reproduce::command(step.code, &step.evidence) {
                    writeln!(
                        text,
                        "  {:>width$}  {}",
                        "",
                        terminal.faint(&format!("$ {command}")),
                        width = width + 13
                    )?;
                }
            }
        }
    }
    Ok(text)
}

/// Groups checked at the same time: slow servers are waited for together, not one after the other.
const AT_ONCE: usize = 64;
