//! A stranger's JSON to be read: indented and coloured, and nothing in it that a browser would act on.

use leptos::prelude::*;
use serde_json::Value;

#[component]
pub fn Json(value: Value) -> impl IntoView {
    let mut pieces = Vec::new();
    write(&value, 0, &mut pieces);
    let pieces = pieces.into_iter().map(|(class, text)| match class {
        "" => text.into_any(),
        class => view! { <span class=class>{text}</span> }.into_any(),
    });
    view! { <pre class="json" tabindex="0"><code>{pieces.collect_view()}</code></pre> }.into_any()
}

type Piece = (&'static str, String);

/// Text nodes alone: they are escaped wherever they stand.
fn write(value: &Value, depth: usize, pieces: &mut Vec<Piece>) {
    let line = |depth: usize| ("", format!("\n{}", "  ".repeat(depth)));
    match value {
        Value::Object(object) if !object.is_empty() => {
            pieces.push(("", "{".to_owned()));
            for (nth, (key, value)) in object.iter().enumerate() {
                pieces.extend((nth > 0).then(|| ("", ",".to_owned())));
                pieces.push(line(depth + 1));
                if pieces.len() > MOST {
                    pieces.push(("", "…".to_owned()));
                    break;
                }
                pieces.push(("key", Value::from(key.as_str()).to_string()));
                pieces.push(("", ": ".to_owned()));
                write(value, depth + 1, pieces);
            }
            pieces.push(line(depth));
            pieces.push(("", "}".to_owned()));
        }
        Value::Array(array) if !array.is_empty() => {
            pieces.push(("", "[".to_owned()));
            for (nth, value) in array.iter().enumerate() {
                pieces.extend((nth > 0).then(|| ("", ",".to_owned())));
                pieces.push(line(depth + 1));
                if pieces.len() > MOST {
                    pieces.push(("", "…".to_owned()));
                    break;
                }
                write(value, depth + 1, pieces);
            }
            pieces.push(line(depth));
            pieces.push(("", "]".to_owned()));
        }
        Value::String(_) => pieces.push(("text", value.to_string())),
        Value::Number(_) => pieces.push(("number", value.to_string())),
        Value::Bool(_) | Value::Null => pieces.push(("word", value.to_string())),
        Value::Object(_) | Value::Array(_) => pieces.push(("", value.to_string())),
    }
}

/// A megabyte of brackets is not to be a page of as many elements.
const MOST: usize = 5_000;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_reads_like_json_and_runs_like_nothing() {
        let value = json!({"a": [1, null], "<script>": "</code><img src=x>", "e": {}});
        let mut pieces = Vec::new();
        write(&value, 0, &mut pieces);
        let text: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(text, serde_json::to_string_pretty(&value).unwrap());
        let html = Owner::new().with(|| view! { <Json value /> }.to_html());
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let mut pieces = Vec::new();
        write(&json!(vec![json!({"a": [1, 2]}); 100_000]), 0, &mut pieces);
        assert!(pieces.len() < MOST + 50, "{}", pieces.len());
    }
}
