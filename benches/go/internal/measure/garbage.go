package measure

import (
	"runtime"
	"runtime/metrics"
)

// Parts of the way to the next collection, of which one is no reason to collect.
const parts = 10

var heap = []metrics.Sample{
	{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
}

// Collects what earlier tasks left, since a task pays for its own garbage only. Where there is next to none this is left
// out: with many flags in memory a collection takes a second, and empties the processor's caches.
func collect() {
	metrics.Read(heap)
	live, goal, used := heap[0].Value.Uint64(), heap[1].Value.Uint64(), heap[2].Value.Uint64()
	if used > live+(max(goal, live)-live)/parts {
		runtime.GC()
	}
}
