//! `GET /api/docs`: the API's description as a page that needs no scripts.

use super::{
    super::{assets, pages},
    document::DOCUMENT,
};
use app::{Theme, words::Words};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::LazyLock};

pub(crate) async fn docs(headers: HeaderMap) -> Response {
    let language = pages::spoken(&headers);
    let theme = pages::theme(&headers);
    let (words, prefix) = (Words::of(language), assets::PREFIX.as_str());
    let page = view! {
        <html lang=language.tag() data-theme=theme.map(Theme::as_str)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"API · Ligbox Desk"</title>
                <link rel="stylesheet" href=format!("{prefix}/static/main.css") />
                <link rel="icon" href=format!("{prefix}/static/favicon.svg") r#type="image/svg+xml" />
            </head>
            <body>
                <main class="api" id="main">
                    <h1>"Ligbox Desk API"</h1>
                    <p>{words.api_lead}" "<a href="/api/openapi.json">"/api/openapi.json"</a></p>
                    {families().into_iter().map(|(tag, doors)| view! {
                        <section lang="en">
                            <h2>{tag}</h2>
                            {doors.into_iter().map(|door| door.show(words)).collect_view()}
                        </section>
                    }).collect_view()}
                    <section>
                        <h2>{words.api_types}</h2>
                        {entries(&PARSED["components"]["schemas"]).map(|(name, schema)| kind(name, schema, words)).collect_view()}
                    </section>
                </main>
            </body>
        </html>
    };
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (policy, Html(format!("<!DOCTYPE html>{}", page.to_html()))).into_response()
}

/// One method of one path, as the document tells it.
struct Door {
    method: String,
    path: String,
    told: &'static Value,
}

/// The doors under the tag that they share.
fn families() -> BTreeMap<&'static str, Vec<Door>> {
    let mut families: BTreeMap<_, Vec<Door>> = BTreeMap::new();
    for (path, methods) in entries(&PARSED["paths"]) {
        for (method, told) in entries(methods) {
            families.entry(text(&told["tags"][0])).or_default().push(Door {
                method: method.to_uppercase(),
                path: path.clone(),
                told,
            });
        }
    }
    families
}

impl Door {
    fn show(self, words: &'static Words) -> impl IntoView {
        let Self { method, path, told } = self;
        let parameters = told["parameters"].as_array().into_iter().flatten();
        let parameters = parameters
            .map(|one| {
                let needed = (one["required"] == true).then_some(words.api_required);
                view! {
                    <tr>
                        <th scope="row"><code>{text(&one["name"])}</code></th>
                        <td>{text(&one["in"])}" "{needed}</td>
                        <td>{shape(&one["schema"])}" "{text(&one["description"])}</td>
                    </tr>
                }
            })
            .collect_view();
        let body = entries(&told["requestBody"]["content"]).map(|(media, content)| {
            view! {
                <tr><th scope="row">{words.api_body}</th><td><code>{media.clone()}</code></td><td>{shape(&content["schema"])}</td></tr>
            }
        }).collect_view();
        let answers = entries(&told["responses"])
            .map(|(status, answer)| {
                let shapes = entries(&answer["content"]).map(|(_, content)| shape(&content["schema"]));
                view! {
                    <tr>
                        <th scope="row">{status.clone()}</th>
                        <td>{shapes.collect_view()}</td>
                        <td>{text(&answer["description"])}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <details id=text(&told["operationId"])>
                <summary><b>{method}</b>" "<code>{path}</code>" "<span>{text(&told["summary"])}</span></summary>
                <p>{text(&told["description"])}</p>
                <table class="plain"><tbody>{parameters}{body}{answers}</tbody></table>
            </details>
        }
    }
}

/// A named type with its keys, or its words.
fn kind(name: &str, schema: &'static Value, words: &'static Words) -> impl IntoView {
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let (objects, others): (Vec<_>, Vec<_>) = std::iter::once(schema)
        .chain(parts)
        .partition(|part| part["properties"].is_object());
    let keys = objects
        .into_iter()
        .flat_map(|object| entries(&object["properties"]).map(move |(key, value)| (object, key, value)));
    let keys = keys
        .map(|(object, key, value)| {
            let mut wanted = object["required"].as_array().into_iter().flatten();
            let needed = wanted.any(|one| one == key).then_some(words.api_required);
            view! {
                <tr>
                    <th scope="row"><code>{key.clone()}</code></th>
                    <td>{shape(value)}" "{needed}</td>
                    <td>{text(&value["description"])}</td>
                </tr>
            }
        })
        .collect_view();
    let others = others.into_iter().map(shape).collect_view();
    view! {
        <details id=format!("type-{name}")>
            <summary><code>{name.to_owned()}</code></summary>
            <p lang="en">{text(&schema["description"])}" "{others}</p>
            <table class="plain" lang="en"><tbody>{keys}</tbody></table>
        </details>
    }
}

/// A schema in a few words; the name of a type leads to it.
fn shape(schema: &'static Value) -> AnyView {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return view! { <a href=format!("#type-{name}")>{name}</a>" " }.into_any();
    }
    if let Some(any) = ["oneOf", "anyOf"].iter().find_map(|key| schema[*key].as_array()) {
        return any.iter().map(shape).collect_view().into_any();
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| view! { <code>{text(value)}</code>" " });
        return values.collect_view().into_any();
    }
    if schema["items"].is_object() {
        return view! { "array: "{shape(&schema["items"])} }.into_any();
    }
    let names = schema["type"].as_array().map(|names| names.iter().map(text));
    let names = names.map_or_else(
        || text(&schema["type"]).to_owned(),
        |names| names.collect::<Vec<_>>().join(", "),
    );
    view! { <span>{names}" "{text(&schema["format"])}" "</span> }.into_any()
}

fn text(value: &'static Value) -> &'static str {
    value.as_str().unwrap_or_default()
}

fn entries(value: &'static Value) -> impl Iterator<Item = (&'static String, &'static Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

static PARSED: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(&*DOCUMENT).unwrap_or_default());

/// There is nothing to run.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);
