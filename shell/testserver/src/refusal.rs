//! What the API server says when it does not do what it is asked for.

use serde_json::{Map, Value, json};

use crate::kind::Kind;

/// A refusal: a `Status` body with its code.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code} {reason}: {message}")]
pub struct Refusal {
    /// The code of the answer: 400 to 599.
    pub code: u16,
    /// The word for programs, such as `Conflict`.
    pub reason: String,
    /// The sentence for people.
    pub message: String,
    /// Seconds after which to come again, as header and in the body.
    pub retry_after: Option<u32>,
    /// `Status.details` without the seconds.
    pub details: Option<Value>,
    /// The body is this text instead of a `Status`.
    pub plain: bool,
}

impl Refusal {
    /// Any refusal.
    pub fn new(code: u16, reason: &str, message: &str) -> Self {
        Self {
            code,
            reason: reason.to_owned(),
            message: message.to_owned(),
            retry_after: None,
            details: None,
            plain: false,
        }
    }

    /// The same, to be tried again after that many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// 400: the request makes no sense.
    pub fn bad_request(message: &str) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 401: the token isn't taken.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// 403.
    pub fn forbidden(message: &str) -> Self {
        Self::new(403, "Forbidden", message)
    }

    /// 404: no such object.
    pub fn not_found(kind: Kind, name: &str) -> Self {
        Self::new(404, "NotFound", &format!("{} \"{name}\" not found", kind.qualified())).about(kind, name)
    }

    /// 404: such an object has no such part.
    pub fn unknown_part() -> Self {
        Self {
            details: Some(json!({})),
            ..Self::new(404, "NotFound", "the server could not find the requested resource")
        }
    }

    /// 404 in plain words, as for a path that isn't served: a kind whose CRD isn't installed.
    pub fn unknown_path() -> Self {
        Self { plain: true, ..Self::new(404, "NotFound", "404 page not found") }
    }

    /// 409 of a creation.
    pub fn already_exists(kind: Kind, name: &str) -> Self {
        Self::new(409, "AlreadyExists", &format!("{} \"{name}\" already exists", kind.qualified())).about(kind, name)
    }

    /// 409 of a write to another version than the present one.
    pub fn modified(kind: Kind, name: &str) -> Self {
        Self::conflict(
            kind,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    }

    pub(crate) fn conflict(kind: Kind, name: &str, why: &str) -> Self {
        Self::conflict_as((kind.about().group, kind.about().plural), name, why)
    }

    pub(crate) fn conflict_as((group, word): (&str, &str), name: &str, why: &str) -> Self {
        let qualified = if group.is_empty() { word.to_owned() } else { format!("{word}.{group}") };
        let message = format!("Operation cannot be fulfilled on {qualified} \"{name}\": {why}");
        Self { details: Some(Details::of(name, group, word).into()), ..Self::new(409, "Conflict", &message) }
    }

    /// 410: what was asked for is too old.
    pub fn expired(message: &str) -> Self {
        Self::new(410, "Expired", message)
    }

    /// 422: one field is wrong.
    pub fn invalid(kind: Kind, name: &str, field: &str, why: &str) -> Self {
        Self::invalid_as((kind.about().group, kind.about().name), name, field, why)
    }

    /// The same for what has no kind here: group and what the API server calls it.
    pub(crate) fn invalid_as(of: (&str, &str), name: &str, field: &str, why: &str) -> Self {
        Self::all_invalid_as(of, name, &[(field, why.to_owned())])
    }

    /// 422: these fields are wrong, and why.
    pub(crate) fn all_invalid_as((group, word): (&str, &str), name: &str, wrong: &[(&str, String)]) -> Self {
        let qualified = if group.is_empty() { word.to_owned() } else { format!("{word}.{group}") };
        let reason = |why: &str| match why.split_once(':').map_or(why, |(reason, _)| reason) {
            "Required value" => "FieldValueRequired",
            "Forbidden" => "FieldValueForbidden",
            _ => "FieldValueInvalid",
        };
        let causes = wrong.iter().map(|(field, why)| json!({ "reason": reason(why), "message": why, "field": field }));
        let mut details = Details::of(name, group, word);
        details.insert("causes".to_owned(), causes.collect());
        let said: Vec<_> = wrong.iter().map(|(field, why)| format!("{field}: {why}")).collect();
        let said = if said.len() == 1 { said.concat() } else { format!("[{}]", said.join(", ")) };
        Self {
            details: Some(details.into()),
            ..Self::new(422, "Invalid", &format!("{qualified} \"{name}\" is invalid: {said}"))
        }
    }

    /// 429: too many requests.
    pub fn too_many(seconds: u32) -> Self {
        Self::new(429, "TooManyRequests", "Too many requests, please try again later.").retry_after(seconds)
    }

    /// 500.
    pub fn internal(message: &str) -> Self {
        Self::new(500, "InternalError", &format!("Internal error occurred: {message}"))
    }

    /// 503.
    pub fn unavailable() -> Self {
        Self::new(503, "ServiceUnavailable", "apiserver is shutting down")
    }

    /// 504: it took too long.
    pub fn timeout(message: &str) -> Self {
        Self::new(504, "Timeout", &format!("Timeout: {message}"))
    }

    fn about(mut self, kind: Kind, name: &str) -> Self {
        self.details = Some(Details::of(name, kind.about().group, kind.about().plural).into());
        self
    }

    /// The `Status`.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        });
        let mut details = self.details.clone();
        if let Some(seconds) = self.retry_after {
            let details = details.get_or_insert_with(|| json!({}));
            if let Some(details) = details.as_object_mut() {
                details.insert("retryAfterSeconds".to_owned(), seconds.into());
            }
        }
        if let (Some(details), Some(body)) = (details, body.as_object_mut()) {
            body.insert("details".to_owned(), details);
        }
        body
    }
}

/// `Status.details`; what is empty is left out.
struct Details;

impl Details {
    fn of(name: &str, group: &str, kind: &str) -> Map<String, Value> {
        let fields = [("name", name), ("group", group), ("kind", kind)];
        let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
        said.map(|(field, value)| (field.to_owned(), value.into())).collect()
    }
}
