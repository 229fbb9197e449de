//! Configurations as people write them, and what the Desk says to each.

use super::*;

/// The variables of a test, and no others.
struct Variables<'v>(&'v [(&'v str, &'v str)]);

impl Environment for Variables<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        Some((*value).to_owned()).filter(|value| !value.is_empty())
    }
}

fn load(text: &str) -> Result<Settings, ConfigError> {
    load_with(text, &[])
}

fn load_with(text: &str, variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    Settings::from_text("desk.toml", text, &Variables(variables))
}

/// What is said to a text that is refused.
fn refusal(text: &str) -> String {
    load(text).expect_err(text).to_string()
}

fn warnings(settings: &Settings) -> String {
    let lines: Vec<String> = settings.warnings().iter().map(ToString::to_string).collect();
    lines.join("\n")
}

const EXAMPLE: &str = include_str!("../../../deploy/desk.example.toml");

/// The example with every setting on that is off in it.
fn whole_example() -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => {
            format!("{setting}\n")
        }
        _ => format!("{line}\n"),
    };
    EXAMPLE.lines().map(on).collect()
}

const SECRETS: [(&str, &str); 6] = [
    ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
    ("OPS_INTERNAL_TOKEN", "internal-sesame"),
    ("DESK_BOOTSTRAP_PASSWORD", "first-sesame"),
    ("WEBHOOK_SECRET_VM112", "whsec_c2VzYW1l"),
    ("WEBHOOK_URL_KEY_VM112", "url-sesame"),
    ("HOOK_SECRET_SIEM", "hook-sesame"),
];

#[test]
fn without_a_file_and_a_variable_the_desk_starts_on_loopback_with_sqlite() {
    let settings = Settings::load(None, &Variables(&[])).unwrap();
    assert_eq!(settings.file(), None);
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database.url.expose(), "sqlite://data/desk.db");
    assert_eq!(settings.schedule.checks.as_secs(), 300);
    assert_eq!(
        (settings.auth.jwt_expire_hours, settings.auth.login_rate_limit),
        (8, 5)
    );
    assert!(settings.auth.enabled && settings.jwt_secret().is_none());
    assert!(settings.sites().is_empty() && settings.domains().is_empty() && settings.warnings().is_empty());
}

#[test]
fn the_example_can_be_copied_and_says_nothing_but_the_defaults() {
    let copied = load(EXAMPLE).unwrap();
    let defaults = load("").unwrap();
    assert_eq!(
        toml::to_string(&copied).unwrap(),
        toml::to_string(&defaults).unwrap()
    );
}

#[test]
fn the_whole_example_is_read() {
    let settings = load_with(&whole_example(), &SECRETS).unwrap();
    assert_eq!(warnings(&settings), "");
    assert_eq!(settings.jwt_secret().unwrap().expose(), SECRETS[0].1);
    assert_eq!(settings.bootstrap_password().unwrap().expose(), SECRETS[2].1);

    let sites = settings.sites();
    let site = &sites[0];
    assert_eq!((sites.len(), site.name.as_str()), (1, "vm112"));
    assert_eq!(site.imaps.as_ref().unwrap().to_string(), "127.0.0.1:993");
    let timer = "certbot-renew-mail-vm112-multi.timer".to_owned();
    assert_eq!(site.renewal, Some(engine::site::Renewal::Timer(timer)));

    let domain = &settings.domains()[0];
    assert_eq!(
        (domain.name.as_str(), domain.site.as_str()),
        ("example.com", "vm112")
    );
    assert_eq!(domain.wanted_names().count(), 2);

    let cert = site.cert_for(&domain.mail_host).unwrap();
    let caddy = cert.caddy.as_ref().unwrap();
    assert_eq!(caddy.place.container.as_deref(), Some("caddy"));
    assert_eq!(cert.tls_doors().count(), 2);
}

