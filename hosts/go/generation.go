package burgee

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// A generation is one document and the instances that hold it. It never changes, apart from instances that broke and
// are made again with the same document.
type generation struct {
	number   uint64
	table    *table
	document []byte
	report   Report
	places   []place
	// How many goroutines wait for a place, and where they are told that one is free.
	waiting atomic.Int64
	freed   chan struct{}
	// Closed when a newer generation is in force, or none: whoever waits goes there.
	retired chan struct{}
}

// A place in the pool belongs to whoever set it busy. Its instance is nil after a trap, until it is made again.
type place struct {
	busy     atomic.Bool
	instance *instance
	// Whether its instance was taken out; only updates look at it.
	reclaimed bool
	// Places are set busy by different processors; on one cache line they would hinder each other.
	_ [40]byte
}

var errRetired = errors.New("a newer generation is in force")

func newGeneration(number uint64, table *table, document []byte, instances []*instance) *generation {
	made := &generation{
		number: number, table: table, document: document,
		places:  make([]place, len(instances)),
		freed:   make(chan struct{}, len(instances)),
		retired: make(chan struct{}),
	}
	for at := range made.places {
		made.places[at].instance = instances[at]
	}
	return made
}

// Takes a free place, and waits for one if there is none.
func (g *generation) take(ctx context.Context) (*place, error) {
	if taken := g.try(); taken != nil {
		return taken, nil
	}
	// Counted before the next look: whoever frees a place after that look sees the count, and tells.
	g.waiting.Add(1)
	defer g.waiting.Add(-1)
	for {
		if taken := g.try(); taken != nil {
			return taken, nil
		}
		select {
		case <-g.freed:
		case <-g.retired:
			return nil, errRetired
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Begins anywhere, so that goroutines do not queue for the first place.
func (g *generation) try() *place {
	size := uint32(len(g.places))
	begin := uint32(0)
	if size > 1 {
		begin = rand.Uint32N(size)
	}
	for step := range size {
		at := begin + step
		if at >= size {
			at -= size
		}
		if taken := &g.places[at]; !taken.busy.Load() && taken.busy.CompareAndSwap(false, true) {
			return taken
		}
	}
	return nil
}

func (g *generation) release(taken *place) {
	taken.busy.Store(false)
	if g.waiting.Load() > 0 {
		select {
		case g.freed <- struct{}{}:
		default:
		}
	}
}

// Takes out the instances whose readers are done, and says whether others are left. Their places stay busy for ever.
// Only for a generation that is retired, and for one caller at a time.
func (g *generation) reclaim() (instances []*instance, left bool) {
	for at := range g.places {
		taken := &g.places[at]
		if taken.reclaimed {
			continue
		}
		if !taken.busy.CompareAndSwap(false, true) {
			left = true
			continue
		}
		taken.reclaimed = true
		if taken.instance != nil {
			instances = append(instances, taken.instance)
			taken.instance = nil
		}
	}
	return instances, left
}

// Waits until no reader is left. An evaluation is bounded by its steps, so this ends.
func (g *generation) drain() {
	for wait := time.Microsecond; ; wait = min(2*wait, time.Millisecond) {
		if _, left := g.reclaim(); !left {
			return
		}
		time.Sleep(wait)
	}
}
