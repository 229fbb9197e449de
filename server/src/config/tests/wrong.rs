//! What is no configuration, and the one line for each fault of it.

use super::*;

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
