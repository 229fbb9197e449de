//! The verdicts in Portuguese. The `match` is exhaustive: a new code without its words does not compile.

use super::{Words, serial};
use crate::{Code, Leaf};

#[expect(
    clippy::too_many_lines,
    reason = "a table: one entry a verdict, and all of them"
)]
pub(super) fn say(code: Code, w: &Words<'_>) -> String {
    let Words {
        sni,
        endpoint,
        path,
        host,
        name,
        question,
        url,
        location,
        cn,
        status,
        found,
        expected,
        missing,
        because,
        seen,
    } = w;
    match code {
        Code::Ok => good(w),

        Code::Unreachable => format!("{endpoint} não aceita conexão{because}"),
        Code::Timeout => format!("{endpoint} não respondeu a tempo{because}"),
        Code::Deferred => format!("{endpoint} adiou a conversa{because}"),
        Code::HandshakeFailed => format!("O handshake TLS com {endpoint} falhou{because}"),
        Code::WrongSite => format!("Wrong Site — SAN não inclui {sni} (CN={cn})"),
        Code::CnOnly => {
            format!("Wrong Site — o certificado nomeia {sni} só no CN, que os clientes de hoje ignoram")
        }
        Code::Expired => format!("O certificado de {sni} expirou em {}", w.until()),
        Code::NotYetValid => format!("O certificado de {sni} só vale a partir de {}", w.from()),
        Code::Untrusted => format!("O certificado de {sni} não é confiável{because}"),
        Code::Weak => format!("O certificado de {sni} é fraco{because}"),
        Code::ExpiresSoon => format!("Expira em {}: a renovação já devia ter acontecido", w.until()),

        Code::StaleDeploy => format!(
            "Publicado não é o emitido: publicado {}, emitido {}",
            named(seen.leaf.as_ref()),
            named(seen.issued.as_ref())
        ),
        Code::KeyMismatch => format!("A chave {path} não pertence ao seu certificado"),
        Code::NotServed => format!(
            "Publicado mas não servido: o arquivo tem o certificado {}, {endpoint} ainda mostra {}",
            serial(seen.leaf.as_ref()),
            serial(seen.served.as_ref())
        ),

        Code::FileMissing => format!("O arquivo {path} não existe em {host}"),
        Code::NotPem => format!("O arquivo {path} não é PEM que se possa ler{because}"),
        Code::Unreadable => format!("O arquivo {path} não pôde ser lido em {host}{because}"),
        Code::TooLarge => format!("{path} é maior do que se lê{because}"),
        Code::HostUnreachable => format!("O host {host} não está ao alcance{because}"),

        Code::SanMissing => format!("O certificado emitido não inclui {missing}"),
        Code::NoCertificate => format!("Não há certificado para {name} em {path}"),

        Code::DomainUnknown => format!("O servidor de correio não conhece {name}{because}"),
        Code::DomainInactive => format!("O servidor de correio não tem {name} como ativo{because}"),

        Code::NotRouted => format!("{path} não encaminha {name}"),
        Code::DoubtfulBackend => {
            format!("{path} cita {name}, mas o HAProxy não pode ter um backend chamado “{found}”")
        }
        Code::NoServerBlock => format!("{path} não tem um bloco server na porta do admin para {name}"),
        Code::ConfigBroken => format!("A configuração {path} não se deixa ler{because}"),

        Code::NotHttp => format!("{endpoint} não respondeu em HTTP{because}"),
        Code::HttpError => format!("{url} respondeu HTTP {status}{because}"),
        Code::NoRedirect => format!("{url} respondeu HTTP {status} em vez de redirecionar para {expected}"),
        Code::WrongLocation => format!("{url} redireciona para {location}, e não para {expected}"),
        Code::NoLoginForm => format!("{url} não tem formulário de login"),
        Code::LoginScriptFailed => format!("O script de login diz que não{because}"),

        Code::NoSuchName => format!("DNS: {question}: o nome não existe"),
        Code::NoRecord => format!("DNS: {question}: não há registro"),
        Code::WrongRecord => format!("DNS: {question} responde {found}, e devia ser {expected}"),
        Code::SeveralRecords => {
            format!("DNS: {question}: há mais de um registro, e assim nenhum vale: {found}")
        }
        Code::InvalidRecord => format!("DNS: {question}: o registro não se deixa ler{because}"),
        Code::DnsFailed => format!("DNS: {question} não teve resposta{because}"),
        Code::NotPublished => format!("DNS: {question}: não publicado"),
        Code::PolicyWeak => format!("DNS: {question}: a política é fraca{because}"),
        Code::PolicyUnavailable => format!("A política em {url} não pôde ser obtida{because}"),
        Code::PolicyInvalid => format!("A política em {url} não se deixa ler{because}"),
        Code::PolicyMismatch => format!("A política em {url} não cobre {expected}"),
        Code::NotAuthorised => format!("DNS: {question} não autoriza {expected}"),
        Code::TooManyLookups => format!("DNS: {question} pede mais de 10 consultas, e assim não vale"),
        Code::KeyRevoked => format!("DNS: {question}: a chave foi revogada"),
        Code::KeyWeak => format!("DNS: {question}: a chave é curta{because}"),
        Code::TlsaMismatch => format!("DNS: {question} não corresponde ao certificado que {endpoint} serve"),
        Code::NotSigned => format!("DNS: {question} não é protegido por DNSSEC{because}"),
        Code::DnssecBogus => {
            format!("DNS: {question}: a assinatura DNSSEC não se valida, e quem valida descarta a resposta")
        }
        Code::CaUnknown => {
            format!(
                "DNS: {question} nomeia as CAs {found}, e não se sabe aqui com que nome {name} figura ali"
            )
        }
        Code::CaaForbids => format!("DNS: {question} não permite a CA em uso: {found}"),

        Code::AuthBeforeTls => format!("{endpoint} aceita senhas antes do TLS{because}"),
        Code::CommandInjection => {
            format!("{endpoint} executa comandos injetados antes do TLS{because}")
        }
        Code::OpenRelay => format!("{endpoint} aceita correio de estranhos para estranhos{because}"),

        Code::OldProtocol => format!("{endpoint} ainda aceita {found}"),
        Code::WeakCipher => format!("{endpoint} escolhe uma cifra fraca{because}"),
        Code::ChainUntidy => format!("A cadeia em {endpoint} traz o que não devia{because}"),
        Code::RenewalOverdue => format!(
            "A renovação está atrasada desde {}: vence em {}, e nada novo foi emitido",
            w.since(),
            w.until()
        ),

        Code::ScriptMissing => format!("O script de renovação {path} não existe em {host}"),
        Code::ScriptNotExecutable => format!("O script de renovação {path} não é executável"),
        Code::TimerInactive => format!("O timer {path} não está ativo{because}"),
        Code::TimerDisabled => {
            format!("O timer {path} não está habilitado: não volta depois de um reinício{because}")
        }
        Code::CronLacksScript => format!("O arquivo de cron {path} não chama o script de renovação"),
        Code::CommandFailed => format!("Um comando em {host} não deu resposta{because}"),

        Code::NoAnswer => format!("A verificação não terminou{because}"),
        Code::NotConfigured => format!("Não configurado: falta {}", seen.wants.as_deref().unwrap_or("?")),
    }
}