#[test]
fn every_key_stands_in_the_example() {
    let tables = [
        "server",
        "server.tls",
        "database",
        "auth",
        "schedule",
        "tickets",
        "acme",
        "hosts.x",
        "sites.x",
    ];
    let lists = ["integrations", "hooks", "domains", "certs"];
    let headers = tables.map(|table| format!("[{table}]\n"));
    let headers = headers
        .into_iter()
        .chain(lists.map(|list| format!("[[{list}]]\nname = \"x.example\"\n")));
    for header in headers.chain([String::new()]) {
        let said = refusal(&format!("{header}no_key_is_called_so = 1\n"));
        let (_, known) = said.split_once("there are ").unwrap();
        for key in known.lines().next().unwrap().split(", ") {
            let written = [
                format!("{key} = "),
                format!("[{key}]"),
                format!("[{key}."),
                format!("[[{key}]]"),
            ];
            assert!(
                written.iter().any(|written| EXAMPLE.contains(written)),
                "{header}{key}"
            );
        }
    }
}

#[test]
fn what_is_shown_can_be_read_again() {
    let settings = load_with(&whole_example(), &SECRETS).unwrap();
    let shown = toml::to_string(&settings).unwrap();
    let again = load_with(&shown, &SECRETS).unwrap();
    assert_eq!(toml::to_string(&again).unwrap(), shown);
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_a_near_one() {
    for (text, said) in [
        (
            "[server]\n\nlisten_on = \"127.0.0.1:80\"",
            "desk.toml:3: server.listen_on: there is no such key; there are listen, public_url, trusted_proxies, tls",
        ),
        (
            "[server]\nlisen = 1",
            "desk.toml:2: server.lisen: there is no such key; did you mean `listen`?",
        ),
        (
            "[sever]\nlisten = 1",
            "desk.toml:1: sever: there is no such key; did you mean `server`?",
        ),
        (
            "[smtp_gateway]",
            "desk.toml:1: smtp_gateway: there is no such key; there are server, database, auth, schedule, integrations, hooks, \
             tickets, acme, hosts, sites, domains, certs",
        ),
        (
            "[hosts.a]\nvai = \"local\"",
            "desk.toml:2: hosts.a.vai: there is no such key; did you mean `via`?",
        ),
        (
            "[server]\n\"a`b\\n\" = 1",
            "desk.toml:2: server.\"a`b\\n\": there is no such key; there are listen, public_url, trusted_proxies, tls",
        ),
        (
            "server.lisen = 1",
            "desk.toml:1: server.lisen: there is no such key; did you mean `listen`?",
        ),
    ] {
        assert_eq!(refusal(text), said);
    }
}

#[test]
fn a_wrong_value_is_named_with_what_would_be_right() {
    for (text, said) in [
        (
            "[server]\nlisten = \"8080\"",
            "desk.toml:2: server.listen: it is no address with a port, as in 127.0.0.1:8080",
        ),
        (
            "[server]\nlisten = 8080",
            "desk.toml:2: server.listen: expected an address with a port, as in \"127.0.0.1:8080\", found integer `8080`",
        ),
        (
            "[server]\npublic_url = \"desk\"",
            "desk.toml:2: server.public_url: it is no web address, as in https://desk.example.com",
        ),
        (
            "[server]\npublic_url = \"ftp://desk\"",
            "desk.toml:2: server.public_url: it is no web address, as in https://desk.example.com",
        ),
        (
            "[server]\npublic_url = \"https://a:b@desk\"",
            "desk.toml:2: server.public_url: no user or password may stand in it",
        ),
        (
            "[server]\ntrusted_proxies = \"::1\"",
            "desk.toml:2: server.trusted_proxies: expected a list, as in [\"…\"], found string \"::1\"",
        ),
        (
            "[server]\ntrusted_proxies = [\n  \"::1\",\n  \"10.0.0.0/33\",\n]",
            "desk.toml:4: server.trusted_proxies[1]: \"10.0.0.0/33\" is no network, as in 127.0.0.1/32 or 2001:db8::/32",
        ),
        (
            "[server]\ntls = { cert = \"a\" }",
            "desk.toml:2: server.tls.key: it is missing",
        ),
        (
            "server = 5",
            "desk.toml:1: server: expected a table, found integer `5`",
        ),
        (
            "[integrations.vm112]\nsecret = \"env:SECRET\"",
            "desk.toml:1: integrations: expected a list of tables, as in [[integrations]], found a table",
        ),
        (
            "[database]\nurl = \"mysql://root:hunter2@db/desk\"",
            "desk.toml:2: database.url: it is neither sqlite://PATH, as in sqlite://data/desk.db, nor postgres://USER@HOST/NAME",
        ),
        (
            "[auth]\njwt_expire_hours = 0",
            "desk.toml:2: auth.jwt_expire_hours: expected a whole number from 1 to 8760, found integer `0`",
        ),
        (
            "[auth]\nlogin_rate_limit = 0",
            "desk.toml:2: auth.login_rate_limit: expected a whole number from 1 to 10000, found integer `0`",
        ),
        (
            "[auth]\nlogin_rate_limit = \"5\"",
            "desk.toml:2: auth.login_rate_limit: expected a whole number from 1 to 10000, found string \"5\"",
        ),
        (
            "[auth]\nenabled = \"no\"",
            "desk.toml:2: auth.enabled: expected true or false, found string \"no\"",
        ),
        (
            "[schedule]\nchecks = \"0s\"",
            "desk.toml:2: schedule.checks: \"0s\" is too short: at least \"1s\"",
        ),
        (
            "[schedule]\nchecks = \"500ms\"",
            "desk.toml:2: schedule.checks: \"500ms\" is no period, as in \"90s\", \"5m\" or \"1h30m\"",
        ),
        (
            "[schedule]\nchecks = 300",
            "desk.toml:2: schedule.checks: expected text in quotes, found integer `300`",
        ),
        (
            "[schedule]\naudit = \"4 o'clock\"",
            "desk.toml:2: schedule.audit: \"4 o'clock\" has 2 of the five fields minute, hour, day of month, month and day of week, as in \"0 4 * * *\"",
        ),
    ] {
        assert_eq!(refusal(text), said, "{text}");
    }
}

#[test]
fn a_wrong_value_in_a_list_or_a_named_table_is_found_as_well() {
    for (text, said) in [
        (
            "[[integrations]]\nname = \"a/b\"",
            "desk.toml:2: integrations[0].name: \"a/b\" is no name: 1 to 64 letters, digits, dots, hyphens and underscores",
        ),
        (
            "[[integrations]]\nsecret = \"env:A\"",
            "desk.toml:1: integrations[0].name: it is missing",
        ),
        (
            "[[integrations]]\nname = \"a\"\nformat = \"zabbix\"",
            "desk.toml:3: integrations[0].format: \"zabbix\" is none of \"desk\", \"wazuh\"",
        ),
        (
            "[acme]\nprobe_port = 65536",
            "desk.toml:2: acme.probe_port: expected a whole number from 1 to 65535, found integer `65536`",
        ),
        (
            "[hosts.a]\nvia = \"ssh://-oX\"",
            "desk.toml:2: hosts.a.via: \"ssh://-oX\" is neither \"local\" nor an address as in \"ssh://root@10.10.10.112:22\"",
        ),
        (
            "[sites.a]\nimaps = \"mail.example.com\"",
            "desk.toml:2: sites.a.imaps: \"mail.example.com\" is no host:port: it needs a port, as in 127.0.0.1:993",
        ),
        (
            "[sites.a]\nexpected_addresses = [\"x\"]",
            "desk.toml:2: sites.a.expected_addresses[0]: it is no IP address, as in 203.0.113.50 or 2001:db8::1",
        ),
        (
            "[sites.a]\nsets = [\"all\"]",
            "desk.toml:2: sites.a.sets[0]: \"all\" is none of \"mail_starttls\", \"cert_sync\", \"tls_policy\", \"mail_dns\"",
        ),
        (
            "[sites.a]\nrenew_timer = \"--force\"",
            "desk.toml:2: sites.a.renew_timer: \"--force\" is no timer unit, as in certbot-renew.timer",
        ),
        (
            "[sites.a]\nadmin_redirect_path = \"admin\"",
            "desk.toml:2: sites.a.admin_redirect_path: \"admin\" is no path of a page, as in /admin",
        ),
        (
            "[sites.a]\nhttps = \"127.0.0.1:443\"\nadmin_login_path = \"https://mail.a.example:6071/login\"",
            "desk.toml:3: sites.a.admin_login_path: \"https://mail.a.example:6071/login\" is no path of a page, as in /admin",
        ),
        (
            "[sites.a]\ncarbonio_command = []",
            "desk.toml:2: sites.a.carbonio_command: it names no program, as [\"program\", \"argument\"] does",
        ),
        (
            "[sites.a]\nlineage = 5",
            "desk.toml:2: sites.a.lineage: expected a path in quotes, found integer `5`",
        ),
        (
            "[[certs]]\nname = \"a\"",
            "desk.toml:1: certs[0].source: it is missing",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { vault = {} }\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source.vault: there is no such key; there are caddy, certbot, acme",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = \"caddy\"\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source: expected a table, as in { caddy = { storage = \"…\" } }, found string \"caddy\"",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\", docker = \"-it\" } }\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source.caddy.docker: \"-it\" is no container's name, as in \"caddy\"",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\", dokcer = \"c\" } }\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source.caddy.dokcer: there is no such key; did you mean `docker`?",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { acme = { directory = \"acme\" } }\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source.acme.directory: it is no web address, as in https://desk.example.com",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\" } }\ntarget = { cert = \"c\", key = \"k\", owner = \"-R\" }",
            "desk.toml:4: certs[0].target.owner: \"-R\" is no owner, as in \"mox\" or \"mox:mox\"",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\" } }\ntarget = { cert = \"c\", key = \"k\" }\ndomains = \"all\"",
            "desk.toml:5: certs[0].domains: expected \"site\" or a list of mail hosts, found string \"all\"",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\" } }\ntarget = { cert = \"c\", key = \"k\" }\ndomains = [\"x;y\"]",
            "desk.toml:5: certs[0].domains[0]: \"x;y\" is not a domain name: only letters, digits and inner hyphens may stand in a label",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\" } }\ntarget = { cert = \"c\", key = \"k\" }\nverify = [{ port = \"a:1\", starttls = \"ftp\" }]",
            "desk.toml:5: certs[0].verify[0].starttls: \"ftp\" is none of \"smtp\", \"imap\"",
        ),
        (
            "[[domains]]\nname = \"x;y\"",
            "desk.toml:2: domains[0].name: \"x;y\" is not a domain name: only letters, digits and inner hyphens may stand in a label",
        ),
    ] {
        assert_eq!(refusal(text), said, "{text}");
    }
}

#[test]
fn what_is_not_toml_says_where() {
    assert_eq!(
        refusal("[server]\nlisten = \"127.0.0.1:8080"),
        "desk.toml:2: this is not TOML: invalid basic string, expected `\"`"
    );
    assert_eq!(
        refusal("[hosts.a]\n[sites.a]\n[hosts.a]\n"),
        "desk.toml:3: this is not TOML: duplicate key"
    );
    assert!(refusal(&"[".repeat(100_000)).starts_with("desk.toml:1: this is not TOML: "));
}

#[test]
fn all_that_is_wrong_is_said_at_once_in_the_order_of_the_file() {
    let text = "[[domains]]\nname = \"-\"\n[[domains]]\nname = \"b.example\"\naliases = [\"ok.example\", \"-\"]\n\
                [server]\nlisten = \"x\"\nprot = 1\n[schedule]\nchecks = \"never\"\n";
    let said = refusal(text);
    let keys: Vec<&str> = said
        .lines()
        .map(|line| line.split(": ").nth(1).unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "domains[0].name",
            "domains[1].aliases[1]",
            "server.listen",
            "server.prot",
            "schedule.checks"
        ]
    );
}

#[test]
fn names_that_lead_nowhere_are_named() {
    for (text, said) in [
        (
            "[sites.a]\nhost = \"vm112\"",
            "desk.toml:2: sites.a.host: there is no [hosts.vm112]",
        ),
        (
            "[hosts.x]\n[hosts.y]\n[sites.a]\nhost = \"z\"",
            "desk.toml:4: sites.a.host: there is no [hosts.z]; there are x, y",
        ),
        (
            "[sites.a]\n[[domains]]\nname = \"x.example\"\nsite = \"b\"",
            "desk.toml:4: domains[0].site: there is no [sites.b]; there are a",
        ),
        (
            "[[domains]]\nname = \"x.example\"\nsite = \"b\"",
            "desk.toml:3: domains[0].site: there is no [sites.b]",
        ),
        (
            "[sites.a]\n[[certs]]\nname = \"c\"\nsite = \"b\"\nsource.caddy = { storage = \"/c\", host = \"x\" }\ntarget = { host = \"y\", cert = \"c\", key = \"k\" }",
            "desk.toml:4: certs[0].site: there is no [sites.b]; there are a\ndesk.toml:5: certs[0].source.caddy.host: there is no [hosts.x]\ndesk.toml:6: certs[0].target.host: there is no [hosts.y]",
        ),
        (
            "[sites.a]\n[sites.b]\n[[domains]]\nname = \"x.example\"",
            "desk.toml:3: domains[0].site: it is missing, and must not be where there is more than one site; there are a, b",
        ),
    ] {
        assert_eq!(refusal(text), said);
    }
    let settings = load("[sites.a]\nproxy_host = \"ct114\"").unwrap();
    assert_eq!(
        warnings(&settings),
        "desk.toml:2: sites.a.proxy_host: there is no [hosts.ct114], so the checks on the proxy are skipped"
    );
}

#[test]
fn a_hook_that_could_not_be_told_signed_is_refused() {
    for (text, said) in [
        (
            "[[hooks]]\nname = \"a\"\nurl = \"https://a.example\"",
            "desk.toml:1: hooks[0].secret: it is missing, and nothing is sent unsigned",
        ),
        (
            "[[hooks]]\nname = \"a\"\nsecret = \"env:UNSET\"\nurl = \"https://a.example\"",
            "desk.toml:3: hooks[0].secret: the variable UNSET is not set",
        ),
        (
            "[[hooks]]\nname = \"a\"\nsecret = \"env:A\"\nurl = \"ftp://a.example\"",
            "desk.toml:4: hooks[0].url: it is no web address, as in https://desk.example.com",
        ),
        (
            "[[hooks]]\nname = \"a\"\nsecret = \"env:A\"\nurl = \"https://a.example\"\nevents = [\"ticket.opened\", \"mail\"]",
            "desk.toml:5: hooks[0].events[1]: \"mail\" is none of \"ticket.opened\", \"ticket.reopened\", \"ticket.resolved\"",
        ),
    ] {
        assert_eq!(refusal(text), said, "{text}");
    }
}

#[test]
fn what_stands_twice_is_refused() {
    for (text, said) in [
        (
            "[[domains]]\nname = \"x.example\"\n[[domains]]\nname = \"X.Example.\"",
            "desk.toml:4: domains[1].name: x.example stands already in line 2",
        ),
        (
            "[[integrations]]\nname = \"a\"\nsecret = \"env:S\"\n[[integrations]]\nname = \"a\"\nsecret = \"env:S\"",
            "desk.toml:5: integrations[1].name: a stands already in line 2",
        ),
        (
            "[[hooks]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret = \"env:S\"\n[[hooks]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret = \"env:S\"",
            "desk.toml:6: hooks[1].name: a stands already in line 2",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\" }, acme = { directory = \"https://a\" } }\ntarget = { cert = \"c\", key = \"k\" }\n[[certs]]\nname = \"a\"\nsource = {}\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source: it names one of caddy, certbot and acme, and one alone\ndesk.toml:6: certs[1].name: a stands already in line 2\ndesk.toml:7: certs[1].source: it names one of caddy, certbot and acme, and one alone",
        ),
        (
            "[sites.a]\nrenew_timer = \"a.timer\"\nrenew_cron = \"/etc/cron.d/a\"",
            "desk.toml:3: sites.a.renew_cron: renew_timer is given too: only one of them renews",
        ),
        (
            "[sites.a]\ntraefik_api = \"http://127.0.0.1:1\"\ntraefik_dynamic = \"/t\"",
            "desk.toml:2: sites.a.traefik_api: traefik_dynamic is given too: only one of them is asked",
        ),
    ] {
        let said_to = load_with(text, &[("S", "sesame")]).expect_err(text).to_string();
        assert_eq!(said_to, said);
    }
}

#[test]
fn a_domain_without_a_site_belongs_to_the_only_one() {
    let one = load("[sites.a]\n[[domains]]\nname = \"x.example\"").unwrap();
    assert_eq!(one.domains()[0].site, "a");
    assert_eq!(one.domains()[0].mail_host.as_str(), "mail.x.example");
    let none = load("[[domains]]\nname = \"pão.example\"").unwrap();
    assert_eq!(none.domains()[0].site, "");
    assert_eq!(none.domains()[0].name.as_str(), "xn--po-sia.example");
}

#[test]
fn a_site_is_read_on_the_host_it_names() {
    let settings =
        load("[hosts.far]\nvia = \"ssh://root@10.10.10.112:22\"\n[sites.a]\nhost = \"far\"\n[sites.b]")
            .unwrap();
    let hosts: Vec<_> = settings.sites().into_iter().map(|site| site.host).collect();
    assert_eq!(
        hosts,
        [
            engine::site::Host::Ssh("ssh://root@10.10.10.112:22".into()),
            engine::site::Host::Local
        ]
    );
}

#[test]
fn a_certificate_is_read_where_its_target_its_site_or_its_source_says() {
    let hosts = "[hosts.a]\nvia = \"ssh://a\"\n[hosts.b]\nvia = \"ssh://b\"\n[sites.x]\nhost = \"a\"\n[[certs]]\nname = \"c\"\n";
    for (keys, source, target) in [
        (
            "source.caddy = { storage = \"/c\" }\ntarget = { cert = \"c\", key = \"k\" }",
            "ssh://a",
            "ssh://a",
        ),
        (
            "source.caddy = { storage = \"/c\" }\ntarget = { host = \"b\", cert = \"c\", key = \"k\" }",
            "ssh://b",
            "ssh://b",
        ),
        (
            "source.caddy = { storage = \"/c\", host = \"b\" }\ntarget = { cert = \"c\", key = \"k\" }",
            "ssh://b",
            "ssh://a",
        ),
    ] {
        let sites = load(&format!("{hosts}{keys}")).unwrap().sites();
        let cert = &sites[0].certs[0];
        let hosts = [&cert.caddy.as_ref().unwrap().place, &cert.target.place].map(|place| place.host.clone());
        assert_eq!(
            hosts,
            [source, target].map(|url| engine::site::Host::Ssh(url.to_owned()))
        );
    }
}

#[test]
fn a_certificate_is_for_all_mail_hosts_of_its_own_site_or_for_those_it_lists() {
    let text = |domains: &str| {
        load(&format!(
            "[sites.a]\n[sites.b]\n[[certs]]\nname = \"c\"\nsite = \"b\"\nsource.caddy.storage = \"/c\"\ntarget = {{ cert = \"c\", key = \"k\" }}\n{domains}"
        ))
    };
    let host = |name: &str| model::DomainName::parse(name).unwrap();
    for (domains, covered) in [
        ("", [true, true]),
        ("domains = \"site\"", [true, true]),
        ("domains = [\"mail.x.example\"]", [true, false]),
        ("domains = []", [false, false]),
    ] {
        let sites = text(domains).unwrap().sites();
        assert!(sites[0].certs.is_empty());
        let found = ["mail.x.example", "mail.y.example"].map(|name| sites[1].cert_for(&host(name)).is_some());
        assert_eq!(found, covered, "{domains}");
    }
}

#[test]
fn variables_win_over_the_file() {
    let file = "[database]\nurl = \"sqlite://other.db\"\n[auth]\njwt_secret = \"file:/nowhere\"\njwt_expire_hours = 1\n";
    let settings = load_with(
        file,
        &[
            ("DATABASE_URL", "postgres://desk:hunter2@db/desk"),
            ("JWT_SECRET", SECRETS[0].1),
            ("JWT_EXPIRE_HOURS", "12"),
            ("AUTH_LOGIN_RATE_LIMIT", "9"),
            ("DESK_AUTH_ENABLED", "true"),
            ("OPS_INTERNAL_TOKEN", "internal-sesame"),
            ("DESK_BOOTSTRAP_PASSWORD", "first-sesame"),
        ],
    )
    .unwrap();
    assert_eq!(settings.database.url.expose(), "postgres://desk:hunter2@db/desk");
    assert_eq!(settings.jwt_secret().unwrap().expose(), SECRETS[0].1);
    assert_eq!(
        (settings.auth.jwt_expire_hours, settings.auth.login_rate_limit),
        (12, 9)
    );
    assert_eq!(settings.bootstrap_password().unwrap().expose(), "first-sesame");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let settings = load_with(
        "",
        &[
            ("JWT_SECRET", ""),
            ("DATABASE_URL", ""),
            ("DESK_AUTH_ENABLED", ""),
        ],
    )
    .unwrap();
    assert!(settings.jwt_secret().is_none() && settings.auth.enabled);
    assert_eq!(settings.database.url.expose(), "sqlite://data/desk.db");
}

#[test]
fn a_wrong_variable_is_named_and_not_the_file() {
    for (variable, value, said) in [
        (
            "JWT_EXPIRE_HOURS",
            "+8",
            "environment: JWT_EXPIRE_HOURS: \"+8\" is no whole number from 1 to 8760",
        ),
        (
            "AUTH_LOGIN_RATE_LIMIT",
            "0",
            "environment: AUTH_LOGIN_RATE_LIMIT: \"0\" is no whole number from 1 to 10000",
        ),
        (
            "DESK_AUTH_ENABLED",
            "off",
            "environment: DESK_AUTH_ENABLED: \"off\" is neither true nor false",
        ),
        (
            "DATABASE_URL",
            "hunter2@db",
            "environment: DATABASE_URL: it is neither sqlite://PATH, as in sqlite://data/desk.db, nor postgres://USER@HOST/NAME",
        ),
        (
            "JWT_SECRET",
            "short-sesame",
            "environment: JWT_SECRET: it has fewer than 32 bytes; `openssl rand -base64 48` makes a good one",
        ),
    ] {
        let text = "[auth]\njwt_secret = \"env:JWT_SECRET\"\nenabled = true";
        assert_eq!(
            load_with(text, &[("JWT_SECRET", SECRETS[0].1)])
                .err()
                .map(|why| why.to_string()),
            None
        );
        let variables = [(variable, value), ("JWT_SECRET", SECRETS[0].1)];
        assert_eq!(load_with(text, &variables).unwrap_err().to_string(), said);
    }
}

#[test]
fn login_cannot_be_switched_off_where_others_could_come_in() {
    let off = [("DESK_AUTH_ENABLED", "false")];
    assert_eq!(
        refusal("[server]\nlisten = \"0.0.0.0:8080\"\n[auth]\nenabled = false"),
        "desk.toml:4: auth.enabled: false is refused while server.listen is 0.0.0.0:8080: only a loopback address may go without login"
    );
    assert_eq!(
        load_with("[server]\ntrusted_proxies = [\"127.0.0.1\"]", &off)
            .unwrap_err()
            .to_string(),
        "environment: DESK_AUTH_ENABLED: false is refused while server.trusted_proxies names a proxy: it would let everybody in"
    );
    let settings = load_with("[server]\nlisten = \"[::1]:8080\"", &off).unwrap();
    assert_eq!(
        warnings(&settings),
        "environment: DESK_AUTH_ENABLED: nobody has to log in: whoever reaches [::1]:8080 may do everything"
    );
}

#[test]
fn a_secret_that_cannot_be_had_stops_the_start_and_names_its_reference() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "\n").unwrap();
    let gone = folder.path().join("gone");
    for (reference, why) in [
        (
            "env:JWT_SECRET".to_owned(),
            "the variable JWT_SECRET is not set".to_owned(),
        ),
        (
            format!("file:{}", empty.display()),
            format!("the file {} is empty", empty.display()),
        ),
        (
            format!("file:{}", gone.display()),
            format!(
                "the file {} cannot be read: No such file or directory (os error 2)",
                gone.display()
            ),
        ),
        (
            "vault:secret/desk#jwt".to_owned(),
            "Vault is not built in yet, so vault:secret/desk#jwt cannot be read: use env:NAME or file:/path"
                .to_owned(),
        ),
        (
            "env:".to_owned(),
            "env: wants the name of a variable, as in env:JWT_SECRET".to_owned(),
        ),
        (
            "file:".to_owned(),
            "file: wants a path, as in file:/run/secrets/jwt".to_owned(),
        ),
        (
            "vault:x".to_owned(),
            "vault: wants a path and a key, as in vault:secret/keybuzz/smtp#password".to_owned(),
        ),
        (String::new(), "it is empty: leave the key out instead".to_owned()),
    ] {
        let said = refusal(&format!("[auth]\njwt_secret = {reference:?}"));
        assert_eq!(said, format!("desk.toml:2: auth.jwt_secret: {why}"));
    }
}

