package burgee

import "fmt"

// An Answer is what an evaluation gives, before it has a type.
type Answer struct {
	Key string
	// Value is nil, bool, string, int64, float64, []any or map[string]any. It is shared: do not change it.
	Value any
	// HasValue is false where the caller's default applies: after an error, for a disabled flag, and for one without a
	// default variant.
	HasValue     bool
	Variant      string
	Reason       Reason
	ErrorCode    ErrorCode
	ErrorMessage string
	// Metadata of the flag and its flag set. It is shared: do not change it.
	Metadata map[string]any
	cause    error
}

// Err is nil, or an error that wraps the sentinel of the error code.
func (a *Answer) Err() error {
	if a.ErrorCode == "" {
		return nil
	}
	return evaluationError(a.ErrorCode, a.ErrorMessage, a.cause)
}

// Bits of the word that `evaluate_slots` answers with.
const (
	noVariant   = 0xFFFF
	reasonShift = 16
	codeShift   = 20
	nibble      = 0xF
	stale       = 5
)

var reasons = [16]Reason{Static, Default, TargetingMatch, Disabled, Error}

var errorCodes = [16]ErrorCode{"", FlagNotFound, ParseError, TypeMismatch, General}

// The answer that a word stands for, without the message of an error.
func (f *flag) answer(word uint32) Answer {
	made := Answer{
		Key:       f.key,
		Reason:    reasons[word>>reasonShift&nibble],
		ErrorCode: errorCodes[word>>codeShift&nibble],
		Metadata:  f.metadata,
	}
	if place := int(word & noVariant); place < len(f.variants) {
		made.Variant, made.Value, made.HasValue = f.variants[place].name, f.variants[place].value, true
	}
	return made
}

// An answer as the module writes it. Its value is one of the flag's variants, which are Go values already.
type rawAnswer struct {
	Key          string
	Value        *any
	Variant      string
	Reason       Reason
	ErrorCode    ErrorCode
	ErrorMessage string
	FlagMetadata map[string]any
}

// The answer with the values of this flag, so that an answer through JSON shares them too.
func (f *flag) named(raw *rawAnswer) Answer {
	made := Answer{
		Key: f.key, Variant: raw.Variant, Reason: raw.Reason, ErrorCode: raw.ErrorCode,
		ErrorMessage: raw.ErrorMessage, Metadata: f.metadata,
	}
	if place, known := f.places[raw.Variant]; known && raw.Variant != "" {
		made.Value, made.HasValue = f.variants[place].value, true
	}
	return made
}

// The answer with its own values.
func (raw *rawAnswer) answer(key string) Answer {
	made := Answer{
		Key: key, Variant: raw.Variant, Reason: raw.Reason, ErrorCode: raw.ErrorCode,
		ErrorMessage: raw.ErrorMessage, Metadata: settleAll(raw.FlagMetadata),
	}
	if raw.Value != nil {
		made.Value, made.HasValue = settle(*raw.Value), true
	} else if raw.Variant != "" {
		// A pointer cannot tell the value null from none, a variant can.
		made.HasValue = true
	}
	return made
}

func failed(key string, code ErrorCode, cause error) Answer {
	return Answer{Key: key, Reason: Error, ErrorCode: code, ErrorMessage: cause.Error(), cause: cause}
}

func mismatch(wanted string, value any) string {
	return fmt.Sprintf("the value is %s, but %s was asked for", kindOf(value), wanted)
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case int64:
		return "an integer"
	case float64:
		return "a number with a fraction, or beyond 64 bits"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("a %T", value)
}
