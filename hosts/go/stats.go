package burgee

import "sync"

// Stats say how an evaluator fares.
type Stats struct {
	// Generation counts the flag sets that were in force.
	Generation uint64
	// Flags is how many flags are in force.
	Flags int
	// PoolSize is how many evaluations run in the module at the same time.
	PoolSize int
	// MemoryBytes is the linear memory of all instances: of those that readers use, those kept for the next update, and
	// the one that loads updates.
	MemoryBytes uint64
	// Updates that were accepted, and those that failed for whatever reason.
	Updates, FailedUpdates uint64
	// Traps is how often the module broke off. It should be 0; LastTrap is what was wrong the last time.
	Traps    uint64
	LastTrap error
}

type counts struct {
	sync.Mutex
	updates, failed, traps uint64
	lastTrap               error
}

func (c *counts) update(err error) {
	c.Lock()
	defer c.Unlock()
	if err == nil {
		c.updates++
	} else {
		c.failed++
	}
}

func (c *counts) trap(err error) {
	c.Lock()
	defer c.Unlock()
	c.traps++
	c.lastTrap = err
}

// Stats of this evaluator. A closed one has its counts still.
func (e *Evaluator) Stats() Stats {
	if e == nil {
		return Stats{}
	}
	e.counts.Lock()
	defer e.counts.Unlock()
	stats := Stats{
		PoolSize: e.size, Updates: e.counts.updates, FailedUpdates: e.counts.failed, Traps: e.counts.traps,
		LastTrap: e.counts.lastTrap,
	}
	if g := e.current.Load(); g != nil {
		stats.MemoryBytes = uint64(e.machine.held.Load())
		stats.Generation, stats.Flags = g.number, len(g.table.flags)
	}
	return stats
}
