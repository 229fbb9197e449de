use super::*;

/// Where a configuration leads a host.
fn led(config: &str, host: &str) -> Option<(String, usize)> {
    led_with(config, host, &[])
}

fn led_with(config: &str, host: &str, files: &[(&str, &str)]) -> Option<(String, usize)> {
    let maps: Vec<_> = files.iter().map(|(_, text)| Map::read(text.as_bytes())).collect();
    let files = files
        .iter()
        .zip(&maps)
        .map(|((path, _), map)| (PathBuf::from(path), map))
        .collect();
    match SniFile::read(config.as_bytes()) {
        SniFile::Config(config) => config
            .route(host, &files)
            .map(|route| (route.backend, route.line)),
        SniFile::Map(_) => panic!("a map: {config}"),
    }
}

#[test]
fn an_exact_name_in_an_acl_that_a_rule_uses_is_routed() {
    let config = "
frontend tls
  acl is_a req.ssl_sni -i mail.a.com Mail.B.com
  acl is_a req_ssl_sni mail.c.com # mail.d.com
  acl idle req.ssl_sni -i mail.e.com
  # use_backend bk_a if idle
  use_backend bk_a if is_a
  use_backend bk_f if { req.ssl_sni -i -- mail.f.com } or { ssl_fc_sni 'mail.g.com' }
  default_backend other
";
    for (host, backend, line) in [
        ("mail.a.com", "bk_a", 3),
        ("mail.b.com", "bk_a", 3),
        ("mail.c.com", "bk_a", 4),
        ("mail.f.com", "bk_f", 8),
        ("mail.g.com", "bk_f", 8),
    ] {
        assert_eq!(led(config, host), Some((backend.to_owned(), line)), "{host}");
    }
    for host in [
        "xmail.a.com",
        "a.com",
        "mail.a.com.br",
        "mail.d.com",
        "mail.e.com",
        "other.com",
    ] {
        assert_eq!(led(config, host), None, "{host}");
    }
}

#[test]
fn a_condition_means_what_haproxy_takes_it_for() {
    for (condition, routes) in [
        ("if a", true),
        ("if !a", false),
        ("if ! a", false),
        ("if !!a", true),
        ("unless a", false),
        ("unless !a", true),
        // Other hosts are excluded, and nobody is named.
        ("if !b", false),
        ("unless b", false),
        ("if a b", false),
        ("if a or b", true),
        ("if b || a", true),
        ("if a tls", true),
        ("if tls", false),
        ("if tls or b", false),
        ("if a FALSE", false),
        ("if a TRUE", true),
        ("if a !tls", true),
        ("if { req.ssl_sni -i mail.a.com } !{ src 10.0.0.0/8 }", true),
        ("if !{ req.ssl_sni -i mail.a.com }", false),
        ("if either", true),
        ("if !either", false),
        ("", false),
    ] {
        let config = format!(
            "listen x\n acl a req.ssl_sni mail.a.com\n acl b req.ssl_sni mail.b.com\n \
             acl tls req.ssl_hello_type 1\n acl either src 10.0.0.1\n acl either req.ssl_sni mail.a.com\n \
             use_backend bk {condition}\n"
        );
        assert_eq!(led(&config, "mail.a.com").is_some(), routes, "{condition}");
    }
}

#[test]
fn the_other_ways_of_matching_are_known() {
    for (acl, hit, miss) in [
        ("req.ssl_sni -m end -i .a.com", "mail.a.com", "mail.a.com.br"),
        ("req.ssl_sni,lower -m dom a.com", "mail.a.com", "mail.xa.com"),
        ("req.ssl_sni -m beg mail.", "mail.a.com", "xmail.a.com"),
        ("req.ssl_sni -m sub a.c", "mail.a.com", "mail.b.com"),
        (
            r"req.ssl_sni -m reg ^mail\.[ab]\.com$",
            "mail.a.com",
            "mail.c.com",
        ),
        (r"ssl_fc_sni_reg -i ^MAIL\.", "mail.a.com", "a.com"),
        ("ssl_fc_sni_end .a.com", "mail.a.com", "mail.b.com"),
        ("var(txn.sni) -i mail.a.com", "mail.a.com", "mail.b.com"),
    ] {
        let config = format!(
            "frontend f\n tcp-request content set-var(txn.sni) req.ssl_sni,lower\n use_backend bk if {{ {acl} }}\n"
        );
        assert!(led(&config, hit).is_some(), "{acl}");
        assert!(led(&config, miss).is_none(), "{acl}");
    }
}

