package burgee

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// An Evaluator holds one flag set and evaluates its flags. Make one with [New]. It is safe for many goroutines.
type Evaluator struct {
	machine *machine
	size    int
	clock   func() time.Time
	// What readers use; nil when the evaluator is closed.
	current atomic.Pointer[generation]
	updater updater
	counts  counts
}

// What only updates use, one at a time: whoever sends to turn has it.
type updater struct {
	turn chan struct{}
	// An instance that no reader uses and that holds the flags in force: it says what an update changes. Nil if it
	// broke.
	lead *instance
	// Instances of the last generation, to be used again.
	spare []*instance
}

// New makes an evaluator. Without [WithFlags] or [WithFlagsFile] it has no flags until [Evaluator.Update], and
// evaluations answer [FlagNotFound].
//
// The context counts for making the evaluator only.
func New(ctx context.Context, options ...Option) (*Evaluator, error) {
	ctx = orBackground(ctx)
	chosen, err := read(options)
	if err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	machine, err := newMachine(ctx, chosen)
	if err != nil {
		return nil, err
	}
	made := &Evaluator{machine: machine, size: chosen.poolSize, clock: chosen.clock}
	made.updater.turn = make(chan struct{}, 1)
	if err := made.start(ctx, chosen); err != nil {
		return nil, errors.Join(err, machine.close())
	}
	return made, nil
}

func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return background
	}
	return ctx
}

func (e *Evaluator) start(ctx context.Context, chosen settings) error {
	empty := &table{flags: map[string]*flag{}}
	if chosen.hasFlags {
		// Replaced before any reader sees it, so it needs no instances.
		e.current.Store(newGeneration(0, empty, nil, nil))
		_, err := e.Update(ctx, chosen.flags)
		return err
	}
	instances := make([]*instance, e.size)
	for at := range instances {
		var err error
		if instances[at], err = e.machine.instance(); err != nil {
			return err
		}
	}
	e.current.Store(newGeneration(0, empty, nil, instances))
	return nil
}

// Close ends the evaluator and frees its memory, after the evaluations that are under way. Afterwards evaluations give
// the default and [ErrClosed]. It may be called again.
func (e *Evaluator) Close() error {
	if e == nil {
		return nil
	}
	e.updater.turn <- struct{}{}
	defer func() { <-e.updater.turn }()
	last := e.current.Swap(nil)
	if last == nil {
		return nil
	}
	last.retire()
	e.updater.lead, e.updater.spare = nil, nil
	return e.machine.close()
}

// Update replaces the flags by a document: JSON text in flagd's format. Evaluations go on with the old flags until the
// new ones are ready, and are never held up. If the document is refused, the error is an [*UpdateError] and the old
// flags stay in force. The same document again changes nothing and costs next to nothing.
//
// Updates happen one after the other. The context ends the wait for one's turn, and the update between its steps.
func (e *Evaluator) Update(ctx context.Context, document []byte) (report Report, err error) {
	if e == nil {
		return Report{}, ErrClosed
	}
	ctx = orBackground(ctx)
	select {
	case e.updater.turn <- struct{}{}:
	case <-ctx.Done():
		return Report{}, fmt.Errorf("the flags were not replaced: %w", context.Cause(ctx))
	}
	defer func() { <-e.updater.turn }()
	defer func() {
		if panicked := recover(); panicked != nil {
			e.dropLead()
			err = fmt.Errorf("%w: %v", ErrTrap, panicked)
		}
		e.counts.update(err)
	}()
	return e.replace(ctx, document)
}

