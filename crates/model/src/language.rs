//! The two languages of the people who use the Desk.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "pt-BR")]
    Pt,
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// The tag of BCP 47, for `lang=` and `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Pt => "pt-BR",
            Self::En => "en",
        }
    }

    /// `pt`, `pt-BR`, `en-GB`… A tag of another language is `None`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', '.']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "pt" => Some(Self::Pt),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header (RFC 9110 section 12.5.4); pt-BR where neither is asked for.
    pub fn from_accept(header: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1_000, per_mille);
            if weight > 0 && best.is_none_or(|(found, _)| weight > found) {
                best = Some((weight, language));
            }
        }
        best.map_or_else(Self::default, |(_, language)| language)
    }

    /// The language of `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set; pt-BR otherwise.
    pub fn from_locale(locale: &str) -> Self {
        Self::from_tag(locale).unwrap_or_default()
    }
}

/// `0.8` as 800; what is no weight counts as 0.
fn per_mille(text: &str) -> u16 {
    text.trim()
        .parse::<f32>()
        .ok()
        .filter(|q| (0.0..=1.0).contains(q))
        .map_or(0, |q| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 1000 by the filter"
            )]
            let rounded = (q * 1_000.0) as u16;
            rounded
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_first_choice_wins_and_portuguese_is_the_default() {
        assert_eq!(Language::from_accept("en-GB,en;q=0.9,pt;q=0.8"), Language::En);
        assert_eq!(Language::from_accept("fr, pt-BR;q=0.7, en;q=0.3"), Language::Pt);
        assert_eq!(Language::from_accept("pt;q=0, en;q=0.1"), Language::En);
        assert_eq!(Language::from_accept("ja"), Language::Pt);
        assert_eq!(Language::from_accept(""), Language::Pt);
        assert_eq!(Language::from_locale("en_US.UTF-8"), Language::En);
        assert_eq!(Language::from_locale("C"), Language::Pt);
    }
}
