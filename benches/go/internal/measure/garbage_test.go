package measure

import (
	"runtime"
	"testing"
)

func collections(work func()) uint32 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}

func TestGarbageIsCollectedOnce(t *testing.T) {
	kept := make([]byte, 64<<20)
	runtime.GC()
	garbage := make([]byte, 16<<20)
	runtime.KeepAlive(garbage)
	if times := collections(collect); times != 1 {
		t.Errorf("16 MiB of garbage beside 64 MiB are collected %d times", times)
	}
	if times := collections(collect); times != 0 {
		t.Errorf("no garbage is collected %d times", times)
	}
	runtime.KeepAlive(kept)
}
