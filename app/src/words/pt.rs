//! The texts in Brazilian Portuguese.

use super::{Words, span};
use model::{Error, Group, State, board::Verdict};

pub(super) const WORDS: Words = Words {
    navigation: "Principal",
    skip: "Ir para o conteúdo",
    board: "Painel",
    sign_out: "Sair",
    language: "Idioma",
    theme: "Tema claro ou escuro",
    tagline: "O TLS que os clientes de e-mail realmente veem",

    sign_in: "Entrar",
    sign_in_to: "Entrar no Ligbox Desk",
    username: "Usuário",
    password: "Senha",
    wrong_login: "Usuário e senha não conferem. Confira os dois e tente de novo; quem não tem mais a senha pede uma nova a um super_admin.",
    wait: |seconds| {
        format!(
            "Tentativas demais. Espere {} e tente de novo.",
            span(i64::from(seconds) * 1_000)
        )
    },

    live: "ao vivo",
    connecting: "conectando",
    offline: "sem conexão",
    sweep: "varredura",
    run_now: "Verificar agora",
    running: "Verificando…",
    started: "Verificação iniciada",
    not_run: "A verificação não pôde ser feita",

    summary: "Resumo",
    domains_ready: "domínios prontos",
    failing: "com falha P1",
    unproved: "sem prova",
    warned: "com aviso",
    waiting: "aguardando",
    next_expiry: "próxima expiração",
    expired: "expirado",

    filter: "Filtrar domínios",
    apply: "Filtrar",
    by_state: "Por estado",
    all: "Todos",
    site: "Site",
    all_sites: "Todos os sites",
    legend: "Legenda",
    domain: "Domínio",
    readiness: "Estado",
    since: "Desde",
    state: |state| match state {
        Some(State::Ok) => "ok",
        Some(State::Warn) => "aviso",
        Some(State::Fail) => "falha",
        Some(State::Unknown) => "sem prova",
        Some(State::Skipped) => "não se aplica",
        None => "aguardando",
    },
    failing_now: "falhando",
    not_announced: "Ainda não anunciada: só é anunciada se durar.",
    p2: "P2: menor, não impede o pronto",
    fold: "Recolher este grupo",
    unfold: "Desdobrar este grupo",
    verdict: |verdict| match verdict {
        Verdict::Fail => "não pronto",
        Verdict::Unknown => "sem prova",
        Verdict::Warn | Verdict::Ready => "pronto",
        Verdict::Pending => "aguardando",
    },
    rows_of: |verdict| match verdict {
        Verdict::Fail => "Falha",
        Verdict::Unknown => "Sem prova",
        Verdict::Warn => "Aviso",
        Verdict::Pending => "Aguardando",
        Verdict::Ready => "Pronto",
    },
    group: |group| match group {
        Group::Infra => "Infra",
        Group::Admin => "Admin",
        Group::MailTls => "Mail TLS",
        Group::MailStarttls => "STARTTLS",
        Group::CertSync => "Caddy → Mox",
        Group::TlsPolicy => "Política TLS",
        Group::MailDns => "DNS do e-mail",
    },
    nothing_matches: "Nenhum domínio corresponde a este filtro.",
    left_out: |count| format!("Mais {count} domínios não estão aqui: filtre para vê-los."),
    show_all: "Mostrar todos",
    no_domains: "Ainda não há domínios. Cada um aparecerá aqui como uma linha, com uma célula por verificação.",
    add_a_domain: "Ou acrescente-os a desk.toml e reinicie o Desk:",
    or_try_the_demo: "Ou veja o painel com um laboratório local de dez domínios:",
    first_sweep: "A primeira varredura está em curso: as células se preenchem sozinhas.",

    close: "Fechar",
    what_to_do: "O que fazer",
    reproduce: "Reproduzir",
    copy: "Copiar",
    copied: "Copiado",
    last_day: "Últimas 24 h",
    a_day_ago: "há 24 h",
    now: "agora",
    not_watched: "sem registro",
    whole_domain: "Ver o domínio inteiro",
    checked: "verificado",

    four_truths: "Quatro verdades",
    wanted: "Desejado",
    issued: "Emitido",
    deployed: "Publicado",
    served: "Servido",
    names: |n| {
        if n == 1 {
            "1 nome".to_owned()
        } else {
            format!("{n} nomes")
        }
    },
    missing: |n| {
        if n == 1 {
            "falta 1".to_owned()
        } else {
            format!("faltam {n}")
        }
    },
    missing_name: "nome que falta",
    as_issued: "= emitido",
    as_deployed: "= publicado",
    unlike_issued: "≠ emitido",
    unlike_deployed: "≠ publicado",
    not_seen: "não visto",
    more: |n| format!("+{n}"),

    evidence: "Evidência",
    endpoint: "Endereço",
    asked_for: "Nome pedido",
    common_name: "CN",
    issuer: "Emissor",
    serial: "Serial",
    validity: "Validade",
    share_left: |share| format!("restam {share} %"),
    protocol: "TLS",
    key: "Chave",
    file: "Arquivo",
    host: "Host",
    peer_said: "Resposta",
    took: "Duração",
    question: "Pergunta DNS",
    resolver: "Servidor DNS",
    page: "Página",
    http_status: "Status HTTP",
    location: "Redireciona para",
    looked_for: "Procurado",
    found: "Encontrado",
    expected: "Esperado",
    lacking: "Faltam",
    chain: "Cadeia",
    ran: "Comando",
    exit_code: "Código de saída",

    mail_host: "Servidor de e-mail",
    aliases: "Outros nomes",
    tenant: "Cliente",
    mail_tls: "TLS do e-mail",
    card_imap: "IMAP TLS",
    card_admin: "Admin :6071",
    card_issued: "Cert LE SAN",
    card_deployed: "Último deploy",
    all_steps: "Todas as verificações",
    history: "Últimas 24 h",
    not_yet: "Ainda não verificado",
    until: "até",

    add_domain: "Acrescentar domínio",
    add_domain_lead: "O domínio é verificado assim que é acrescentado; a linha dele no painel se preenche sozinha.",
    domain_hint: "Como em example.com, sem mail. na frente.",
    mail_host_hint: "O nome que os clientes de e-mail usam. Vazio: mail. seguido do domínio.",
    aliases_hint: "Outros nomes que o certificado deve cobrir, um por linha.",
    site_hint: "O servidor onde o domínio está.",
    tenant_hint: "A sigla do cliente: letras sem acento, dígitos, pontos e hífens. Pode ficar vazio.",
    choose: "Escolha…",
    save: "Salvar",
    edit: "Editar",
    remove: "Remover",
    remove_domain: "Remover este domínio…",
    remove_means: "A vigia termina e os resultados guardados são apagados. No servidor de e-mail nada muda.",
    ask_to_add: "Um ops_lead ou super_admin pode acrescentar o primeiro.",

    not_found: "Esta página não existe",
    not_found_help: "O endereço está errado, ou o domínio já não é vigiado.",
    trouble: "Algo não deu certo",
    back_to_board: "Voltar ao painel",
    fault: |error| match error {
        Error::Anonymous => "Entre primeiro.".to_owned(),
        Error::Denied => "O seu papel não permite isto. Peça a um super_admin.".to_owned(),
        Error::Invalid { field, why } => format!("Confira {field}: {why}."),
        Error::NotFound { what } => format!("{what} não existe."),
        Error::Conflict { why } => format!("{why}. Recarregue e tente de novo."),
        Error::TooMany { retry_after } => format!("Tentativas demais: espere {retry_after} s."),
        Error::Internal { incident } => {
            format!("Erro interno. O log do Desk tem a causa sob o incidente {incident}.")
        }
    },

    months: [
        "jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez",
    ],
    ago: |millis| format!("há {}", span(millis)),
};
