// Package openfeature is an OpenFeature provider that evaluates flags inside the process, with burgee.
//
//	provider := openfeature.New(openfeature.File("flags.json"))
//	err := sdk.SetProviderAndWait(provider)
//
// Flags come from a text, a file that is watched, or a function that is asked again and again. If a source breaks, the
// last good flags stay in force, and an event says what is wrong.
package openfeature

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/burgee-flags/burgee-go"
	sdk "github.com/open-feature/go-sdk/openfeature"
)

// Name is what the provider calls itself.
const Name = "burgee"

// How many events wait for someone to take them. When there are more, the oldest is dropped: a later one says more.
const mostEvents = 64

// Provider evaluates flags of one [Source]. Make one with [New].
type Provider struct {
	source  Source
	options []burgee.Option
	events  chan sdk.Event
	// Nil before Init and after Shutdown.
	evaluator atomic.Pointer[burgee.Evaluator]
	// Whether there were flags since Init.
	loaded atomic.Bool
	// Held by Init and Shutdown.
	state sync.Mutex
	stop  context.CancelFunc
	done  chan struct{}
	// Held while flags are replaced, by the watcher or by Update.
	updates sync.Mutex
	watch   watch
}

var (
	_ sdk.FeatureProvider          = (*Provider)(nil)
	_ sdk.ContextAwareStateHandler = (*Provider)(nil)
	_ sdk.EventHandler             = (*Provider)(nil)
)

// New makes a provider. The options are those of the evaluator; flags come from the source.
func New(source Source, options ...burgee.Option) *Provider {
	return &Provider{source: source, options: options, events: make(chan sdk.Event, mostEvents)}
}

// Metadata says the provider's name.
func (p *Provider) Metadata() sdk.Metadata { return sdk.Metadata{Name: Name} }

// Hooks are none.
func (p *Provider) Hooks() []sdk.Hook { return nil }

// EventChannel gives the events: configuration changed with the keys, stale (the source cannot be read), error (the
// flags are refused), and ready when that is over.
func (p *Provider) EventChannel() <-chan sdk.Event { return p.events }

// Init is InitWithContext without a limit.
func (p *Provider) Init(evaluationContext sdk.EvaluationContext) error {
	return p.InitWithContext(context.Background(), evaluationContext)
}

// InitWithContext loads the flags. If that fails, the error says why, and a source that is watched goes on being
// watched: as soon as it has flags, the provider is ready. The context counts for loading only.
func (p *Provider) InitWithContext(ctx context.Context, _ sdk.EvaluationContext) error {
	p.state.Lock()
	defer p.state.Unlock()
	if p.source == nil {
		return initError(sdk.ProviderFatalCode, errors.New("the provider has no source of flags; give one to `New`"))
	}
	if p.evaluator.Load() != nil {
		return nil
	}
	evaluator, err := burgee.New(ctx, p.options...)
	if err != nil {
		return initError(sdk.ProviderFatalCode, err)
	}
	p.watch = watch{}
	p.loaded.Store(false)
	p.evaluator.Store(evaluator)
	_, err = p.load(ctx, evaluator)
	p.watching(evaluator)
	if err != nil {
		return initError(codeOf(err), err)
	}
	return nil
}

func initError(code sdk.ErrorCode, err error) error {
	return &sdk.ProviderInitError{ErrorCode: code, Message: err.Error()}
}

func codeOf(err error) sdk.ErrorCode {
	if errors.Is(err, burgee.ErrRefused) {
		return sdk.ParseErrorCode
	}
	return sdk.GeneralCode
}

// Shutdown is ShutdownWithContext without a limit.
func (p *Provider) Shutdown() { _ = p.ShutdownWithContext(context.Background()) }

// ShutdownWithContext ends watching and frees everything; no goroutine is left. Init may follow. The context ends the
// wait for a source that does not return.
func (p *Provider) ShutdownWithContext(ctx context.Context) error {
	p.state.Lock()
	defer p.state.Unlock()
	evaluator := p.evaluator.Swap(nil)
	if evaluator == nil {
		return nil
	}
	var late error
	if p.stop != nil {
		p.stop()
		select {
		case <-p.done:
		case <-ctx.Done():
			late = fmt.Errorf("the source of flags does not end: %w", context.Cause(ctx))
		}
		p.stop = nil
	}
	return errors.Join(late, evaluator.Close())
}

// Update replaces the flags at once, until the source has others. It tells of it as of a change of the source.
func (p *Provider) Update(ctx context.Context, document []byte) (burgee.Report, error) {
	p.updates.Lock()
	defer p.updates.Unlock()
	report, err := p.evaluator.Load().Update(ctx, document)
	if err == nil {
		p.accepted(report)
	}
	return report, err
}

// Reads the source and replaces the flags, if it has others.
func (p *Provider) load(ctx context.Context, evaluator *burgee.Evaluator) (burgee.Report, error) {
	p.updates.Lock()
	defer p.updates.Unlock()
	text, err := p.source.Read(ctx)
	if err != nil {
		return burgee.Report{}, err
	}
	p.watch.text = bytes.Clone(text)
	report, err := evaluator.Update(ctx, text)
	if err == nil {
		p.watch.good = true
		p.loaded.Store(true)
	}
	return report, err
}

// Tells of flags that are in force now.
func (p *Provider) accepted(report burgee.Report) {
	first := !p.loaded.Swap(true)
	if first || p.watch.announced {
		p.send(sdk.ProviderReady, sdk.ProviderEventDetails{Message: "the flags are in force"})
	}
	p.watch.announced = false
	if !first && len(report.Changed) > 0 {
		p.send(sdk.ProviderConfigChange, sdk.ProviderEventDetails{
			Message: "the flags changed", FlagChanges: report.Changed,
		})
	}
}

func (p *Provider) send(kind sdk.EventType, details sdk.ProviderEventDetails) {
	event := sdk.Event{ProviderName: Name, EventType: kind, ProviderEventDetails: details}
	for {
		select {
		case p.events <- event:
			return
		default:
		}
		select {
		case <-p.events:
		default:
		}
	}
}
