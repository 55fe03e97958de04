//! Lists, whole or in pages. All pages of a list are of one instant.

use std::sync::Arc;

use bytes::Bytes;

use crate::kind::Kind;
use crate::refusal::Refusal;
use crate::request::Call;
use crate::selector::Selector;
use crate::state::State;
use crate::store::Stored;

/// What is left of a list that is read page by page.
#[derive(Debug)]
pub(crate) struct Pages {
    kind: Kind,
    version: u64,
    rest: std::vec::IntoIter<Arc<Stored>>,
}

/// Answers a list.
pub(crate) fn list(state: &mut State, kind: Kind, call: &Call) -> Result<Bytes, Refusal> {
    let limit = call.ask("limit").and_then(|limit| limit.parse().ok()).unwrap_or(0_usize);
    let mut pages = match call.ask("continue") {
        Some(token) if !token.is_empty() => {
            let pages = token.parse().ok().and_then(|number| state.pages.remove(&number));
            pages.filter(|pages| pages.kind == kind).ok_or_else(expired)?
        }
        _ => first(state, kind, call)?,
    };
    let most = if limit == 0 { usize::MAX } else { limit };
    let page: Vec<Arc<Stored>> = pages.rest.by_ref().take(most).collect();
    let (version, left) = (pages.version, pages.rest.len());
    let mut token = String::new();
    if left > 0 {
        let number = state.number();
        state.pages.insert(number, pages);
        token = number.to_string();
    }
    Ok(written(kind, version, &token, left, &page))
}

fn first(state: &mut State, kind: Kind, call: &Call) -> Result<Pages, Refusal> {
    let selector = Selector::read(call)?;
    let now = state.store.version;
    let asked = call.ask("resourceVersion").unwrap_or_default();
    if !asked.is_empty() && asked != "0" {
        let version: u64 = asked.parse().map_err(|_| bad_version(asked))?;
        if version > now {
            return Err(too_large(version, now));
        }
        if call.ask("resourceVersionMatch") == Some("Exact") && version != now {
            return Err(expired());
        }
    }
    let shelf = state.store.shelf(kind);
    let rest: Vec<Arc<Stored>> =
        selector.pick(shelf.range(&selector.namespace)).map(|(_, object)| Arc::clone(object)).collect();
    Ok(Pages { kind, version: now, rest: rest.into_iter() })
}

pub(crate) fn bad_version(asked: &str) -> Refusal {
    Refusal::bad_request(&format!("invalid resource version \"{asked}\": not a number"))
}

pub(crate) fn too_large(asked: u64, present: u64) -> Refusal {
    Refusal::timeout(&format!("Too large resource version: {asked}, current: {present}")).retry_after(1)
}

fn expired() -> Refusal {
    Refusal::expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
    )
}

fn written(kind: Kind, version: u64, token: &str, left: usize, page: &[Arc<Stored>]) -> Bytes {
    let about = kind.about();
    let size = page.iter().map(|object| object.json().len() + 1).sum::<usize>();
    let mut text = String::with_capacity(size + 256);
    text.push_str(&format!(
        "{{\"kind\":\"{}List\",\"apiVersion\":\"{}\",\"metadata\":{{\"resourceVersion\":\"{version}\"",
        about.name,
        kind.api_version()
    ));
    if left > 0 {
        text.push_str(&format!(",\"continue\":\"{token}\",\"remainingItemCount\":{left}"));
    }
    text.push_str("},\"items\":[");
    let mut bytes = text.into_bytes();
    for (index, object) in page.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        bytes.extend_from_slice(object.json());
    }
    bytes.extend_from_slice(b"]}");
    Bytes::from(bytes)
}
