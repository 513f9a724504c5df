package burgee

import (
	"context"
	"math"
)

// Details are an answer of one type.
type Details[T any] struct {
	Key   string
	Value T
	// Defaulted says that Value is the caller's default.
	Defaulted    bool
	Variant      string
	Reason       Reason
	ErrorCode    ErrorCode
	ErrorMessage string
	// Metadata of the flag and its flag set. It is shared: do not change it.
	Metadata map[string]any
	cause    error
}

// Err is nil, or an error that wraps the sentinel of the error code.
func (d *Details[T]) Err() error {
	if d.ErrorCode == "" {
		return nil
	}
	return evaluationError(d.ErrorCode, d.ErrorMessage, d.cause)
}

// Gives an answer a type. Where there is no value, or one of another type, the default is the value.
func detailed[T any](answer Answer, def T, wanted string, as func(any) (T, bool)) Details[T] {
	made := Details[T]{
		Key: answer.Key, Value: def, Defaulted: true, Variant: answer.Variant, Reason: answer.Reason,
		ErrorCode: answer.ErrorCode, ErrorMessage: answer.ErrorMessage, Metadata: answer.Metadata, cause: answer.cause,
	}
	if !answer.HasValue {
		return made
	}
	value, ok := as(answer.Value)
	if ok {
		made.Value, made.Defaulted = value, false
		return made
	}
	made.Reason, made.ErrorCode, made.ErrorMessage = Error, TypeMismatch, mismatch(wanted, answer.Value)
	return made
}

func asBool(value any) (bool, bool) {
	is, ok := value.(bool)
	return is, ok
}

func asString(value any) (string, bool) {
	is, ok := value.(string)
	return is, ok
}

// A number is an integer if nothing is lost: `10.0` is, `3.5` is not.
func asInt(value any) (int64, bool) {
	switch value := value.(type) {
	case int64:
		return value, true
	case float64:
		if value == math.Trunc(value) && value >= math.MinInt64 && value < -math.MinInt64 {
			return int64(value), true
		}
	}
	return 0, false
}

// An integer is a float if nothing is lost.
func asFloat(value any) (float64, bool) {
	switch value := value.(type) {
	case float64:
		return value, true
	case int64:
		double := float64(value)
		return double, double < -math.MinInt64 && int64(double) == value
	}
	return 0, false
}

func asObject(value any) (map[string]any, bool) {
	is, ok := value.(map[string]any)
	return is, ok
}

// Bool gives the value of a flag, or def where there is none. [Evaluator.BoolDetails] says why.
func (e *Evaluator) Bool(ctx context.Context, key string, def bool, in EvaluationContext) bool {
	return e.BoolDetails(ctx, key, def, in).Value
}

// BoolDetails gives the value of a flag and how it came about.
func (e *Evaluator) BoolDetails(ctx context.Context, key string, def bool, in EvaluationContext) Details[bool] {
	return detailed(e.Evaluate(ctx, key, in), def, "a boolean", asBool)
}

// String gives the value of a flag, or def where there is none. [Evaluator.StringDetails] says why.
func (e *Evaluator) String(ctx context.Context, key string, def string, in EvaluationContext) string {
	return e.StringDetails(ctx, key, def, in).Value
}

// StringDetails gives the value of a flag and how it came about.
func (e *Evaluator) StringDetails(ctx context.Context, key string, def string, in EvaluationContext) Details[string] {
	return detailed(e.Evaluate(ctx, key, in), def, "a string", asString)
}

// Int gives the value of a flag, or def where there is none. A number with a fraction is a [TypeMismatch]. See
// [Evaluator.IntDetails].
func (e *Evaluator) Int(ctx context.Context, key string, def int64, in EvaluationContext) int64 {
	return e.IntDetails(ctx, key, def, in).Value
}

// IntDetails gives the value of a flag and how it came about.
func (e *Evaluator) IntDetails(ctx context.Context, key string, def int64, in EvaluationContext) Details[int64] {
	return detailed(e.Evaluate(ctx, key, in), def, "an integer", asInt)
}

// Float gives the value of a flag, or def where there is none. An integer that no float64 holds is a [TypeMismatch].
// See [Evaluator.FloatDetails].
func (e *Evaluator) Float(ctx context.Context, key string, def float64, in EvaluationContext) float64 {
	return e.FloatDetails(ctx, key, def, in).Value
}

// FloatDetails gives the value of a flag and how it came about.
func (e *Evaluator) FloatDetails(ctx context.Context, key string, def float64, in EvaluationContext) Details[float64] {
	return detailed(e.Evaluate(ctx, key, in), def, "a float", asFloat)
}

// Object gives the value of a flag, or def where there is none. It is shared: do not change it. See
// [Evaluator.ObjectDetails].
func (e *Evaluator) Object(ctx context.Context, key string, def map[string]any, in EvaluationContext) map[string]any {
	return e.ObjectDetails(ctx, key, def, in).Value
}

// ObjectDetails gives the value of a flag and how it came about.
func (e *Evaluator) ObjectDetails(ctx context.Context, key string, def map[string]any, in EvaluationContext) Details[map[string]any] {
	return detailed(e.Evaluate(ctx, key, in), def, "an object", asObject)
}
