//! The one error of the service. Interfaces give it their own dress; sentences stand in [`sentences`].

pub mod sentences;

use std::borrow::Cow;

/// What kind of refusal it is; decides the status of an HTTP answer and the exit code of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The request says something that cannot be: 400.
    Invalid,
    /// Nobody is known by these credentials: 401.
    Unauthorized,
    /// The caller is known and may not do this: 403.
    Forbidden,
    /// There is no such thing, or none that the caller may know of: 404.
    NotFound,
    /// There is no such method on this route: 405.
    Method,
    /// The request took too long to arrive: 408.
    Slow,
    /// Something of that name exists already: 409.
    Duplicate,
    /// Somebody else changed it since the caller read it: 409.
    Stale,
    /// A source owns it, so that it cannot be changed here: 409.
    ReadOnly,
    /// What was asked for is no longer kept: 410.
    Gone,
    /// The body or the header is larger than the limit: 413.
    TooLarge,
    /// The body is in a form that is not read here: 415.
    MediaType,
    /// The caller asked too often: 429.
    TooMany,
    /// Something broke here: 500.
    Internal,
    /// The service is not ready, or is stopping: 503.
    Unavailable,
    /// The disk is full: 507.
    Full,
}

impl Kind {
    /// The HTTP status.
    pub fn status(self) -> http::StatusCode {
        use http::StatusCode as S;
        match self {
            Self::Invalid => S::BAD_REQUEST,
            Self::Unauthorized => S::UNAUTHORIZED,
            Self::Forbidden => S::FORBIDDEN,
            Self::NotFound => S::NOT_FOUND,
            Self::Method => S::METHOD_NOT_ALLOWED,
            Self::Slow => S::REQUEST_TIMEOUT,
            Self::Duplicate | Self::Stale | Self::ReadOnly => S::CONFLICT,
            Self::Gone => S::GONE,
            Self::TooLarge => S::PAYLOAD_TOO_LARGE,
            Self::MediaType => S::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany => S::TOO_MANY_REQUESTS,
            Self::Internal => S::INTERNAL_SERVER_ERROR,
            Self::Unavailable => S::SERVICE_UNAVAILABLE,
            Self::Full => S::INSUFFICIENT_STORAGE,
        }
    }

    /// The stable word for programs, as the platform's document has it where it has one.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "validation_error",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::Slow => "request_timeout",
            Self::Duplicate => "duplicate_key",
            Self::Stale => "version_conflict",
            Self::ReadOnly => "read_only",
            Self::Gone => "gone",
            Self::TooLarge => "too_large",
            Self::MediaType => "unsupported_media_type",
            Self::TooMany => "rate_limited",
            Self::Internal => "internal_error",
            Self::Unavailable => "unavailable",
            Self::Full => "storage_full",
        }
    }
}

/// One wrong field: where it stands and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Field {
    /// The JSON pointer (RFC 6901) into the body; empty for the whole body.
    #[schema(example = "/rollout_percentage")]
    pub pointer: String,
    /// One sentence.
    #[schema(example = "`rollout_percentage` must be an integer from 0 to 100, not 130")]
    pub message: String,
}

/// Why something was refused or failed.
///
/// `Display` gives one sentence in lower case without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: Cow<'static, str>,
    fields: Vec<Field>,
    retry_after: Option<u64>,
}

impl Error {
    /// An error of a kind with its sentence; sentences come from [`sentences`].
    pub(crate) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: printable(message.into()), fields: Vec::new(), retry_after: None }
    }

    /// Wrong fields of a body. The sentence is that of the first.
    pub(crate) fn fields(mut fields: Vec<Field>) -> Self {
        for field in &mut fields {
            field.message = printable(std::mem::take(&mut field.message).into()).into_owned();
        }
        let message = fields.first().map_or_else(String::new, |field| field.message.clone());
        Self { kind: Kind::Invalid, message: message.into(), fields, retry_after: None }
    }

    /// One wrong field.
    pub(crate) fn field(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![Field { pointer: pointer.into(), message: message.into() }])
    }

    /// The same with the place of what it is about before its sentence.
    #[must_use]
    pub(crate) fn of_part(self, place: &str) -> Self {
        Self { message: format!("{place}: {}", self.message).into(), ..self }
    }

    /// The same with the seconds after which another try may succeed.
    #[must_use]
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The wrong fields, if the request's body is at fault.
    pub fn wrong_fields(&self) -> &[Field] {
        &self.fields
    }

    /// Seconds after which another try may succeed.
    pub fn seconds_to_wait(&self) -> Option<u64> {
        self.retry_after
    }
}

/// A sentence without control characters, which a user's words may have: in a log they could begin a line of their own, or
/// colour a terminal.
fn printable(message: Cow<'static, str>) -> Cow<'static, str> {
    if !message.chars().any(char::is_control) {
        return message;
    }
    let escaped = |one: char| if one.is_control() { one.escape_default().to_string() } else { one.to_string() };
    message.chars().map(escaped).collect::<String>().into()
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What most functions here give.
pub type Result<T, E = Error> = std::result::Result<T, E>;
