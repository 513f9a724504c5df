package openfeature

import (
	"context"
	"errors"

	"github.com/burgee-flags/burgee-go"
	sdk "github.com/open-feature/go-sdk/openfeature"
)

var errNotReady = errors.New("there are no flags yet")

// BooleanEvaluation answers for a flag with boolean values.
func (p *Provider) BooleanEvaluation(ctx context.Context, flag string, defaultValue bool, flatCtx sdk.FlattenedContext) sdk.BoolResolutionDetail {
	return resolved(p, (*burgee.Evaluator).BoolDetails, ctx, flag, defaultValue, flatCtx)
}

// StringEvaluation answers for a flag with string values.
func (p *Provider) StringEvaluation(ctx context.Context, flag string, defaultValue string, flatCtx sdk.FlattenedContext) sdk.StringResolutionDetail {
	return resolved(p, (*burgee.Evaluator).StringDetails, ctx, flag, defaultValue, flatCtx)
}

// FloatEvaluation answers for a flag with numbers.
func (p *Provider) FloatEvaluation(ctx context.Context, flag string, defaultValue float64, flatCtx sdk.FlattenedContext) sdk.FloatResolutionDetail {
	return resolved(p, (*burgee.Evaluator).FloatDetails, ctx, flag, defaultValue, flatCtx)
}

// IntEvaluation answers for a flag with whole numbers.
func (p *Provider) IntEvaluation(ctx context.Context, flag string, defaultValue int64, flatCtx sdk.FlattenedContext) sdk.IntResolutionDetail {
	return resolved(p, (*burgee.Evaluator).IntDetails, ctx, flag, defaultValue, flatCtx)
}

// ObjectEvaluation answers for a flag whose values are objects: map[string]any, which is shared and not to be changed.
// The default may be anything.
func (p *Provider) ObjectEvaluation(ctx context.Context, flag string, defaultValue any, flatCtx sdk.FlattenedContext) sdk.InterfaceResolutionDetail {
	object := resolved(p, (*burgee.Evaluator).ObjectDetails, ctx, flag, nil, flatCtx)
	made := sdk.InterfaceResolutionDetail{Value: defaultValue, ProviderResolutionDetail: object.ProviderResolutionDetail}
	if object.Value != nil {
		made.Value = object.Value
	}
	return made
}

type ask[T any] func(*burgee.Evaluator, context.Context, string, T, burgee.EvaluationContext) burgee.Details[T]

func resolved[T any](p *Provider, ask ask[T], ctx context.Context, flag string, def T, flat sdk.FlattenedContext) sdk.GenericResolutionDetail[T] {
	if !p.loaded.Load() {
		return sdk.GenericResolutionDetail[T]{Value: def, ProviderResolutionDetail: sdk.ProviderResolutionDetail{
			Reason: sdk.ErrorReason, ResolutionError: sdk.NewProviderNotReadyResolutionError(errNotReady.Error()),
		}}
	}
	details := ask(p.evaluator.Load(), ctx, flag, def, burgee.Attributes(flat))
	made := sdk.GenericResolutionDetail[T]{Value: details.Value, ProviderResolutionDetail: sdk.ProviderResolutionDetail{
		Reason: sdk.Reason(details.Reason), Variant: details.Variant, FlagMetadata: details.Metadata,
	}}
	if details.ErrorCode != "" {
		made.Variant = ""
		made.ResolutionError = resolutionError(details.ErrorCode, details.ErrorMessage)
	}
	return made
}

func resolutionError(code burgee.ErrorCode, message string) sdk.ResolutionError {
	switch code {
	case burgee.FlagNotFound:
		return sdk.NewFlagNotFoundResolutionError(message)
	case burgee.ParseError:
		return sdk.NewParseErrorResolutionError(message)
	case burgee.TypeMismatch:
		return sdk.NewTypeMismatchResolutionError(message)
	case burgee.InvalidContext:
		return sdk.NewInvalidContextResolutionError(message)
	case burgee.NotReady:
		return sdk.NewProviderNotReadyResolutionError(message)
	}
	return sdk.NewGeneralResolutionError(message)
}
