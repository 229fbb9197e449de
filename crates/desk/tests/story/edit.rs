//! Domains that people add, edit and remove.

use crate::{Day, name, operator, person};
use model::{
    Domain, DomainName, Error, Language, Role,
    board::{Filter, Verdict},
    draft::{Changes, Draft},
    event::{Change, What},
};

#[tokio::test]
async fn a_new_domain_is_on_the_board_at_once_and_its_row_fills_in() {
    let day = Day::begin(2).await;
    day.desk.remove_domain(&operator(), &name(1)).await.unwrap();
    let said = day.desk.last_event();
    let added = day
        .desk
        .add_domain(&operator(), &draft(), Language::En)
        .await
        .unwrap();
    assert_eq!(
        added,
        Domain {
            site: "vm".to_owned(),
            ..Domain::plain(name(1))
        },
        "with the usual mail host"
    );
    assert_eq!(day.is_checked(&name(1)).await.verdict, Verdict::Ready);
    let events = day.events_after(said).await;
    assert_eq!(
        events[0],
        What::Domain {
            domain: name(1),
            change: Change::Added
        }
    );
    assert!(matches!(&events[1], What::Check { domain, .. } if *domain == name(1)));
    let again = day.desk.add_domain(&operator(), &draft(), Language::En).await;
    assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
}

#[tokio::test]
async fn an_edited_domain_is_checked_anew_and_what_is_not_changed_stays() {
    let day = Day::begin(1).await;
    day.checks(0).await;
    let said = day.desk.last_event();
    let elsewhere = Changes {
        mail_host: Some(Some("mail.elsewhere.example".to_owned())),
        aliases: Some(Some(vec![
            "Nfe.D00000.example".to_owned(),
            "nfe.d00000.example".to_owned(),
        ])),
        ..Changes::default()
    };
    let edited = day
        .desk
        .edit_domain(&operator(), &name(0), elsewhere, Language::En)
        .await
        .unwrap();
    assert_eq!(
        (edited.mail_host.as_str(), edited.aliases.len()),
        ("mail.elsewhere.example", 1)
    );
    day.desk.close().await;
    let row = day.row(0);
    assert_eq!(row.verdict, Verdict::Fail, "nobody serves that name");
    assert!(day.desk.last_event() > said + 1);
}

#[tokio::test]
async fn what_is_not_changed_is_no_event() {
    let day = Day::begin(1).await;
    let said = day.desk.last_event();
    for changes in [
        Changes::default(),
        Changes {
            mail_host: Some(None),
            ..Changes::default()
        },
    ] {
        day.desk
            .edit_domain(&operator(), &name(0), changes, Language::En)
            .await
            .unwrap();
    }
    assert_eq!(day.desk.last_event(), said);
}

#[tokio::test]
async fn a_removed_domain_is_gone_from_the_board_and_the_file_does_not_bring_it_back() {
    let day = Day::begin(2).await;
    day.checks(0).await;
    day.desk.remove_domain(&operator(), &name(0)).await.unwrap();
    let gone = day.desk.row(&operator(), &name(0), Language::En);
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    let again = day.desk.remove_domain(&operator(), &name(0)).await;
    assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");

    day.desk
        .seed(&[Domain::plain(name(0)), Domain::plain(name(1))])
        .await
        .unwrap();
    let board = day
        .desk
        .board(&operator(), &Filter::default(), Language::En)
        .unwrap();
    assert_eq!(
        board.rows.iter().map(|row| &row.domain).collect::<Vec<_>>(),
        [&name(1)]
    );

    // A person does.
    let back = Draft {
        domain: name(0).to_string(),
        ..draft()
    };
    day.desk
        .add_domain(&operator(), &back, Language::En)
        .await
        .unwrap();
    assert_eq!(day.is_checked(&name(0)).await.verdict, Verdict::Ready);
}

#[tokio::test]
async fn each_wrong_field_is_named_in_the_readers_language() {
    let day = Day::begin(1).await;
    let wrong = |field: &'static str, draft: Draft, says: &'static str| (field, draft, says);
    for (field, draft, says) in [
        wrong(
            "domain",
            Draft {
                domain: "no domain".into(),
                ..draft()
            },
            "letters, digits",
        ),
        wrong(
            "domain",
            Draft {
                domain: "192.0.2.1".into(),
                ..draft()
            },
            "IP address",
        ),
        wrong(
            "mail_host",
            Draft {
                mail_host: Some("mail".into()),
                ..draft()
            },
            "two labels",
        ),
        wrong(
            "site",
            Draft {
                site: Some("vm9".into()),
                ..draft()
            },
            "there are vm, far",
        ),
        wrong(
            "site",
            Draft {
                site: Some(" ".into()),
                ..draft()
            },
            "it is missing; there are vm, far",
        ),
        wrong(
            "tenant",
            Draft {
                tenant: Some("a b".into()),
                ..draft()
            },
            "letters",
        ),
        wrong(
            "aliases",
            Draft {
                aliases: vec!["ok.example".into(), "-x.example".into()],
                ..draft()
            },
            "hyphens",
        ),
        wrong(
            "aliases",
            Draft {
                aliases: (0..101).map(|n| format!("a{n}.example")).collect(),
                ..draft()
            },
            "100",
        ),
    ] {
        let said = |language| {
            let (desk, draft) = (day.desk.clone(), draft.clone());
            async move {
                match desk.add_domain(&operator(), &draft, language).await {
                    Err(Error::Invalid { field, why }) => (field, why),
                    other => panic!("{draft:?}: {other:?}"),
                }
            }
        };
        let (named, english) = said(Language::En).await;
        assert_eq!(named, field);
        assert!(english.contains(says), "{english}");
        assert_ne!(said(Language::Pt).await.1, english);
    }
}

#[tokio::test]
async fn who_may_not_edit_changes_nothing() {
    let day = Day::begin(1).await;
    for role in [Role::Technician, Role::Noc] {
        let who = person(role);
        assert_eq!(
            day.desk.add_domain(&who, &draft(), Language::En).await,
            Err(Error::Denied)
        );
        assert_eq!(
            day.desk
                .edit_domain(&who, &name(0), Changes::default(), Language::En)
                .await,
            Err(Error::Denied)
        );
        assert_eq!(day.desk.remove_domain(&who, &name(0)).await, Err(Error::Denied));
    }
    assert_eq!(day.desk.last_event(), 0);
    let nobody = DomainName::parse("nobody.example").unwrap();
    let missing = day
        .desk
        .edit_domain(&person(Role::OpsLead), &nobody, Changes::default(), Language::En)
        .await;
    assert!(matches!(missing, Err(Error::NotFound { .. })), "{missing:?}");
}

fn draft() -> Draft {
    Draft {
        domain: name(1).to_string(),
        site: Some("vm".to_owned()),
        ..Draft::default()
    }
}
