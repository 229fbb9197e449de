//! What the command line says beside the checks' own messages. A text that is missing does not compile.

use model::Language;

pub(crate) struct Words {
    pub(crate) ready: &'static str,
    pub(crate) not_ready: &'static str,
    pub(crate) not_determined: &'static str,
    pub(crate) next: &'static str,
    pub(crate) names: &'static str,
    pub(crate) valid: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) serial: &'static str,
    pub(crate) key: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) chain: &'static str,
    pub(crate) reproduce: &'static str,
    pub(crate) unknown_domain: fn(&str) -> String,
    pub(crate) unknown_check: fn(&str, &str) -> String,
    pub(crate) no_domain: fn(&str, &str) -> String,
    pub(crate) no_domains: &'static str,
}

pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::Pt => &PT,
        Language::En => &EN,
    }
}

static PT: Words = Words {
    ready: "pronto",
    not_ready: "não pronto",
    not_determined: "sem prova",
    next: "o que fazer",
    names: "nomes",
    valid: "validade",
    issuer: "emissor",
    serial: "série",
    key: "chave",
    protocol: "protocolo",
    chain: "cadeia",
    reproduce: "reproduzir",
    unknown_domain: |name| {
        format!("{name}: o Desk não conhece este domínio (`desk check --all` mostra os que conhece)")
    },
    unknown_check: |name, all| format!("{name}: não existe esta verificação; existem: {all}"),
    no_domain: |text, why| format!("{text:?} não é um domínio: {why}"),
    no_domains: "nenhum domínio configurado: acrescente [[domains]] a desk.toml, ou use --domain",
};

static EN: Words = Words {
    ready: "ready",
    not_ready: "not ready",
    not_determined: "not proved",
    next: "what to do",
    names: "names",
    valid: "valid",
    issuer: "issuer",
    serial: "serial",
    key: "key",
    protocol: "protocol",
    chain: "chain",
    reproduce: "reproduce",
    unknown_domain: |name| {
        format!("{name}: the Desk does not know this domain (`desk check --all` shows those it knows)")
    },
    unknown_check: |name, all| format!("{name}: there is no such check; there are: {all}"),
    no_domain: |text, why| format!("{text:?} is not a domain: {why}"),
    no_domains: "no domain is configured: add [[domains]] to desk.toml, or use --domain",
};
