//! What a verdict says, in both languages: the code and its evidence made into one sentence.
//!
//! The `match` is exhaustive: a new code without its words does not compile.

use crate::{
    Code, Evidence,
    Language::{self, En, Pt},
    Leaf, Reason,
};

/// One sentence without a full stop, plain text. `Wrong Site` stays in both languages: it is what
/// Thunderbird's users report.
pub fn say(code: Code, seen: &Evidence, language: Language) -> String {
    let sni = seen.sni.as_deref().unwrap_or("?");
    let endpoint = seen.endpoint.as_deref().unwrap_or("?");
    let path = seen.path.as_deref().unwrap_or("?");
    let host = seen.host.as_deref().unwrap_or("local");
    let leaf = seen.leaf.as_ref();
    let why = seen
        .reason
        .map(|reason| because(reason, language))
        .or(seen.detail.clone());
    let because = why.map(|why| format!(": {why}")).unwrap_or_default();
    match (code, language) {
        (Code::Ok, _) => good(seen, language),

        (Code::Unreachable, Pt) => format!("{endpoint} não aceita conexão{because}"),
        (Code::Unreachable, En) => format!("{endpoint} accepts no connection{because}"),
        (Code::Timeout, Pt) => format!("{endpoint} não respondeu a tempo{because}"),
        (Code::Timeout, En) => format!("{endpoint} did not answer in time{because}"),
        (Code::Deferred, Pt) => format!("{endpoint} adiou a conversa{because}"),
        (Code::Deferred, En) => format!("{endpoint} put the conversation off{because}"),
        (Code::HandshakeFailed, Pt) => format!("O handshake TLS com {endpoint} falhou{because}"),
        (Code::HandshakeFailed, En) => format!("The TLS handshake with {endpoint} failed{because}"),
        (Code::WrongSite, Pt) => format!("Wrong Site — SAN não inclui {sni} (CN={})", cn(leaf)),
        (Code::WrongSite, En) => format!("Wrong Site — the SAN does not include {sni} (CN={})", cn(leaf)),
        (Code::CnOnly, Pt) => {
            format!("Wrong Site — o certificado nomeia {sni} só no CN, que os clientes de hoje ignoram")
        }
        (Code::CnOnly, En) => {
            format!("Wrong Site — the certificate names {sni} in its CN alone, which today's clients ignore")
        }
        (Code::Expired, Pt) => format!("O certificado de {sni} expirou em {}", until(leaf)),
        (Code::Expired, En) => format!("The certificate of {sni} expired on {}", until(leaf)),
        (Code::NotYetValid, Pt) => format!("O certificado de {sni} só vale a partir de {}", from(leaf)),
        (Code::NotYetValid, En) => format!("The certificate of {sni} is not valid before {}", from(leaf)),
        (Code::Untrusted, Pt) => format!("O certificado de {sni} não é confiável{because}"),
        (Code::Untrusted, En) => format!("The certificate of {sni} is not trusted{because}"),
        (Code::Weak, Pt) => format!("O certificado de {sni} é fraco{because}"),
        (Code::Weak, En) => format!("The certificate of {sni} is weak{because}"),
        (Code::ExpiresSoon, Pt) => format!("Expira em {}: a renovação já devia ter acontecido", until(leaf)),
        (Code::ExpiresSoon, En) => format!(
            "Expires on {}: the renewal should have happened by now",
            until(leaf)
        ),

        (Code::StaleDeploy, Pt) => format!(
            "Publicado não é o emitido: publicado {}, emitido {}",
            named(leaf, language),
            named(seen.issued.as_ref(), language)
        ),
        (Code::StaleDeploy, En) => format!(
            "Deployed is not what was issued: deployed {}, issued {}",
            named(leaf, language),
            named(seen.issued.as_ref(), language)
        ),
        (Code::KeyMismatch, Pt) => format!("A chave {path} não pertence ao certificado publicado"),
        (Code::KeyMismatch, En) => format!("The key {path} does not belong to the deployed certificate"),
        (Code::NotServed, Pt) => format!(
            "Publicado mas não servido: o arquivo tem o certificado {}, {endpoint} ainda mostra {}",
            serial(leaf),
            serial(seen.served.as_ref())
        ),
        (Code::NotServed, En) => format!(
            "Deployed but not served: the file has the certificate {}, {endpoint} still shows {}",
            serial(leaf),
            serial(seen.served.as_ref())
        ),

        (Code::FileMissing, Pt) => format!("O arquivo {path} não existe em {host}"),
        (Code::FileMissing, En) => format!("The file {path} does not exist on {host}"),
        (Code::NotPem, Pt) => format!("O arquivo {path} não é PEM que se possa ler{because}"),
        (Code::NotPem, En) => format!("The file {path} is not readable as PEM{because}"),
        (Code::Unreadable, Pt) => format!("O arquivo {path} não pôde ser lido em {host}{because}"),
        (Code::Unreadable, En) => format!("The file {path} could not be read on {host}{because}"),
        (Code::TooLarge, Pt) => format!("O arquivo {path} é maior do que se lê{because}"),
        (Code::TooLarge, En) => format!("The file {path} is larger than what is read{because}"),
        (Code::HostUnreachable, Pt) => format!("O host {host} não está ao alcance{because}"),
        (Code::HostUnreachable, En) => format!("The host {host} is out of reach{because}"),

        (Code::ScriptMissing, Pt) => format!("O script de renovação {path} não existe em {host}"),
        (Code::ScriptMissing, En) => format!("The renewal script {path} does not exist on {host}"),
        (Code::ScriptNotExecutable, Pt) => format!("O script de renovação {path} não é executável"),
        (Code::ScriptNotExecutable, En) => format!("The renewal script {path} is not executable"),
        (Code::TimerInactive, Pt) => format!("O timer {path} não está ativo{because}"),
        (Code::TimerInactive, En) => format!("The timer {path} is not active{because}"),
        (Code::TimerDisabled, Pt) => {
            format!("O timer {path} não está habilitado: não volta depois de um reinício{because}")
        }
        (Code::TimerDisabled, En) => {
            format!("The timer {path} is not enabled: it will not be back after a reboot{because}")
        }
        (Code::CronLacksScript, Pt) => format!("O arquivo de cron {path} não chama o script de renovação"),
        (Code::CronLacksScript, En) => format!("The cron file {path} does not call the renewal script"),
        (Code::CommandFailed, Pt) => format!("Um comando em {host} não deu resposta{because}"),
        (Code::CommandFailed, En) => format!("A command on {host} gave no answer{because}"),

        (Code::NoAnswer, Pt) => format!("A verificação não terminou{because}"),
        (Code::NoAnswer, En) => format!("The check did not finish{because}"),
        (Code::NotConfigured, Pt) => {
            format!("Não configurado: falta {}", seen.wants.as_deref().unwrap_or("?"))
        }
        (Code::NotConfigured, En) => format!(
            "Not configured: {} is missing",
            seen.wants.as_deref().unwrap_or("?")
        ),
    }
}