/// The most telling piece of the evidence.
fn good(w: &Words<'_>) -> String {
    let seen = w.seen;
    match (&seen.leaf, &seen.question, &seen.url, &seen.path) {
        (Some(leaf), None, Some(url), _) => {
            format!(
                "{url} respondeu HTTP {}, certificado válido até {}",
                w.status, leaf.not_after
            )
        }
        (Some(leaf), ..) => format!("Certificado válido até {}", leaf.not_after),
        (None, Some(question), ..) => format!("DNS: {question}: {}", w.found),
        (None, None, ..) if seen.name.is_some() && w.path != "?" => {
            let line = seen.line.map(|line| format!(":{line}")).unwrap_or_default();
            let found = if seen.found.is_empty() {
                String::new()
            } else {
                format!(": {}", w.found)
            };
            format!("{} está em {}{line}{found}", w.name, w.path)
        }
        (None, None, Some(url), _) if seen.location.is_some() => {
            format!("{url} redireciona para {}", w.location)
        }
        (None, None, Some(url), _) => format!("{url} respondeu HTTP {}", w.status),
        (None, None, None, Some(path)) => format!("{path} está pronto"),
        (None, None, None, None) => match (&seen.name, &seen.endpoint) {
            (Some(name), _) => format!("{name}: em ordem"),
            (None, Some(endpoint)) => format!("{endpoint}: em ordem"),
            (None, None) => "Em ordem".to_owned(),
        },
    }
}

/// A certificate as people tell it from another: its serial and its expiry.
fn named(leaf: Option<&Leaf>) -> String {
    leaf.map_or_else(
        || "?".to_owned(),
        |leaf| format!("{} (até {})", leaf.short_serial(), leaf.not_after),
    )
}
