//! What to do next, in Portuguese.

use super::Words;
use crate::{Code, Reason};

#[expect(
    clippy::too_many_lines,
    reason = "a table: one entry a verdict, and all of them"
)]
pub(super) fn say(code: Code, w: &Words<'_>) -> String {
    let Words {
        sni,
        path,
        host,
        endpoint,
        name,
        question,
        url,
        seen,
    } = w;
    match code {
        Code::Ok => String::new(),
        Code::Unreachable => {
            format!("Verifique se o serviço em {endpoint} está no ar e se um firewall o separa do Desk.")
        }
        Code::Timeout => {
            format!("O serviço em {endpoint} aceita conexões mas não responde: veja o log e a carga dele.")
        }
        Code::Deferred => format!("Veja no log do serviço em {endpoint} por que ele adia conexões."),
        Code::HandshakeFailed => handshake(seen.reason, endpoint),
        Code::WrongSite | Code::CnOnly => {
            format!("Expanda o certificado para incluir {sni} entre os SAN e publique-o.")
        }
        Code::Expired => "Renove o certificado, publique-o e recarregue o servidor.".to_owned(),
        Code::NotYetValid => "Confira o relógio desta máquina e o da CA.".to_owned(),
        Code::Untrusted => trust(seen.reason).to_owned(),
        Code::Weak => {
            "Emita um certificado novo com chave EC P-256 ou RSA de 2048 bits e uso serverAuth.".to_owned()
        }
        Code::ExpiresSoon => {
            "Menos de um quinto da validade resta: veja por que a renovação não aconteceu.".to_owned()
        }

        Code::StaleDeploy => "Publique o certificado emitido e recarregue o servidor.".to_owned(),
        Code::KeyMismatch => {
            "Publique o certificado e a chave da mesma emissão: com este par o servidor não volta a iniciar."
                .to_owned()
        }
        Code::NotServed => {
            "O servidor não leu o arquivo novo: recarregue-o, ou reinicie-o se ele só lê certificados ao iniciar.".to_owned()
        }
        Code::FileMissing | Code::NotPem => {
            format!("Confira o caminho na configuração do site e o conteúdo de {path}.")
        }
        Code::Unreadable => format!("Dê ao usuário do Desk leitura de {path} em {host}."),
        Code::TooLarge => format!("{path} é grande demais para o que devia conter: confira o caminho."),
        Code::HostUnreachable | Code::CommandFailed => format!("Confira o acesso do Desk ao host {host}."),

        Code::SanMissing => "Expanda o certificado para incluir os nomes que faltam e publique-o.".to_owned(),
        Code::NoCertificate => format!("Veja no log de quem emite por que não há certificado para {name}."),
        Code::DomainUnknown => format!("Crie o domínio {name} no servidor de correio."),
        Code::DomainInactive => format!("Ative o domínio {name} no servidor de correio."),

        Code::NotRouted => format!("Acrescente {name} a {path} em {host} e recarregue o proxy."),
        Code::DoubtfulBackend => {
            format!(
                "Deixe só o nome do backend depois de {name} em {path}: o HAProxy toma um comentário ali como parte dele."
            )
        }
        Code::NoServerBlock => {
            format!(
                "Acrescente o bloco server do admin com server_name {name} em {path} e recarregue o nginx."
            )
        }
        Code::ConfigBroken => format!("Corrija {path} em {host}: assim o serviço não o lê ao recarregar."),
        Code::NotHttp => format!("Confira se a porta em {endpoint} é a do serviço web."),
        Code::HttpError => format!("Abra {url} e veja o log do servidor web."),
        Code::NoRedirect | Code::WrongLocation => {
            "Corrija no servidor web o redirecionamento do caminho do admin.".to_owned()
        }
        Code::NoLoginForm => format!("Abra {url}: a página responde, mas não deixa entrar."),
        Code::LoginScriptFailed => "Rode o script abaixo e siga o que ele diz.".to_owned(),

        Code::NoSuchName => {
            "Confira o nome e a delegação do domínio no registro e no servidor de DNS.".to_owned()
        }
        Code::NoRecord | Code::NotPublished => format!("Publique o registro {question}."),
        Code::WrongRecord => format!("Corrija o registro {question}."),
        Code::SeveralRecords => format!("Deixe um só registro em {question}."),
        Code::InvalidRecord => format!("Corrija a sintaxe do registro {question}."),
        Code::DnsFailed => "Verifique se o servidor de DNS responde; nada se sabe sem ele.".to_owned(),
        Code::PolicyWeak => format!("Endureça a política em {question} quando os relatórios o permitirem."),
        Code::PolicyUnavailable => format!("Sirva a política em {url} com um certificado válido."),
        Code::PolicyInvalid => format!("Corrija a política em {url} (RFC 8461, seção 3.2)."),
        Code::PolicyMismatch => format!("Inclua o MX na política em {url} e troque o id do registro."),
        Code::NotAuthorised => format!("Inclua o servidor de correio no registro {question}."),
        Code::TooManyLookups => format!("Reduza os include em {question} (RFC 7208, seção 4.6.4)."),
        Code::KeyRevoked | Code::KeyWeak => {
            "Gere um par de chaves DKIM de 2048 bits e publique-o num seletor novo.".to_owned()
        }
        Code::TlsaMismatch => format!(
            "Publique em {question} o hash da chave em uso antes de trocar o certificado: quem exige DANE já não entrega."
        ),
        Code::NotSigned => format!("Assine a zona com DNSSEC: sem isso {question} não conta."),
        Code::DnssecBogus => {
            "Confira o DS da zona no registro e renove as assinaturas: correio está se perdendo.".to_owned()
        }
        Code::CaUnknown => {
            format!("Compare {question} com o nome de CAA que a declaração de práticas da CA indica.")
        }
        Code::CaaForbids => {
            format!("Inclua a CA em uso em {question}, ou a próxima renovação será recusada.")
        }

        Code::AuthBeforeTls => {
            format!(
                "Permita autenticação só depois do TLS no serviço em {endpoint} (smtpd_tls_auth_only, disable_plaintext_auth)."
            )
        }
        Code::CommandInjection => {
            format!(
                "Atualize o serviço em {endpoint}: ele deve descartar o que veio antes do TLS (CVE-2011-0411)."
            )
        }
        Code::OpenRelay => format!(
            "Recuse destinos alheios em {endpoint}; se o Desk está entre as redes de confiança do servidor, tire-o de lá."
        ),
        Code::OldProtocol => format!("Desligue TLS 1.0 e 1.1 no serviço em {endpoint}."),
        Code::WeakCipher => format!("Deixe só cifras AEAD com sigilo futuro no serviço em {endpoint}."),
        Code::ChainUntidy => "Publique só o certificado e seus intermediários, em ordem.".to_owned(),
        Code::RenewalOverdue => "Veja por que a renovação não aconteceu e renove agora.".to_owned(),

        Code::ScriptMissing => format!("Instale o script de renovação em {path}."),
        Code::ScriptNotExecutable => format!("Rode: chmod +x {path}"),
        Code::TimerInactive | Code::TimerDisabled => format!("Rode: systemctl enable --now {path}"),
        Code::CronLacksScript => format!("Acrescente a {path} a linha que chama o script de renovação."),
        Code::NoAnswer => "Verifique de novo; se persistir, veja o log do Desk.".to_owned(),
        Code::NotConfigured => format!(
            "Defina {} em desk.toml para ligar esta verificação.",
            seen.wants.as_deref().unwrap_or("?")
        ),
    }
}

fn handshake(reason: Option<Reason>, endpoint: &str) -> String {
    match reason {
        Some(Reason::StarttlsInjection) => {
            format!("Alguém entre o Desk e {endpoint} altera a conversa: trate como ataque.")
        }
        Some(Reason::StarttlsNotOffered | Reason::StarttlsRefused | Reason::Preauth) => {
            format!("Ligue STARTTLS na configuração do serviço em {endpoint}.")
        }
        Some(Reason::NotTls | Reason::BadGreeting) => {
            format!("Confira se a porta em {endpoint} é a certa para este protocolo.")
        }
        _ => format!("Veja o log do servidor em {endpoint} e rode o comando abaixo."),
    }
}

fn trust(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::IncompleteChain) => "Publique a cadeia completa (fullchain.pem), não só o certificado.",
        Some(Reason::SelfSigned) => "Publique um certificado emitido por uma CA pública.",
        _ => "Emita por uma CA em que os clientes confiam, ou declare a sua em extra_ca.",
    }
}