fn good(seen: &Evidence, language: Language) -> String {
    match (&seen.leaf, &seen.path, language) {
        (Some(leaf), _, Pt) => format!("Certificado válido até {}", leaf.not_after),
        (Some(leaf), _, En) => format!("Certificate valid until {}", leaf.not_after),
        (None, Some(path), Pt) => format!("{path} está pronto"),
        (None, Some(path), En) => format!("{path} is ready"),
        (None, None, Pt) => "Em ordem".to_owned(),
        (None, None, En) => "In order".to_owned(),
    }
}

/// The cause behind a code, as a clause that follows a colon.
pub fn because(reason: Reason, language: Language) -> String {
    let (pt, en) = match reason {
        Reason::SelfSigned => ("autoassinado", "it is self-signed"),
        Reason::IncompleteChain => (
            "a cadeia está incompleta, falta um intermediário",
            "the chain is incomplete, an intermediate is missing",
        ),
        Reason::UnknownCa => ("foi emitido por uma CA desconhecida", "an unknown CA issued it"),
        Reason::InvalidChain => ("a cadeia não se valida", "the chain does not validate"),
        Reason::RsaUnder2048 => (
            "a chave RSA tem menos de 2048 bits",
            "the RSA key has fewer than 2048 bits",
        ),
        Reason::Sha1Signature => ("a assinatura usa SHA-1", "the signature uses SHA-1"),
        Reason::LeafIsCa => (
            "o certificado do servidor é o de uma CA",
            "the server's certificate is that of a CA",
        ),
        Reason::NoServerAuth => (
            "não foi emitido para servidores TLS (falta serverAuth)",
            "it was not issued for TLS servers (no serverAuth)",
        ),
        Reason::StarttlsInjection => (
            "bytes injetados junto da resposta ao STARTTLS (starttls_injection)",
            "bytes injected behind the answer to STARTTLS (starttls_injection)",
        ),
        Reason::StarttlsNotOffered => ("STARTTLS não é oferecido", "STARTTLS is not offered"),
        Reason::StarttlsRefused => ("o servidor recusou STARTTLS", "the server refused STARTTLS"),
        Reason::Preauth => (
            "a saudação PREAUTH não permite TLS",
            "a PREAUTH greeting cannot be upgraded to TLS",
        ),
        Reason::NotTls => ("a resposta não é TLS", "the answer is not TLS"),
        Reason::ClosedEarly => ("o servidor fechou a conexão", "the server closed the connection"),
        Reason::BadGreeting => (
            "a saudação não é do protocolo",
            "the greeting is not of the protocol",
        ),
        Reason::NoCommonProtocol => (
            "nenhuma versão de TLS ou cifra em comum (TLS 1.2 é o mínimo)",
            "no TLS version or cipher in common (TLS 1.2 is the least)",
        ),
        Reason::BadSignature => (
            "o servidor não provou que possui a chave",
            "the server did not prove that it has the key",
        ),
        Reason::NameNotFound => ("o nome não tem endereço", "the name has no address"),
        Reason::Refused => ("conexão recusada", "connection refused"),
    };
    match language {
        Pt => pt.to_owned(),
        En => en.to_owned(),
    }
}