#[test]
fn a_secret_in_a_file_ends_before_its_newline() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwt");
    fs::write(&file, format!("{}\n", SECRETS[0].1)).unwrap();
    let settings = load(&format!("[auth]\njwt_secret = \"file:{}\"", file.display())).unwrap();
    assert_eq!(settings.jwt_secret().unwrap().expose(), SECRETS[0].1);
}

#[test]
fn no_secret_is_ever_printed() {
    let file = "[database]\nurl = \"postgres://desk:sesame-db@db/desk\"\n[auth]\njwt_secret = \"sesame-0123456789abcdef0123456789\"\n\
                bootstrap_password = \"sesame-boot\"\ninternal_token = \"env:TOKEN\"\n\
                [[integrations]]\nname = \"a\"\nsecret = \"sesame-hook\"\n[[integrations]]\nname = \"b\"\n\
                [[hooks]]\nname = \"c\"\nurl = \"http://siem.example/\"\nsecret = \"sesame-sign\"\nevents = []\n";
    let settings = load_with(file, &[("TOKEN", "sesame-token")]).unwrap();
    for printed in [
        format!("{settings:?}"),
        format!("{settings:#?}"),
        toml::to_string(&settings).unwrap(),
        warnings(&settings),
    ] {
        assert!(!printed.contains("sesame"), "{printed}");
    }
    assert_eq!(
        warnings(&settings),
        "desk.toml:4: auth.jwt_secret: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:5: auth.bootstrap_password: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:9: integrations[0].secret: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:10: integrations[1]: b has no secret, so it takes no call\n\
         desk.toml:14: hooks[0].url: whoever listens on the way can read what is sent: better is https\n\
         desk.toml:15: hooks[0].secret: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n\
         desk.toml:16: hooks[0].events: c is told of nothing"
    );
}

