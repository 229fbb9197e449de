//! Text from strangers is data, whatever it looks like.

use crate::{IMAP, Place, faults, minute_of, name, record, run};
use model::{CheckId, Domain, Evidence, Role, State};
use store::{Error, PasswordHash, User};

on_both_engines! {
    what_looks_like_sql_is_stored_and_found_as_it_is
    a_nul_is_refused_where_it_would_be_stored_and_found_nowhere
    evidence_may_hold_anything
}

async fn what_looks_like_sql_is_stored_and_found_as_it_is(place: Place) {
    let store = place.with(&["a.example"]).await;
    for text in HOSTILE {
        let user = User {
            username: text.to_owned(),
            role: Role::Noc,
            password_hash: PasswordHash::new(text),
            active: true,
            version: 1,
            must_change_password: false,
            created_at: minute_of(0),
        };
        let domain = Domain {
            site: text.to_owned(),
            tenant: Some(text.to_owned()),
            ..Domain::plain(name("a.example"))
        };
        let mut tx = store.begin().await.unwrap();
        assert!(tx.add_user(&user).await.unwrap());
        tx.edit_domain(&domain, minute_of(0)).await.unwrap();
        tx.revoke_token(text, minute_of(9)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.user(text).await.unwrap(), Some(user));
        assert_eq!(store.domain(&domain.name).await.unwrap(), Some(domain));
        assert_eq!(store.holder(text, 1, text).await.unwrap(), None);
    }
    assert_eq!(store.users().await.unwrap().len(), HOSTILE.len());
}

async fn a_nul_is_refused_where_it_would_be_stored_and_found_nowhere(place: Place) {
    let store = place.with(&["a.example"]).await;
    assert_eq!(store.user("ro\0ot").await.unwrap(), None);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.user("ro\0ot").await.unwrap(), None);
    let domain = Domain {
        tenant: Some("ten\0ant".into()),
        ..Domain::plain(name("a.example"))
    };
    let why = tx.add_domain(&domain, minute_of(0)).await.unwrap_err();
    assert!(matches!(why, Error::Nul { what: "tenant" }), "{why}");
    // Nothing was sent, so the transaction is still good.
    tx.seed_domain(&Domain::plain(name("b.example"))).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.domains().await.unwrap().len(), 2);
}

async fn evidence_may_hold_anything(place: Place) {
    let store = place.with(&["a.example"]).await;
    for (minute, text) in HOSTILE
        .iter()
        .chain(&["a\0b", "\u{202e}\u{feff}\r\n"])
        .enumerate()
    {
        let mut run = run(
            "a.example",
            i64::try_from(minute).unwrap(),
            &[(IMAP, State::Fail)],
        );
        run.findings[0].evidence = Evidence {
            // Unlike `Evidence::detail`, as it came.
            detail: Some((*text).to_owned()),
            ..Evidence::path(*text)
        };
        let evidence = run.findings[0].evidence.clone();
        record(&store, &[run]).await;
        let found = faults(&store).await;
        assert_eq!(found[0].evidence, evidence);
        assert_eq!(found[0].check, CheckId::new(IMAP));
    }
}

const HOSTILE: [&str; 8] = [
    "'; drop table users; --",
    "\" or 1 = 1 --",
    "$1",
    "?1 :x @y",
    "%_\\'",
    "🦀 pão 中文",
    "<script>alert(1)</script>",
    "null",
];