fn cn(leaf: Option<&Leaf>) -> &str {
    leaf.and_then(|leaf| leaf.cn.as_deref()).unwrap_or("—")
}

fn until(leaf: Option<&Leaf>) -> String {
    leaf.map(|leaf| leaf.not_after.to_string()).unwrap_or_default()
}

fn from(leaf: Option<&Leaf>) -> String {
    leaf.map(|leaf| leaf.not_before.to_string()).unwrap_or_default()
}

fn serial(leaf: Option<&Leaf>) -> String {
    leaf.map_or_else(|| "?".to_owned(), Leaf::short_serial)
}

/// A certificate as people tell it from another: its serial and its expiry.
fn named(leaf: Option<&Leaf>, language: Language) -> String {
    match (leaf, language) {
        (Some(leaf), Pt) => format!("{} (até {})", leaf.short_serial(), leaf.not_after),
        (Some(leaf), En) => format!("{} (until {})", leaf.short_serial(), leaf.not_after),
        (None, _) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_that_users_report_stays_in_both_languages() {
        let seen = Evidence {
            sni: Some("mail.example.com".into()),
            ..Evidence::default()
        };
        assert_eq!(
            say(Code::WrongSite, &seen, Pt),
            "Wrong Site — SAN não inclui mail.example.com (CN=—)"
        );
        assert!(
            say(Code::WrongSite, &seen, En)
                .starts_with("Wrong Site — the SAN does not include mail.example.com")
        );
    }

    #[test]
    fn every_code_has_words_even_without_evidence() {
        for &code in Code::ALL {
            for language in [Pt, En] {
                assert!(
                    say(code, &Evidence::default(), language).chars().count() > 5,
                    "{code}"
                );
            }
        }
    }
}
