//! The catalogue's part about the Desk itself: its queue, and who may send it webhooks; in both languages.

use model::{
    Language,
    webhook::{Credential, Origin},
};

/// What `/status` says of jobs and integrations.
#[expect(
    missing_debug_implementations,
    reason = "functions of words have nothing to show"
)]
pub struct SelfWords {
    pub queue: &'static str,
    /// Waiting, in flight, given up.
    pub depths: fn(u64, u64, u64) -> String,
    pub none_dead: &'static str,
    pub tries: fn(i64) -> String,
    pub retry: &'static str,
    pub drop: &'static str,
    pub more_dead: fn(usize) -> String,

    pub integrations: &'static str,
    pub none: &'static str,
    pub last_seen: &'static str,
    pub never_seen: &'static str,
    pub takes_none: &'static str,
    pub credential: fn(Credential) -> &'static str,
    pub origin: fn(Origin) -> &'static str,
    pub rotated_by: &'static str,
    pub used: &'static str,
    pub not_used: &'static str,
    pub previous: &'static str,
    pub ends: &'static str,
    pub ends_after_use: &'static str,
    pub rotate: &'static str,
    pub make: &'static str,
    pub rotate_means: &'static str,
    pub make_means: &'static str,
    pub end_previous: &'static str,
    pub end_means: &'static str,
    pub end_means_unused: &'static str,

    /// A credential and its integration.
    pub made: fn(Credential, &str) -> String,
    pub once: &'static str,
    pub carry: fn(Credential) -> &'static str,
    pub both_count: &'static str,
    pub done: &'static str,
}

impl SelfWords {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Pt => &PT,
            Language::En => &EN,
        }
    }
}

const PT: SelfWords = SelfWords {
    queue: "Fila de tarefas",
    depths: |waiting, in_flight, dead| {
        format!("{waiting} à espera · {in_flight} em curso · {dead} sem solução")
    },
    none_dead: "Nenhuma ficou sem solução.",
    tries: |tries| match tries {
        1 => "1 tentativa".to_owned(),
        tries => format!("{tries} tentativas"),
    },
    retry: "Tentar de novo",
    drop: "Descartar",
    more_dead: |shown| format!("Aqui estão as {shown} mais novas. As outras: /api/v1/jobs."),

    integrations: "Integrações",
    none: "Nenhuma está configurada. Acrescente [[integrations]] a desk.toml; cada uma aparecerá aqui.",
    last_seen: "último webhook",
    never_seen: "nenhum webhook ainda",
    takes_none: "sem segredo: não aceita chamadas",
    credential: |credential| match credential {
        Credential::Secret => "Segredo",
        Credential::UrlKey => "Chave da URL",
    },
    origin: |origin| match origin {
        Origin::None => "nenhum valor",
        Origin::Configured => "o de desk.toml",
        Origin::Rotated => "trocado",
        Origin::Unreadable => "o de desk.toml: o novo não abre com o JWT secret de agora; troque de novo",
    },
    rotated_by: "por",
    used: "usado",
    not_used: "ainda não usado",
    previous: "O anterior ainda vale",
    ends: "termina em",
    ends_after_use: "não termina sozinho enquanto o novo não for usado",
    rotate: "Trocar",
    make: "Criar",
    rotate_means: "O Desk cria um novo valor e o mostra uma única vez. O de agora continua valendo até você encerrá-lo, ou até uma semana depois do primeiro uso do novo.",
    make_means: "O Desk cria um valor e o mostra uma única vez.",
    end_previous: "Encerrar o anterior",
    end_means: "Quem ainda envia o anterior será recusado a partir de agora.",
    end_means_unused: "Ninguém usou o novo ainda: quem envia hoje será recusado a partir de agora.",

    made: |credential, name| match credential {
        Credential::Secret => format!("Novo segredo de {name}"),
        Credential::UrlKey => format!("Nova chave da URL de {name}"),
    },
    once: "Copie agora: não será mostrado de novo. Se o perder, troque de novo.",
    carry: |credential| match credential {
        Credential::Secret => {
            "Vai no cabeçalho X-Webhook-Secret de quem envia, ou é a chave com que ele assina (Standard Webhooks)."
        }
        Credential::UrlKey => "Vai no fim da URL de quem envia: ?key=…",
    },
    both_count: "O anterior ainda vale. Quando esta página mostrar o novo em uso, encerre o anterior.",
    done: "Já copiei",
};

const EN: SelfWords = SelfWords {
    queue: "Queue of jobs",
    depths: |waiting, in_flight, dead| format!("{waiting} waiting · {in_flight} in flight · {dead} given up"),
    none_dead: "None was given up.",
    tries: |tries| match tries {
        1 => "1 try".to_owned(),
        tries => format!("{tries} tries"),
    },
    retry: "Try again",
    drop: "Drop",
    more_dead: |shown| format!("These are the newest {shown}. The others: /api/v1/jobs."),

    integrations: "Integrations",
    none: "None is configured. Add [[integrations]] to desk.toml; each will appear here.",
    last_seen: "last webhook",
    never_seen: "no webhook yet",
    takes_none: "no secret: it takes no call",
    credential: |credential| match credential {
        Credential::Secret => "Secret",
        Credential::UrlKey => "URL key",
    },
    origin: |origin| match origin {
        Origin::None => "no value",
        Origin::Configured => "that of desk.toml",
        Origin::Rotated => "rotated",
        Origin::Unreadable => {
            "that of desk.toml: the new one does not open with the JWT secret of now; rotate again"
        }
    },
    rotated_by: "by",
    used: "used",
    not_used: "not used yet",
    previous: "The one before still counts",
    ends: "ends on",
    ends_after_use: "does not end by itself before the new one is used",
    rotate: "Rotate",
    make: "Make one",
    rotate_means: "The Desk makes a new value and shows it once. The one of now counts until you end it, or until a week after the new one was first used.",
    make_means: "The Desk makes a value and shows it once.",
    end_previous: "End the one before",
    end_means: "Who still sends the one before is refused from now on.",
    end_means_unused: "Nobody has used the new one yet: who sends today is refused from now on.",

    made: |credential, name| match credential {
        Credential::Secret => format!("New secret of {name}"),
        Credential::UrlKey => format!("New URL key of {name}"),
    },
    once: "Copy it now: it is not shown again. If it gets lost, rotate again.",
    carry: |credential| match credential {
        Credential::Secret => {
            "It goes into the sender's X-Webhook-Secret header, or is the key that it signs with (Standard Webhooks)."
        }
        Credential::UrlKey => "It goes at the end of the sender's URL: ?key=…",
    },
    both_count: "The one before still counts. Once this page shows the new one in use, end the one before.",
    done: "I have copied it",
};