#[test]
fn maps_and_lists_beside_the_configuration_are_asked() {
    let config = "
frontend f
  use_backend %[req.ssl_sni,lower,map(/sni.map,none)] if { req.ssl_hello_type 1 }
  use_backend bk_l if { req.ssl_sni -i -f /names.lst mail.l.com }
  use_backend bk_m if { req.ssl_sni,map_end(/end.map) -m found }
";
    let SniFile::Config(read) = SniFile::read(config.as_bytes()) else {
        panic!("a configuration");
    };
    let files: Vec<_> = read
        .files()
        .into_iter()
        .map(|path| path.to_str().unwrap())
        .collect();
    assert_eq!(files, ["/end.map", "/names.lst", "/sni.map"]);
    let files = [
        ("/sni.map", "mail.x.com bk_x # x\nmail.a.com bk_a\n"),
        ("/names.lst", "\nmail.k.com\n"),
        ("/end.map", ".m.com 1\n"),
    ];
    for (host, expected) in [
        ("mail.a.com", Some(("bk_a", 2))),
        ("mail.k.com", Some(("bk_l", 2))),
        ("mail.l.com", Some(("bk_l", 4))),
        ("mail.m.com", Some(("bk_m", 1))),
        // HAProxy looks for a backend named `bk_x # x`.
        ("mail.x.com", None),
        ("mail.z.com", None),
    ] {
        let expected = expected.map(|(backend, line)| (backend.to_owned(), line));
        assert_eq!(led_with(config, host, &files), expected, "{host}");
    }
    assert_eq!(led(config, "mail.a.com"), None, "no file could be read");
}

#[test]
fn what_is_not_understood_is_told() {
    for (line, obscure) in [
        ("use_backend bk_%[req.ssl_sni,lower]", true),
        ("use_backend bk if { req.ssl_sni,field(2,.) a }", true),
        ("use_backend bk if { req.ssl_sni -m reg ^(?!x) }", true),
        ("use_backend bk if { req.ssl_sni -m reg -f /x }", true),
        ("use_backend %[src,map_ip(/x)]", false),
        ("use_backend bk if { req.ssl_sni -m found }", false),
        ("use_backend bk if { req.ssl_sni -i mail.a.com }", false),
    ] {
        let SniFile::Config(config) = SniFile::read(format!("frontend f\n{line}\n").as_bytes()) else {
            panic!("{line}");
        };
        assert_eq!(config.obscure(), obscure.then_some(2), "{line}");
        assert_eq!(config.route("mail.z.com", &HashMap::new()), None, "{line}");
    }
}

#[test]
fn a_section_counts_where_it_can_route() {
    let rule = "use_backend bk if { req.ssl_sni mail.a.com }";
    let server = "use-server mail if { req.ssl_sni mail.a.com }\n server mail 192.0.2.1:993";
    for (config, routes) in [
        (format!("backend b\n {server}"), true),
        (format!("listen l\n {server}"), true),
        (format!("frontend f\n disabled\n {rule}"), false),
        (format!("defaults\n {rule}\nfrontend g"), false),
        // A part of a file, to be put into a section.
        (rule.to_owned(), true),
        // Each section has its own ACLs.
        (
            "frontend f\n acl a req.ssl_sni mail.a.com\nfrontend g\n use_backend bk if a".to_owned(),
            false,
        ),
    ] {
        assert_eq!(led(&config, "mail.a.com").is_some(), routes, "{config}");
    }
}

#[test]
fn a_large_configuration_is_asked_by_hashing() {
    let rule = |n| format!(" use_backend bk{n} if {{ req.ssl_sni -i mail.d{n}.com }}\n");
    let rules: Vec<_> = (0..10_000).map(rule).collect();
    let SniFile::Config(config) = SniFile::read(format!("frontend f\n{}", rules.concat()).as_bytes()) else {
        panic!("a configuration");
    };
    let begun = std::time::Instant::now();
    for n in 0..10_000 {
        let route = config.route(&format!("mail.d{n}.com"), &HashMap::new()).unwrap();
        assert_eq!(route.backend, format!("bk{n}"));
    }
    // A walk over all rules takes minutes here.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
