//! The verdicts: one fixed word for everything that a step can say.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        // Its derive does not see through the macro to the words.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .enum_values(Some([$($text,)*]))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// The verdict of a step, from which its message is made.
    Code {
        Ok = "ok",
        // How a certificate is judged, in this order.
        Unreachable = "unreachable",
        Timeout = "timeout",
        /// The server says "not now" (a 4xx greeting): it is there, and shows no certificate.
        Deferred = "deferred",
        HandshakeFailed = "handshake_failed",
        WrongSite = "wrong_site",
        CnOnly = "cn_only",
        Expired = "expired",
        NotYetValid = "not_yet_valid",
        Untrusted = "untrusted",
        Weak = "weak",
        ExpiresSoon = "expires_soon",
        // The deployed file against the issued one and the wire.
        StaleDeploy = "stale_deploy",
        KeyMismatch = "key_mismatch",
        NotServed = "not_served",
        // Files on a host.
        FileMissing = "file_missing",
        NotPem = "not_pem",
        Unreadable = "unreadable",
        TooLarge = "too_large",
        HostUnreachable = "host_unreachable",
        // The issued lineage.
        SanMissing = "san_missing",
        NoCertificate = "no_certificate",
        // The mail server's own knowledge of the domain.
        DomainUnknown = "domain_unknown",
        DomainInactive = "domain_inactive",
        // What the proxy and the web server are told.
        NotRouted = "not_routed",
        /// The proxy's file names the host, and behind it no backend that there could be.
        DoubtfulBackend = "doubtful_backend",
        NoServerBlock = "no_server_block",
        ConfigBroken = "config_broken",
        // HTTP.
        NotHttp = "not_http",
        HttpError = "http_error",
        NoRedirect = "no_redirect",
        WrongLocation = "wrong_location",
        NoLoginForm = "no_login_form",
        LoginScriptFailed = "login_script_failed",
        // DNS.
        NoSuchName = "no_such_name",
        NoRecord = "no_record",
        WrongRecord = "wrong_record",
        SeveralRecords = "several_records",
        InvalidRecord = "invalid_record",
        DnsFailed = "dns_failed",
        NotPublished = "not_published",
        PolicyWeak = "policy_weak",
        PolicyUnavailable = "policy_unavailable",
        PolicyInvalid = "policy_invalid",
        PolicyMismatch = "policy_mismatch",
        NotAuthorised = "not_authorised",
        TooManyLookups = "too_many_lookups",
        KeyRevoked = "key_revoked",
        KeyWeak = "key_weak",
        TlsaMismatch = "tlsa_mismatch",
        NotSigned = "not_signed",
        DnssecBogus = "dnssec_bogus",
        CaaForbids = "caa_forbids",
        /// The certificate's issuer is not among those whose CAA names are known.
        CaUnknown = "ca_unknown",
        // The talk around STARTTLS.
        AuthBeforeTls = "auth_before_tls",
        CommandInjection = "command_injection",
        OpenRelay = "open_relay",
        // TLS beyond the one certificate.
        OldProtocol = "old_protocol",
        WeakCipher = "weak_cipher",
        ChainUntidy = "chain_untidy",
        RenewalOverdue = "renewal_overdue",
        // The renewal.
        ScriptMissing = "script_missing",
        ScriptNotExecutable = "script_not_executable",
        TimerInactive = "timer_inactive",
        TimerDisabled = "timer_disabled",
        CronLacksScript = "cron_lacks_script",
        CommandFailed = "command_failed",
        /// A check that did not come back within the sweep's own bound, or broke.
        NoAnswer = "no_answer",
        NotConfigured = "not_configured",
    }
}

words! {
    /// What stands behind a [`Code`] that has several causes.
    Reason {
        SelfSigned = "self_signed",
        IncompleteChain = "incomplete_chain",
        UnknownCa = "unknown_ca",
        InvalidChain = "invalid_chain",
        IntermediateExpired = "intermediate_expired",
        RsaUnder2048 = "rsa_under_2048",
        EcUnder256 = "ec_under_256",
        Sha1Signature = "sha1_signature",
        Md5Signature = "md5_signature",
        LeafIsCa = "leaf_is_ca",
        NoServerAuth = "no_server_auth",
        RootSent = "root_sent",
        OutOfOrder = "out_of_order",
        UnrelatedCertificate = "unrelated_certificate",
        StarttlsInjection = "starttls_injection",
        StarttlsNotOffered = "starttls_not_offered",
        StarttlsRefused = "starttls_refused",
        Preauth = "preauth",
        NotTls = "not_tls",
        ClosedEarly = "closed_early",
        BadGreeting = "bad_greeting",
        NoCommonProtocol = "no_common_protocol",
        BadSignature = "bad_signature",
        NameNotFound = "name_not_found",
        Refused = "connection_refused",
        AnybodyMaySend = "anybody_may_send",
        NobodyIsRefused = "nobody_is_refused",
        PolicyNone = "policy_none",
        PolicyOnTrial = "policy_on_trial",
        NoUsableAssociation = "no_usable_association",
        RedirectLoop = "redirect_loop",
    }
}
