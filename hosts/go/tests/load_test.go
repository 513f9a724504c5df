package tests

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/burgee-flags/burgee-go"
)

// How long the load lasts; BURGEE_SOAK=30s for the long run.
func duration(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("BURGEE_SOAK")
	if text == "" {
		return 2 * time.Second
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("BURGEE_SOAK is `%s`; give a duration like `30s`", text)
	}
	return long
}

const readers = 8

// How often an update is due.
const pace = 10 * time.Millisecond

// A document of which every answer tells the edition, and so does its metadata: an answer that mixes two shows.
func edition(number int) []byte {
	var flags strings.Builder
	fmt.Fprintf(&flags, `{"metadata": {"edition": %d}, "flags": {`, number)
	for at := range 40 {
		fmt.Fprintf(&flags, `"filler-%d": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
			"targeting": {"if": [{"==": [{"var": "tier-%d"}, "gold"]}, "on"]}},`, at, at)
	}
	// The place of the variant differs between editions, and so do the slots.
	fmt.Fprintf(&flags, `"other-%d": {"state": "ENABLED", "variants": {"a": %d}, "defaultVariant": "a"},`, number%7, number)
	fmt.Fprintf(&flags, `"through-slots": {"state": "ENABLED", "variants": {"v%d": %d, "none": -1}, "defaultVariant": "none",
		"targeting": {"if": [{"==": [{"var": "tier"}, "gold"]}, "v%d"]}},`, number, number, number)
	fmt.Fprintf(&flags, `"through-json": {"state": "ENABLED", "variants": {"none": -1, "v%d": %d}, "defaultVariant": "none",
		"targeting": {"if": [{"==": [{"var": [{"var": "which"}]}, "gold"]}, "v%d"]}},`, number, number, number)
	fmt.Fprintf(&flags, `"static": {"state": "ENABLED", "variants": {"v%d": %d}, "defaultVariant": "v%d"}}}`, number, number, number)
	return []byte(flags.String())
}

func TestLoadWithUpdates(t *testing.T) {
	defer goleak.VerifyNone(t)
	e, err := burgee.New(ctx, burgee.WithFlags(edition(0)))
	if err != nil {
		t.Fatal(err)
	}
	// Goroutines that never rest wait for a processor, updates or not: the first run tells how long that is. Those of the
	// last one rest, as those of a server do.
	calm, _, _ := load(t, e, duration(t)/4, 0, func(limited context.Context) (uint64, []time.Duration) {
		<-limited.Done()
		return 0, nil
	})
	t.Logf("without updates: %d evaluations, %s", len(calm), spread(calm))
	calm = nil
	updates := 0
	for _, rest := range []time.Duration{0, 200 * time.Microsecond} {
		long := duration(t)
		times, early, took := load(t, e, long, rest, func(limited context.Context) (uint64, []time.Duration) {
			return keepUpdating(t, limited, e, updates)
		})
		updates += len(took)
		t.Logf("with updates, resting %v: %d evaluations, %s", rest, len(times), spread(times))
		t.Logf("%d updates of %d: %s", len(took), long/pace, spread(took))
		checkMemory(t, times, early)
	}
	stats := e.Stats()
	if stats.Traps != 0 || stats.Generation != uint64(updates)+1 {
		t.Errorf("%+v after %d updates", stats, updates)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

// After so many evaluations a reader rests, if it rests at all.
const burst = 20

// Every answer is one of some edition, and no edition is older than one that this goroutine saw.
func evaluate(t *testing.T, limited context.Context, e *burgee.Evaluator, rest time.Duration) []time.Duration {
	in, err := burgee.Prepare(burgee.Attributes{"tier": "gold", "which": "tier", "list": []any{1, "two"}})
	if err != nil {
		t.Error(err)
		return nil
	}
	keys := []string{"through-slots", "static", "through-json"}
	var took []time.Duration
	newest := int64(0)
	for round := 0; limited.Err() == nil; round++ {
		if rest > 0 && round%burst == 0 {
			time.Sleep(rest)
		}
		begin := time.Now()
		details := e.IntDetails(ctx, keys[round%len(keys)], -2, in)
		took = append(took, time.Since(begin))
		found, _ := details.Metadata["edition"].(int64)
		if details.Err() != nil || details.Variant != fmt.Sprintf("v%d", details.Value) || found != details.Value ||
			details.Value < newest {
			t.Errorf("after edition %d: %+v", newest, details)
			return took
		}
		newest = details.Value
	}
	return took
}

// Gives how much memory was in use after the first updates.
func keepUpdating(t *testing.T, limited context.Context, e *burgee.Evaluator, before int) (early uint64, took []time.Duration) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-limited.Done():
			return early, took
		case <-tick.C:
		}
		document := edition(before + len(took) + 1)
		begin := time.Now()
		if _, err := e.Update(ctx, document); err != nil {
			t.Errorf("update %d: %v", before+len(took)+1, err)
		}
		took = append(took, time.Since(begin))
		if len(took) == 20 {
			early = inUse()
		}
	}
}

func inUse() uint64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}

// Evaluates in many goroutines while something else happens.
func load(t *testing.T, e *burgee.Evaluator, long, rest time.Duration, meanwhile func(context.Context) (uint64, []time.Duration)) ([]time.Duration, uint64, []time.Duration) {
	limited, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	var working sync.WaitGroup
	times := make([][]time.Duration, readers)
	for reader := range readers {
		working.Go(func() { times[reader] = evaluate(t, limited, e, rest) })
	}
	early, took := meanwhile(limited)
	working.Wait()
	return slices.Concat(times...), early, took
}

func spread(times []time.Duration) string {
	slices.Sort(times)
	at := func(share float64) time.Duration { return times[int(share*float64(len(times)-1))] }
	return fmt.Sprintf("p50 %v, p99 %v, p99.9 %v, longest %v", at(.5), at(.99), at(.999), at(1))
}

// What the test recorded itself does not count.
func checkMemory(t *testing.T, times []time.Duration, early uint64) {
	late := inUse()
	late -= min(late, uint64(cap(times))*8)
	t.Logf("memory: %.1f MiB after 20 updates, %.1f MiB at the end", float64(early)/(1<<20), float64(late)/(1<<20))
	if early > 0 && late > 2*early+8<<20 {
		t.Errorf("memory grew from %d to %d bytes", early, late)
	}
	runtime.KeepAlive(times)
}

// Evaluators come and go without leaving anything.
func TestNoGoroutineIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t)
	for range 20 {
		e, err := burgee.New(ctx, burgee.WithFlags(edition(1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Int(ctx, "static", 0, nil); got != 1 {
			t.Error(got)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Closing while others evaluate and update: they get the value or the error, and nothing else.
func TestCloseUnderLoad(t *testing.T) {
	defer goleak.VerifyNone(t)
	for range 20 {
		e, err := burgee.New(ctx, burgee.WithFlags(edition(1)), burgee.WithPoolSize(2))
		if err != nil {
			t.Fatal(err)
		}
		var working sync.WaitGroup
		for range readers {
			working.Go(func() {
				for {
					details := e.IntDetails(ctx, "through-slots", -2, burgee.Attributes{"tier": "gold"})
					if details.ErrorCode == burgee.NotReady {
						return
					}
					if details.Err() != nil || details.Value < 1 {
						t.Errorf("%+v", details)
						return
					}
				}
			})
		}
		working.Go(func() {
			for number := 2; ; number++ {
				if _, err := e.Update(ctx, edition(number)); err != nil {
					return
				}
			}
		})
		time.Sleep(5 * time.Millisecond)
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		working.Wait()
	}
}
