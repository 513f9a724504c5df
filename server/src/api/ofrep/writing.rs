//! The engine's answer as OFREP writes it, from the pieces that the engine has ready.

use burgee::{Answer, Reason};

/// About what a flag takes, so that most answers are written without their memory growing.
pub(super) const USUAL_BYTES: usize = 192;

/// Appends the answer for a flag.
///
/// A flag that leaves the value to the application has an empty variant, as flagd's daemon gives it: `variant` may be left
/// out, but the published provider for Python (0.3.0) asks for it.
pub(super) fn write(out: &mut String, answer: &Answer<'_>) {
    out.push_str("{\"key\":");
    answer.write_key_json(out);
    if let Some(code) = answer.error_code() {
        out.push_str(",\"errorCode\":\"");
        out.push_str(code.as_str());
        out.push_str("\",\"errorDetails\":");
        answer.write_error_json(out);
    } else {
        out.push(',');
        out.push_str(answer.value_and_variant_json().unwrap_or("\"variant\":\"\""));
        out.push_str(",\"reason\":\"");
        out.push_str(reason(answer.reason()));
        out.push('"');
    }
    if answer.has_metadata() {
        out.push_str(",\"metadata\":");
        answer.write_metadata_json(out);
    }
    out.push('}');
}

/// The protocol lists the reasons that there are, and `DEFAULT` is not among them.
fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Default => "UNKNOWN",
        other => other.as_str(),
    }
}
