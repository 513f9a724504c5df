package burgee

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
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
	// An instance that no reader uses and that holds the flags in force: it says what an update changes, and those that
	// readers use are copies of it. Nil if it broke.
	lead *instance
	// Generations that are retired and have readers still.
	ending []*generation
	// Instances of retired generations, to be used again.
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
	close(last.retired)
	for _, ending := range append(e.updater.ending, last) {
		ending.drain()
	}
	e.updater.lead, e.updater.ending, e.updater.spare = nil, nil, nil
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
	e.tightenLead(document)
	e.reclaim()
	next, err := e.generation(ctx, old, described, bytes.Clone(document))
	if err != nil {
		// The lead is ahead of the flags in force.
		e.dropLead()
		return Report{}, fmt.Errorf("the flags were not replaced: %w", err)
	}
	next.report = raw.public(next.number)
	e.current.Store(next)
	close(old.retired)
	e.updater.ending = append(e.updater.ending, old)
	e.reclaim()
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

// Makes the instances of a generation, from those of retired ones where they can be used.
func (e *Evaluator) generation(ctx context.Context, old *generation, described *table, document []byte) (*generation, error) {
	instances := make([]*instance, 0, e.size)
	for len(instances) < e.size {
		err := context.Cause(ctx)
		var made *instance
		if err == nil {
			made, err = e.copied()
		}
		if err != nil {
			e.updater.spare = append(e.updater.spare, instances...)
			return nil, err
		}
		instances = append(instances, made)
	}
	return newGeneration(old.number+1, described, document, instances), nil
}

// A copy of the lead, in an instance of a retired generation if there is any.
func (e *Evaluator) copied() (*instance, error) {
	var made *instance
	if last := len(e.updater.spare) - 1; last >= 0 {
		made, e.updater.spare = e.updater.spare[last], e.updater.spare[:last]
	} else {
		var err error
		if made, err = e.machine.instance(); err != nil {
			return nil, err
		}
	}
	if err := made.become(e.updater.lead); err != nil {
		made.close()
		return nil, err
	}
	return made, nil
}

// Memory of a module never shrinks: more than this much that is of no use is given back with its instance.
const mostWaste = 4 << 20

// A document takes less than this many times its bytes.
const documentMemory = 16

// Takes back the instances of retired generations, for the next one. Those whose readers are not done come the next
// time: waiting for a reader that is waiting for a processor would make an update ten times as long.
func (e *Evaluator) reclaim() {
	e.updater.ending = slices.DeleteFunc(e.updater.ending, func(ending *generation) bool {
		instances, left := ending.reclaim()
		e.updater.spare = append(e.updater.spare, instances...)
		return !left
	})
	most, kept := int64(e.updater.lead.memory.Size())+mostWaste, 0
	e.updater.spare = slices.DeleteFunc(e.updater.spare, func(one *instance) bool {
		if kept == e.size || int64(one.memory.Size()) > most {
			one.close()
			return true
		}
		kept++
		return false
	})
}

func (e *Evaluator) wasteful(document int) bool {
	lead := e.updater.lead
	return lead != nil && int64(lead.memory.Size()) > mostWaste+documentMemory*int64(document)
}

// Gives up a lead that grew for a document that is not in force; the next update makes a new one.
func (e *Evaluator) trimLead(document int) {
	if e.wasteful(document) {
		e.dropLead()
	}
}

// Loads the document into a new lead if the lead grew for another one: its copies would be as large. Without memory for
// that, the old one serves.
func (e *Evaluator) tightenLead(document []byte) {
	if !e.wasteful(len(document)) {
		return
	}
	tight, err := e.loaded(document)
	if err != nil {
		if errors.Is(err, ErrTrap) {
			e.counts.trap(err)
		}
		return
	}
	e.dropLead()
	e.updater.lead = tight
}

// A fresh instance with a document and a buffer for inputs; no document is none.
func (e *Evaluator) loaded(document []byte) (*instance, error) {
	made, err := e.machine.instance()
	if err != nil {
		return nil, err
	}
	// Lent here, so that copies have it and none has to ask for one while a reader waits.
	if _, err = made.view(1); err == nil && document != nil {
		err = made.serve(document)
	}
	if err != nil {
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
