//! Answers in JSON: a quote as the engine writes it, or an error with a code for programs and words for people.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ratewright::ErrorKind;
use ratewright::live::LiveError;
use serde::Serialize;

/// An error, as `{"error": {"code": "refused", "message": "…"}}`.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The field of the input that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The code that the rules refuse with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refusal: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { status, code, message: message.into(), path: None, refusal: None }
    }

    /// Why a book gives no quote for an input. Errors of the rules are told from those of the input: the former are ours.
    pub(crate) fn of(error: &LiveError, input: &str) -> Problem {
        let status = match error {
            LiveError::NoRuleSet { .. } | LiveError::NoContract { .. } => (StatusCode::NOT_FOUND, "no_rule_set"),
            LiveError::NotInForce { .. } | LiveError::NotKnown { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "not_in_force")
            }
            LiveError::Pricing { error, .. } => match error.kind {
                ErrorKind::Input if serde_json::from_str::<serde::de::IgnoredAny>(input).is_err() => {
                    (StatusCode::BAD_REQUEST, "not_json")
                }
                ErrorKind::Input => (StatusCode::UNPROCESSABLE_ENTITY, "input_not_accepted"),
                ErrorKind::Refused => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
                ErrorKind::NoRow => (StatusCode::UNPROCESSABLE_ENTITY, "no_row"),
                ErrorKind::Limit => (StatusCode::UNPROCESSABLE_ENTITY, "limit"),
                _ => (StatusCode::INTERNAL_SERVER_ERROR, "rules_failed"),
            },
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "editions_disagree"),
        };
        let mut problem = Problem::new(status.0, status.1, error.to_string());
        if let Some(error) = error.pricing() {
            problem.path = error.path.clone().filter(|path| !path.is_empty());
            problem.refusal = error.code.clone();
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Told<'p> {
            error: &'p Problem,
        }
        let text = serde_json::to_vec(&Told { error: &self }).unwrap_or_default();
        let mut response = json(self.status, text);
        if self.status == StatusCode::SERVICE_UNAVAILABLE || self.status == StatusCode::CONFLICT {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// An answer that is JSON already.
pub(crate) fn json(status: StatusCode, text: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
