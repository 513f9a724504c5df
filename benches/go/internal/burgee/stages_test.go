package burgee

import (
	"testing"

	"github.com/tetratelabs/wazero"
)

// The parts of an evaluation through slots, to see where its time goes.
func BenchmarkStages(b *testing.B) {
	module := open(b, wazero.NewRuntimeConfigCompiler())
	equals := module.table.flags["equals"]
	repeat := func(name string, work func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := work(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	evaluate := func(size int) func() error {
		return func() error {
			module.stack = [4]uint64{equals.Index, module.table.generation, uint64(module.input.address), uint64(size)}
			_, err := module.call(module.calls.evaluateSlots)
			return err
		}
	}
	var size int
	send := func() (err error) { size, err = module.send(equals, user); return err }
	repeat("empty call", func() error { module.stack = [4]uint64{}; _, err := module.call(module.calls.dealloc); return err })
	repeat("look up and encode", send)
	repeat("module, no slots sent", evaluate(0))
	if err := send(); err != nil {
		b.Fatal(err)
	}
	repeat("module, slots sent", evaluate(size))
	for _, key := range []string{"static", "equals", "shared", "numbers"} {
		repeat("whole "+key, func() error { _, err := module.Evaluate(key, user); return err })
	}
}
