//! The catalogue's part about audits, in both languages.

use model::{Language, audit::Origin};

/// What the page of audits says, and what others say of them.
#[expect(
    missing_debug_implementations,
    reason = "functions of words have nothing to show"
)]
pub struct AuditWords {
    pub audit: &'static str,
    pub now: &'static str,
    pub running: fn(usize, usize) -> String,
    pub progress: &'static str,
    pub mean: &'static str,
    pub since_before: fn(&str) -> String,
    pub domains: &'static str,
    pub whole: &'static str,
    pub low: &'static str,
    pub unscored: &'static str,
    pub last: &'static str,
    pub next: &'static str,
    pub never: &'static str,
    pub trend: &'static str,
    /// How many audits, the newest mean, the lowest and the highest.
    pub trend_said: fn(usize, u8, u8, u8) -> String,
    pub oldest: &'static str,
    pub newest: &'static str,
    pub scorecards: &'static str,
    pub score: &'static str,
    pub domain: &'static str,
    pub sets: &'static str,
    pub of_hundred: fn(u8) -> String,
    pub nothing_lost: &'static str,
    pub nothing_applies: &'static str,
    pub more: fn(usize) -> String,
    pub find: &'static str,
    pub filter: &'static str,
    pub tenant: &'static str,
    pub every_tenant: &'static str,
    pub no_tenant: &'static str,
    pub by_tenant: &'static str,
    pub count: fn(i64) -> String,
    pub none_match: &'static str,
    pub next_page: &'static str,
    pub cycles: &'static str,
    pub earlier: &'static str,
    pub older_one: &'static str,
    pub to_latest: &'static str,
    pub asked_by: fn(Origin) -> &'static str,
    pub took: fn(&str) -> String,
    pub none_yet: &'static str,
    pub first_at: &'static str,
    pub press: &'static str,
    pub ask: &'static str,
    pub last_audit: &'static str,
    pub next_audit: &'static str,
    pub last_score: &'static str,
}

impl AuditWords {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Pt => &PT,
            Language::En => &EN,
        }
    }
}

static PT: AuditWords = AuditWords {
    audit: "Auditoria",
    now: "Auditar agora",
    running: |done, of| format!("Auditando: {done} de {of} domínios verificados"),
    progress: "Progresso da auditoria",
    mean: "nota média",
    since_before: |change| format!("{change} desde a anterior"),
    domains: "domínios",
    whole: "com 100",
    low: "abaixo de 70",
    unscored: "sem nota",
    last: "última",
    next: "próxima",
    never: "sem agenda",
    trend: "Tendência da nota média",
    trend_said: |count, now, lowest, highest| {
        format!("Nota média de {count} auditorias: agora {now}, a menor {lowest}, a maior {highest}")
    },
    oldest: "mais antiga",
    newest: "esta",
    scorecards: "Notas por domínio",
    score: "Nota",
    domain: "Domínio, e o que custou pontos",
    sets: "Conjuntos",
    of_hundred: |score| format!("{score} de 100"),
    nothing_lost: "Tudo provado.",
    nothing_applies: "Nenhuma verificação se aplica: configure o site.",
    more: |count| format!("+{count}"),
    find: "Domínio ou cliente…",
    filter: "Filtrar",
    tenant: "Cliente",
    every_tenant: "Todo cliente",
    no_tenant: "sem cliente",
    by_tenant: "Por cliente",
    count: |count| {
        if count == 1 {
            "1 domínio".to_owned()
        } else {
            format!("{count} domínios")
        }
    },
    none_match: "Nenhum domínio corresponde ao filtro.",
    next_page: "Próximos",
    cycles: "Auditorias",
    earlier: "Anteriores",
    older_one: "Uma auditoria anterior, de",
    to_latest: "Ver a última",
    asked_by: |origin| match origin {
        Origin::Schedule => "agenda",
        Origin::Machine => "outro sistema",
        Origin::Person => "pessoa",
    },
    took: |span| format!("em {span}"),
    none_yet: "Nenhuma auditoria terminou ainda. Cada uma verifica todos os domínios de uma vez e dá a cada um uma nota de 0 a 100, com o que custou pontos.",
    first_at: "A primeira começa por si:",
    press: "Ou comece uma agora, com o botão acima.",
    ask: "Um ops_lead ou super_admin pode começar uma agora.",
    last_audit: "Última auditoria",
    next_audit: "Próxima auditoria",
    last_score: "Nota",
};

static EN: AuditWords = AuditWords {
    audit: "Audit",
    now: "Audit now",
    running: |done, of| format!("Auditing: {done} of {of} domains checked"),
    progress: "Progress of the audit",
    mean: "mean score",
    since_before: |change| format!("{change} since the one before"),
    domains: "domains",
    whole: "with 100",
    low: "below 70",
    unscored: "without a score",
    last: "last",
    next: "next",
    never: "never by schedule",
    trend: "Trend of the mean score",
    trend_said: |count, now, lowest, highest| {
        format!("Mean score of {count} audits: now {now}, the lowest {lowest}, the highest {highest}")
    },
    oldest: "oldest",
    newest: "this one",
    scorecards: "Scores by domain",
    score: "Score",
    domain: "Domain, and what cost points",
    sets: "Sets",
    of_hundred: |score| format!("{score} of 100"),
    nothing_lost: "All proved.",
    nothing_applies: "No check applies: configure the site.",
    more: |count| format!("+{count}"),
    find: "Domain or customer…",
    filter: "Filter",
    tenant: "Customer",
    every_tenant: "Every customer",
    no_tenant: "no customer",
    by_tenant: "By customer",
    count: |count| {
        if count == 1 {
            "1 domain".to_owned()
        } else {
            format!("{count} domains")
        }
    },
    none_match: "No domain matches the filter.",
    next_page: "Next",
    cycles: "Audits",
    earlier: "Earlier",
    older_one: "An earlier audit, of",
    to_latest: "See the last one",
    asked_by: |origin| match origin {
        Origin::Schedule => "schedule",
        Origin::Machine => "another system",
        Origin::Person => "a person",
    },
    took: |span| format!("in {span}"),
    none_yet: "No audit has ended yet. Each checks all domains at once and gives every one a score from 0 to 100, with what cost it points.",
    first_at: "The first begins by itself:",
    press: "Or begin one now, with the button above.",
    ask: "An ops_lead or super_admin can begin one now.",
    last_audit: "Last audit",
    next_audit: "Next audit",
    last_score: "Score",
};
