//! The doors of a mail server: where its clients knock.

/// One of a mail server's ports, by what is spoken there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Door {
    /// IMAP with TLS from the first byte, like port 993.
    Imaps,
    /// SMTP with TLS from the first byte, like port 465.
    Smtps,
    /// IMAP with STARTTLS, like port 143.
    Imap,
    /// SMTP for clients, with STARTTLS, like port 587.
    Submission,
    /// SMTP for other servers, with STARTTLS, like port 25.
    Smtp,
    /// The webmail, like port 443.
    Https,
    /// The administration page, like port 6071.
    Admin,
}

impl Door {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Imaps,
        Self::Smtps,
        Self::Imap,
        Self::Submission,
        Self::Smtp,
        Self::Https,
        Self::Admin,
    ];
}
