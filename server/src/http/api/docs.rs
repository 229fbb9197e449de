//! `GET /api/docs`: the API's description as a page; it reads without scripts, and with ours each door can be tried.

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
                <script r#type="module" src=format!("{prefix}/static/api.js")></script>
            </head>
            <body>
                <main class="api" id="main">
                    <h1>"Ligbox Desk API"</h1>
                    <p>{words.api_lead}" "<a href="/api/openapi.json">"/api/openapi.json"</a></p>
                    <p class="token" hidden>
                        <label for="token">{words.api_token}</label>
                        <input id="token" r#type="password" autocomplete="off" placeholder="JWT" aria-describedby="token-hint" />
                        <small id="token-hint">{words.api_session}</small>
                    </p>
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
        let attempt = self.attempt(words);
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
                {attempt}
            </details>
        }
    }

    /// A form to try it with; `public/api.js` shows and sends it. A stream never ends, and has none.
    fn attempt(&self, words: &'static Words) -> Option<AnyView> {
        let Self { method, path, told } = self;
        let mut answers = entries(&told["responses"]).flat_map(|(_, answer)| entries(&answer["content"]));
        if answers.any(|(media, _)| media == "text/event-stream") {
            return None;
        }
        let parameters = told["parameters"].as_array().into_iter().flatten();
        let fields = parameters.map(|one| {
            let (name, place) = (text(&one["name"]), text(&one["in"]));
            view! {
                <label>{name}<input name=name data-in=place value=text(&one["example"]) required=one["required"] == true /></label>
            }
        });
        let body = entries(&told["requestBody"]["content"]).map(|(media, content)| {
            let example = serde_json::to_string_pretty(&example(&content["schema"])).unwrap_or_default();
            let lines = example.lines().count().max(2).to_string();
            view! {
                <label>{words.api_body}<textarea name="body" data-in="body" data-media=media.clone() rows=lines spellcheck="false">{example}</textarea></label>
            }
        });
        Some(
            view! {
                <form class="try" data-method=method.clone() data-path=path.clone() hidden>
                    {fields.collect_view()}{body.collect_view()}
                    <button class="primary">{words.api_try}</button>
                    <pre hidden tabindex="0" aria-live="polite"></pre>
                </form>
            }
            .into_any(),
        )
    }
}

/// What a body of this schema may look like: the keys that it must have.
fn example(schema: &'static Value) -> Value {
    if let Some(path) = schema["$ref"].as_str() {
        let pointer = path.strip_prefix('#').unwrap_or_default();
        return PARSED.pointer(pointer).map(example).unwrap_or_default();
    }
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    let required = schema["required"].as_array().into_iter().flatten();
    if schema["properties"].is_object() {
        let keys = required.filter_map(Value::as_str);
        return keys
            .map(|key| (key.to_owned(), example(&schema["properties"][key])))
            .collect();
    }
    match schema["type"].as_str() {
        Some("array") => Value::Array(Vec::new()),
        Some("integer") => 1.into(),
        Some("boolean") => true.into(),
        Some("object") => Value::Object(Map::new()),
        _ => "".into(),
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

/// One script of ours, which talks to us alone.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);
