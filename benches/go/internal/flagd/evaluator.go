// Package flagd asks the evaluator of flagd's Go core as the daemon does, with a store in memory and one source of flags,
// but with no logging and no tracing.
package flagd

import (
	"context"
	"fmt"

	"github.com/open-feature/flagd/core/pkg/evaluator"
	"github.com/open-feature/flagd/core/pkg/logger"
	"github.com/open-feature/flagd/core/pkg/store"
	"github.com/open-feature/flagd/core/pkg/sync"

	"burgee-bench-go/internal/burgee"
)

const source = "bench"

// Operators are what flagd's core adds to the only registry that its rule library has in a process.
var Operators = []string{
	evaluator.FractionEvaluationName, evaluator.SemVerEvaluationName,
	evaluator.StartsWithEvaluationName, evaluator.EndsWithEvaluationName,
}

// Evaluator is flagd's evaluator with a store of its own.
type Evaluator struct {
	ctx  context.Context
	json *evaluator.JSON
}

// New makes an evaluator without flags.
func New() (*Evaluator, error) {
	// No logger is flagd's word for zap's silent one. OpenTelemetry does nothing until a process gives it a provider.
	silent := logger.NewLogger(nil, false)
	flags, err := store.NewStore(silent, []string{source})
	if err != nil {
		return nil, fmt.Errorf("flagd's store cannot be made: %w", err)
	}
	return &Evaluator{context.Background(), evaluator.NewJSON(silent, flags)}, nil
}

// Update replaces the flags.
func (e *Evaluator) Update(document string) error {
	return e.json.SetState(sync.DataSync{FlagData: document, Source: source})
}

// Result is what flagd gives for a flag whose values have one type.
type Result[T any] struct {
	Value           T
	Variant, Reason string
	Metadata        map[string]any
	Err             error
}

// Boolean evaluates a flag with boolean values.
func (e *Evaluator) Boolean(key string, attributes map[string]any) (r Result[bool]) {
	r.Value, r.Variant, r.Reason, r.Metadata, r.Err = e.json.ResolveBooleanValue(e.ctx, "", key, attributes)
	return r
}

// Text evaluates a flag with string values.
func (e *Evaluator) Text(key string, attributes map[string]any) (r Result[string]) {
	r.Value, r.Variant, r.Reason, r.Metadata, r.Err = e.json.ResolveStringValue(e.ctx, "", key, attributes)
	return r
}

// All evaluates every flag, sorted by key.
func (e *Evaluator) All(attributes map[string]any) ([]evaluator.AnyValue, error) {
	all, _, err := e.json.ResolveAllValues(e.ctx, "", attributes)
	return all, err
}

// Answer makes a result comparable with burgee's.
func (r Result[T]) Answer() burgee.Answer {
	return answer(r.Value, r.Variant, r.Reason, r.Metadata, r.Err)
}

// Answers makes results comparable with burgee's.
func Answers(all []evaluator.AnyValue) []burgee.Answer {
	answers := make([]burgee.Answer, len(all))
	for i, one := range all {
		answers[i] = answer(one.Value, one.Variant, one.Reason, one.Metadata, one.Error)
	}
	return answers
}

// Where there is no variant, flagd fills in the zero value of the type: that is no value. Its errors are error codes.
func answer(value any, variant, reason string, metadata map[string]any, fault error) burgee.Answer {
	answer := burgee.Answer{Variant: variant, Reason: reason, Metadata: metadata}
	if variant != "" {
		answer.Value = value
	}
	if fault != nil {
		answer.ErrorCode = fault.Error()
	}
	return answer
}
