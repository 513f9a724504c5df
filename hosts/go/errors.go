package burgee

import (
	"errors"
	"fmt"
)

// Sentinel errors. Errors of this package wrap one of them, so that errors.Is tells them apart.
var (
	// ErrClosed is what a closed (or nil) evaluator answers.
	ErrClosed = errors.New("the evaluator is closed")
	// ErrModule says that the embedded module cannot be used.
	ErrModule = errors.New("the module cannot be used")
	// ErrTrap says that the module broke off an evaluation, twice in a row. That is a bug of the engine.
	ErrTrap = errors.New("the module trapped")
	// ErrMemory says that an instance reached the limit of its memory; see [WithMemoryLimit].
	ErrMemory = errors.New("the module is out of memory")
	// ErrRefused is wrapped by [UpdateError]: the flags were not accepted, the old ones stay in force.
	ErrRefused = errors.New("the flags are refused")
	// ErrOption says that an option has a value that it cannot have.
	ErrOption = errors.New("an option is out of range")
	// ErrClock says that the function given to [WithClock] panicked.
	ErrClock = errors.New("the function given to `WithClock` panicked")
	// ErrSelfTest says that the engine gave an unexpected answer in [Evaluator.SelfTest].
	ErrSelfTest = errors.New("the self-test failed")
	// ErrLogic says that a bare rule has no result; see [Evaluator.EvaluateLogic].
	ErrLogic = errors.New("the rule has no result")

	// ErrFlagNotFound goes with [FlagNotFound].
	ErrFlagNotFound = errors.New("flag not found")
	// ErrParse goes with [ParseError].
	ErrParse = errors.New("parse error")
	// ErrTypeMismatch goes with [TypeMismatch].
	ErrTypeMismatch = errors.New("type mismatch")
	// ErrInvalidContext goes with [InvalidContext].
	ErrInvalidContext = errors.New("invalid evaluation context")
	// ErrGeneral goes with [General].
	ErrGeneral = errors.New("evaluation failed")
	// ErrNotReady goes with [NotReady].
	ErrNotReady = errors.New("not ready")
)

// ErrorCode is one of OpenFeature's error codes.
type ErrorCode string

// The error codes of evaluations. An answer without an error has the empty code.
const (
	FlagNotFound ErrorCode = "FLAG_NOT_FOUND"
	ParseError   ErrorCode = "PARSE_ERROR"
	TypeMismatch ErrorCode = "TYPE_MISMATCH"
	General      ErrorCode = "GENERAL"
	// InvalidContext: an attribute has a type that no evaluation context can hold.
	InvalidContext ErrorCode = "INVALID_CONTEXT"
	// NotReady: the evaluator is closed.
	NotReady ErrorCode = "PROVIDER_NOT_READY"
)

// Reason is one of OpenFeature's reasons.
type Reason string

// The reasons of answers.
const (
	Static         Reason = "STATIC"
	Default        Reason = "DEFAULT"
	TargetingMatch Reason = "TARGETING_MATCH"
	Disabled       Reason = "DISABLED"
	// Error: the answer has an error code.
	Error Reason = "ERROR"
)

func (c ErrorCode) sentinel() error {
	switch c {
	case FlagNotFound:
		return ErrFlagNotFound
	case ParseError:
		return ErrParse
	case TypeMismatch:
		return ErrTypeMismatch
	case InvalidContext:
		return ErrInvalidContext
	case NotReady:
		return ErrNotReady
	default:
		return ErrGeneral
	}
}

// An error of an evaluation wraps the sentinel of its code, and what caused it where that is known.
func evaluationError(code ErrorCode, message string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: %s", code.sentinel(), message)
	}
	if errors.Is(cause, code.sentinel()) {
		return cause
	}
	return fmt.Errorf("%w: %w", code.sentinel(), cause)
}
