package openfeature

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/burgee-flags/burgee-go"
	sdk "github.com/open-feature/go-sdk/openfeature"
)

// What the watcher remembers of the source.
type watch struct {
	// The text that was read last, whether its flags were accepted, and if not, whether an event said so.
	text []byte
	good bool
	told bool
	// How often in a row the source could not be read.
	unreadable int
	// Whether an event said that something is wrong, and none that it is over.
	announced bool
}

// Starts to look for changes, if the source has any.
func (p *Provider) watching(evaluator *burgee.Evaluator) {
	interval := p.source.Every()
	if interval <= 0 {
		return
	}
	var ctx context.Context
	ctx, p.stop = context.WithCancel(context.Background())
	p.done = make(chan struct{})
	go func() {
		defer close(p.done)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.look(ctx, evaluator)
			case <-ctx.Done():
				return
			}
		}
	}()
}

// Looks once.
func (p *Provider) look(ctx context.Context, evaluator *burgee.Evaluator) {
	text, err := p.source.Read(ctx)
	p.updates.Lock()
	defer p.updates.Unlock()
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		p.unreadable(err)
		return
	}
	p.watch.unreadable = 0
	same := bytes.Equal(text, p.watch.text)
	if same && p.watch.good {
		p.recovered()
		return
	}
	if same && p.watch.told {
		return
	}
	report, err := evaluator.Update(ctx, text)
	p.watch.good = err == nil
	switch {
	case err == nil:
		p.accepted(report)
	case same:
		// Seen twice, so it is not a file that someone is still writing.
		p.watch.told = true
		p.wrong(sdk.ProviderError, codeOf(err), err)
	default:
		p.watch.told = false
	}
	p.watch.text = bytes.Clone(text)
}

// A file that is replaced may be missing for a moment; twice in a row it is gone.
func (p *Provider) unreadable(err error) {
	p.watch.unreadable++
	if p.watch.unreadable != 2 {
		return
	}
	kind := sdk.ProviderStale
	if errors.Is(err, burgee.ErrRefused) {
		kind = sdk.ProviderError
	}
	p.wrong(kind, codeOf(err), err)
}

func (p *Provider) wrong(kind sdk.EventType, code sdk.ErrorCode, err error) {
	p.watch.announced = true
	if !p.loaded.Load() {
		// Without any flags there is nothing that could be stale.
		kind = sdk.ProviderError
	}
	p.send(kind, sdk.ProviderEventDetails{Message: err.Error(), ErrorCode: code})
}

// The source has again what is in force.
func (p *Provider) recovered() {
	if p.watch.announced {
		p.watch.announced = false
		p.send(sdk.ProviderReady, sdk.ProviderEventDetails{Message: "the source of flags can be read again"})
	}
}
