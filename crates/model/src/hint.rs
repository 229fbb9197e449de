//! What to do next about a verdict: one sentence in both languages.

use crate::{
    Code, Evidence,
    Language::{self, En, Pt},
    Reason,
};

/// Empty where there is nothing to do.
pub fn say(code: Code, seen: &Evidence, language: Language) -> String {
    let sni = seen.sni.as_deref().unwrap_or("?");
    let path = seen.path.as_deref().unwrap_or("?");
    let host = seen.host.as_deref().unwrap_or("local");
    let endpoint = seen.endpoint.as_deref().unwrap_or("?");
    match (code, language) {
        (Code::Ok, _) => String::new(),
        (Code::Unreachable, Pt) => {
            format!("Verifique se o serviço em {endpoint} está no ar e se um firewall o separa do Desk.")
        }
        (Code::Unreachable, En) => format!(
            "See whether the service at {endpoint} is up and whether a firewall stands between it and the Desk."
        ),
        (Code::Timeout, Pt) => {
            format!("O serviço em {endpoint} aceita conexões mas não responde: veja o log e a carga dele.")
        }
        (Code::Timeout, En) => format!(
            "The service at {endpoint} accepts connections but does not answer: see its log and its load."
        ),
        (Code::Deferred, Pt) => format!("Veja no log do serviço em {endpoint} por que ele adia conexões."),
        (Code::Deferred, En) => {
            format!("See in the log of the service at {endpoint} why it puts connections off.")
        }
        (Code::HandshakeFailed, _) => handshake(seen.reason, endpoint, language),
        (Code::WrongSite | Code::CnOnly, Pt) => {
            format!("Expanda o certificado para incluir {sni} entre os SAN e publique-o.")
        }
        (Code::WrongSite | Code::CnOnly, En) => {
            format!("Expand the certificate so that its SANs include {sni}, and deploy it.")
        }
        (Code::Expired, Pt) => "Renove o certificado, publique-o e recarregue o servidor.".to_owned(),
        (Code::Expired, En) => "Renew the certificate, deploy it and reload the server.".to_owned(),
        (Code::NotYetValid, Pt) => "Confira o relógio desta máquina e o da CA.".to_owned(),
        (Code::NotYetValid, En) => "Check the clock of this machine and of the CA.".to_owned(),
        (Code::Untrusted, _) => trust(seen.reason, language),
        (Code::Weak, Pt) => {
            "Emita um certificado novo com chave EC P-256 ou RSA de 2048 bits e uso serverAuth.".to_owned()
        }
        (Code::Weak, En) => {
            "Issue a new certificate with an EC P-256 key or RSA of 2048 bits and serverAuth usage."
                .to_owned()
        }
        (Code::ExpiresSoon, Pt) => {
            "Menos de um quinto da validade resta: veja por que a renovação não aconteceu.".to_owned()
        }
        (Code::ExpiresSoon, En) => {
            "Less than a fifth of its lifetime is left: find out why the renewal did not happen.".to_owned()
        }
        (Code::StaleDeploy, Pt) => "Publique o certificado emitido e recarregue o servidor.".to_owned(),
        (Code::StaleDeploy, En) => "Deploy the issued certificate and reload the server.".to_owned(),
        (Code::KeyMismatch, Pt) => {
            "Publique o certificado e a chave da mesma emissão: com este par o servidor não volta a iniciar."
                .to_owned()
        }
        (Code::KeyMismatch, En) => {
            "Deploy certificate and key of the same issue: with this pair the server will not start again."
                .to_owned()
        }
        (Code::NotServed, Pt) => "O servidor não recarregou: recarregue-o e verifique de novo.".to_owned(),
        (Code::NotServed, En) => "The server has not reloaded: reload it and check again.".to_owned(),
        (Code::FileMissing | Code::NotPem, Pt) => {
            format!("Confira o caminho na configuração do site e o conteúdo de {path}.")
        }
        (Code::FileMissing | Code::NotPem, En) => {
            format!("Check the path in the site's configuration and what {path} holds.")
        }
        (Code::Unreadable, Pt) => format!("Dê ao usuário do Desk leitura de {path} em {host}."),
        (Code::Unreadable, En) => format!("Give the Desk's user read access to {path} on {host}."),
        (Code::TooLarge, Pt) => format!("{path} não parece um certificado: confira o caminho."),
        (Code::TooLarge, En) => format!("{path} does not look like a certificate: check the path."),
        (Code::HostUnreachable | Code::CommandFailed, Pt) => {
            format!("Confira o acesso do Desk ao host {host}.")
        }
        (Code::HostUnreachable | Code::CommandFailed, En) => {
            format!("Check the Desk's access to the host {host}.")
        }
        (Code::ScriptMissing, Pt) => format!("Instale o script de renovação em {path}."),
        (Code::ScriptMissing, En) => format!("Install the renewal script at {path}."),
        (Code::ScriptNotExecutable, Pt) => format!("Rode: chmod +x {path}"),
        (Code::ScriptNotExecutable, En) => format!("Run: chmod +x {path}"),
        (Code::TimerInactive | Code::TimerDisabled, Pt) => format!("Rode: systemctl enable --now {path}"),
        (Code::TimerInactive | Code::TimerDisabled, En) => format!("Run: systemctl enable --now {path}"),
        (Code::CronLacksScript, Pt) => {
            format!("Acrescente a {path} a linha que chama o script de renovação.")
        }
        (Code::CronLacksScript, En) => format!("Add the line that calls the renewal script to {path}."),
        (Code::NoAnswer, Pt) => "Verifique de novo; se persistir, veja o log do Desk.".to_owned(),
        (Code::NoAnswer, En) => "Check again; if it stays, see the Desk's log.".to_owned(),
        (Code::NotConfigured, Pt) => format!(
            "Defina {} em desk.toml para ligar esta verificação.",
            seen.wants.as_deref().unwrap_or("?")
        ),
        (Code::NotConfigured, En) => format!(
            "Set {} in desk.toml to switch this check on.",
            seen.wants.as_deref().unwrap_or("?")
        ),
    }
}