#[test]
fn no_secret_is_repeated_by_a_refusal() {
    for text in [
        "[auth]\njwt_secret = 5353535353",
        "[auth]\njwt_secret = \"sesame-5353535353\"",
        "[auth]\njwt_secret = [\"5353535353\"]",
        "[auth]\njwt_secret = { value = \"5353535353\" }",
        "[auth]\njwt_secret = \"5353535353",
        "[auth]\njwt_secret = \"env:5353535353!\"",
        "[database]\nurl = \"postgres://desk:5353535353@[db\"",
        "[server]\npublic_url = \"https://desk:5353535353@desk\"",
    ] {
        let said = refusal(text);
        assert!(!said.contains("53535"), "{said}");
        assert!(said.starts_with("desk.toml:2: "), "{said}");
    }
}

#[test]
fn a_message_is_one_short_line_whatever_the_file_holds() {
    let said = refusal(&format!(
        "[server]\n\"\\u001b[31m\\n{}\" = 1",
        "x".repeat(100_000)
    ));
    assert_eq!(said.lines().count(), 1);
    assert!(said.len() < 2_000 && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_file_that_is_none_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let write = |name: &str, bytes: &[u8]| {
        fs::write(at(name), bytes).unwrap();
        at(name)
    };
    let vast = write("vast.toml", &vec![b'#'; (1 << 20) + 1]);
    let latin = write("latin.toml", b"# one\n# S\xe3o Paulo\n");
    for (file, why) in [
        (at("gone.toml"), "there is no such file"),
        (folder.path().to_owned(), "this is a folder, not a file"),
        (vast, "it is larger than 1 MiB"),
        (latin, "line 2 is not UTF-8"),
    ] {
        let said = Settings::load(Some(&file), &Variables(&[]))
            .unwrap_err()
            .to_string();
        assert_eq!(said, format!("{}: {why}", file.display()));
    }
}

#[test]
fn the_named_file_wins_over_the_variable() {
    let folder = tempfile::tempdir().unwrap();
    let (named, other) = (folder.path().join("named.toml"), folder.path().join("other.toml"));
    fs::write(&named, "[tickets]\nopen_after = 3").unwrap();
    fs::write(&other, "[tickets]\nopen_after = 4").unwrap();
    let variables = [("DESK_CONFIG", other.to_str().unwrap())];
    let by_name = Settings::load(Some(&named), &Variables(&variables)).unwrap();
    let by_variable = Settings::load(None, &Variables(&variables)).unwrap();
    assert_eq!(
        (by_name.tickets.open_after, by_variable.tickets.open_after),
        (3, 4)
    );
    assert_eq!(by_variable.file(), Some(other.as_path()));
}
