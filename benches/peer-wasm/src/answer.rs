//! What an evaluation answers.

use serde::Serialize;
use serde_json::{Map, Value};

/// An answer, borrowed from the flag; serialised it has the members that burgee's answers have.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<'a> {
    /// In a list of answers: whose answer it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'a str>,
    /// The value of the variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'a Value>,
    /// The name of the variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'a str>,
    /// Why the value is what it is.
    pub reason: &'static str,
    /// What kind of error it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
    /// The error in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// What the document says of the flag.
    #[serde(skip_serializing_if = "is_empty")]
    pub flag_metadata: Option<&'a Map<String, Value>>,
}

impl<'a> Answer<'a> {
    pub(crate) fn of(reason: &'static str) -> Self {
        Self {
            key: None,
            value: None,
            variant: None,
            reason,
            error_code: None,
            error_message: None,
            flag_metadata: None,
        }
    }

    pub(crate) fn error(code: &'static str, message: String) -> Self {
        Self { error_code: Some(code), error_message: Some(message), ..Self::of("ERROR") }
    }

    pub(crate) fn with_metadata(self, metadata: &'a Map<String, Value>) -> Self {
        Self { flag_metadata: Some(metadata), ..self }
    }
}

fn is_empty(metadata: &Option<&Map<String, Value>>) -> bool {
    metadata.is_none_or(Map::is_empty)
}