fn handshake(reason: Option<Reason>, endpoint: &str, language: Language) -> String {
    match (reason, language) {
        (Some(Reason::StarttlsInjection), Pt) => {
            format!("Alguém entre o Desk e {endpoint} altera a conversa: trate como ataque.")
        }
        (Some(Reason::StarttlsInjection), En) => format!(
            "Something between the Desk and {endpoint} alters the conversation: treat it as an attack."
        ),
        (Some(Reason::StarttlsNotOffered | Reason::StarttlsRefused | Reason::Preauth), Pt) => {
            format!("Ligue STARTTLS na configuração do serviço em {endpoint}.")
        }
        (Some(Reason::StarttlsNotOffered | Reason::StarttlsRefused | Reason::Preauth), En) => {
            format!("Switch STARTTLS on in the configuration of the service at {endpoint}.")
        }
        (Some(Reason::NotTls | Reason::BadGreeting), Pt) => {
            format!("Confira se a porta em {endpoint} é a certa para este protocolo.")
        }
        (Some(Reason::NotTls | Reason::BadGreeting), En) => {
            format!("Check that the port at {endpoint} is the right one for this protocol.")
        }
        (_, Pt) => format!("Veja o log do servidor em {endpoint} e rode o comando abaixo."),
        (_, En) => format!("See the server's log at {endpoint} and run the command below."),
    }
}

fn trust(reason: Option<Reason>, language: Language) -> String {
    match (reason, language) {
        (Some(Reason::IncompleteChain), Pt) => {
            "Publique a cadeia completa (fullchain.pem), não só o certificado.".to_owned()
        }
        (Some(Reason::IncompleteChain), En) => {
            "Deploy the whole chain (fullchain.pem), not the certificate alone.".to_owned()
        }
        (Some(Reason::SelfSigned), Pt) => "Publique um certificado emitido por uma CA pública.".to_owned(),
        (Some(Reason::SelfSigned), En) => "Deploy a certificate that a public CA issued.".to_owned(),
        (_, Pt) => "Emita por uma CA em que os clientes confiam, ou declare a sua em extra_ca.".to_owned(),
        (_, En) => "Have it issued by a CA that clients trust, or declare yours in extra_ca.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_but_ok_says_what_to_do_in_one_sentence() {
        for &code in Code::ALL {
            for language in [Pt, En] {
                assert_eq!(
                    say(code, &Evidence::default(), language).is_empty(),
                    code == Code::Ok,
                    "{code}"
                );
            }
        }
    }
}