func (e *Evaluator) replace(ctx context.Context, document []byte) (Report, error) {
	old := e.current.Load()
	if old == nil {
		return Report{}, ErrClosed
	}
	if err := context.Cause(ctx); err != nil {
		return Report{}, fmt.Errorf("the flags were not replaced: %w", err)
	}
	if len(old.places) > 0 && old.document != nil && bytes.Equal(document, old.document) {
		// The module would say so too, but its report has to be read.
		return old.unchanged(), nil
	}
	raw, described, err := e.load(old, document)
	if err != nil {
		e.trimLead(len(old.document))
		return Report{}, err
	}
	next, err := e.generation(ctx, old, described, bytes.Clone(document))
	if err != nil {
		// The lead is ahead of the flags in force.
		e.dropLead()
		return Report{}, fmt.Errorf("the flags were not replaced: %w", err)
	}
	e.trimLead(len(document))
	next.report = raw.public(next.number)
	e.current.Store(next)
	e.updater.spare = append(e.updater.spare, old.retire()...)
	return next.report, nil
}

// Loads a document into the lead; a trap is tried once more with a new one.
func (e *Evaluator) load(old *generation, document []byte) (*rawReport, *table, error) {
	raw, described, err := e.loadLead(old, document)
	if errors.Is(err, ErrTrap) {
		e.counts.trap(err)
		raw, described, err = e.loadLead(old, document)
	}
	return raw, described, err
}

func (e *Evaluator) loadLead(old *generation, document []byte) (raw *rawReport, described *table, err error) {
	defer func() {
		// A refused document leaves the lead as it was.
		if err != nil && !errors.Is(err, ErrRefused) {
			e.dropLead()
		}
	}()
	if e.updater.lead == nil {
		if e.updater.lead, err = e.loaded(old.document); err != nil {
			return nil, nil, err
		}
	}
	return e.updater.lead.describe(document)
}

// Makes the instances of a generation, from those of the last one but one where they can be used.
func (e *Evaluator) generation(ctx context.Context, old *generation, described *table, document []byte) (*generation, error) {
	instances := make([]*instance, 0, e.size)
	for len(instances) < e.size {
		err := context.Cause(ctx)
		var made *instance
		if err == nil {
			made, err = e.serving(document)
		}
		if err != nil {
			e.updater.spare = append(e.updater.spare, instances...)
			return nil, err
		}
		instances = append(instances, made)
	}
	return newGeneration(old.number+1, described, document, instances), nil
}

func (e *Evaluator) serving(document []byte) (*instance, error) {
	for len(e.updater.spare) > 0 {
		last := len(e.updater.spare) - 1
		made := e.updater.spare[last]
		e.updater.spare = e.updater.spare[:last]
		if made.memory.Size() <= mostSpareMemory && made.serve(document) == nil {
			return made, nil
		}
		made.close()
	}
	return e.loaded(document)
}

// Memory of a module never shrinks. An instance that once held much more than it needs is not used again.
const mostSpareMemory = 64 << 20

// A document takes less than this many times its bytes.
const documentMemory = 16

// Gives up a lead that grew for a document that is not in force; the next update makes a new one.
func (e *Evaluator) trimLead(document int) {
	if lead := e.updater.lead; lead != nil && int64(lead.memory.Size()) > mostSpareMemory+documentMemory*int64(document) {
		e.dropLead()
	}
}

// A fresh instance with a document; nil is none.
func (e *Evaluator) loaded(document []byte) (*instance, error) {
	made, err := e.machine.instance()
	if err != nil || document == nil {
		return made, err
	}
	if err := made.serve(document); err != nil {
		made.close()
		return nil, err
	}
	return made, nil
}

// Loads a document that was accepted before.
func (i *instance) serve(document []byte) error {
	text, err := i.update(document)
	if err != nil {
		return err
	}
	var report shortReport
	if err := decode(text, &report); err != nil {
		return err
	}
	if !report.Success {
		return fmt.Errorf("%w: one instance accepted the flags and another says: %s", ErrMemory, report.Error)
	}
	i.generation = report.Generation
	return nil
}

func (e *Evaluator) dropLead() {
	if e.updater.lead != nil {
		e.updater.lead.close()
		e.updater.lead = nil
	}
}

// The report of the same document again.
func (g *generation) unchanged() Report {
	again := g.report
	again.Changed, again.Added, again.Removed = []string{}, []string{}, []string{}
	return again
}
