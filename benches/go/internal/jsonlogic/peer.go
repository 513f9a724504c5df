// Package jsonlogic evaluates flags whose rules are plain JSON Logic with the library of that name: variants, state and
// default around one call of its fastest entry, with the rule parsed beforehand.
package jsonlogic

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/diegoholiveira/jsonlogic/v3"

	"burgee-bench-go/internal/flagd"
)

// Flags is a document, ready for evaluation.
type Flags map[string]flag

type flag struct {
	State          string
	DefaultVariant string
	Variants       map[string]any
	Targeting      any
}

// What keeps a flag from being evaluated.
var (
	ErrNotTargeted = errors.New("the flag has no rule to evaluate")
	ErrUnsupported = errors.New("the rule has operators that the library does not know")
)

// Supports tells why a flag cannot be evaluated. Asking the library itself would not do: it knows flagd's operators too,
// because flagd's core is in the same process.
func (f Flags) Supports(key string) error {
	flag := f[key]
	if flag.State != "ENABLED" || flag.Targeting == nil {
		return ErrNotTargeted
	}
	if borrows(flag.Targeting) || !jsonlogic.ValidateJsonLogic(flag.Targeting) {
		return ErrUnsupported
	}
	return nil
}

// Whether a rule has an operator that is flagd's and not the library's own.
func borrows(rule any) bool {
	switch part := rule.(type) {
	case []any:
		return slices.ContainsFunc(part, borrows)
	case map[string]any:
		for operator, values := range part {
			if slices.Contains(flagd.Operators, operator) || borrows(values) {
				return true
			}
		}
	}
	return false
}

// Parse reads a document.
func Parse(document []byte) (Flags, error) {
	var parsed struct{ Flags Flags }
	if err := json.Unmarshal(document, &parsed); err != nil {
		return nil, fmt.Errorf("the flags are no JSON: %w", err)
	}
	return parsed.Flags, nil
}

// Evaluate gives a targeted flag's value and variant. The library reports some faults by a panic that its own handler
// does not stop.
func (f Flags) Evaluate(key string, attributes map[string]any) (value any, variant string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the library panicked: %v", fault)
		}
	}()
	flag, known := f[key]
	if !known || flag.State != "ENABLED" {
		return nil, "", ErrNotTargeted
	}
	result, err := jsonlogic.ApplyInterface(flag.Targeting, attributes)
	if err != nil {
		return nil, "", err
	}
	variant, isName := result.(string)
	if !isName {
		return nil, "", fmt.Errorf("the rule gives %v, which names no variant", result)
	}
	return flag.Variants[variant], variant, nil
}
