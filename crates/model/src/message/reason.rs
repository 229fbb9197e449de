//! The causes behind the verdicts, in both languages.

use crate::{
    Language::{self, En, Pt},
    Reason,
};

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
        Reason::IntermediateExpired => (
            "um intermediário da cadeia expirou",
            "an intermediate of the chain has expired",
        ),
        Reason::RsaUnder2048 => (
            "a chave RSA tem menos de 2048 bits",
            "the RSA key has fewer than 2048 bits",
        ),
        Reason::EcUnder256 => (
            "a chave EC tem menos de 256 bits",
            "the EC key has fewer than 256 bits",
        ),
        Reason::Md5Signature => ("a assinatura usa MD5", "the signature uses MD5"),
        Reason::Sha1Signature => ("a assinatura usa SHA-1", "the signature uses SHA-1"),
        Reason::LeafIsCa => (
            "o certificado do servidor é o de uma CA",
            "the server's certificate is that of a CA",
        ),
        Reason::NoServerAuth => (
            "não foi emitido para servidores TLS (falta serverAuth)",
            "it was not issued for TLS servers (no serverAuth)",
        ),
        Reason::RootSent => (
            "a raiz vai junto, e os clientes já a têm",
            "the root comes along, which clients have already",
        ),
        Reason::OutOfOrder => (
            "os certificados estão fora de ordem",
            "the certificates are out of order",
        ),
        Reason::UnrelatedCertificate => (
            "um certificado não pertence à cadeia",
            "a certificate does not belong to the chain",
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
        Reason::AnybodyMaySend => (
            "autoriza qualquer remetente (+all)",
            "it authorises whoever sends (+all)",
        ),
        Reason::NobodyIsRefused => (
            "não diz nada sobre os outros remetentes (falta ~all ou -all)",
            "it says nothing of other senders (no ~all or -all)",
        ),
        Reason::NoUsableAssociation => (
            "nenhum registro é de uso 2 ou 3 com um hash inteiro, e os outros não contam para correio",
            "none is of usage 2 or 3 with a whole hash, and others do not count for mail",
        ),
        Reason::PolicyNone => ("só observa e nada recusa", "it only watches and refuses nothing"),
        Reason::PolicyOnTrial => (
            "está em teste e não vale para todo o correio",
            "it is on trial and does not hold for all mail",
        ),
        Reason::RedirectLoop => ("redireciona sem chegar", "it redirects and never arrives"),
    };
    match language {
        Pt => pt.to_owned(),
        En => en.to_owned(),
    }
}
