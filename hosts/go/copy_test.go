package burgee

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
)

// A document of about so many bytes, whose flag `number` tells which one it is.
func numbered(number, size int) []byte {
	var made strings.Builder
	fmt.Fprintf(&made, `{"metadata": {"edition": %d}, "flags": {`, number)
	for at := 0; made.Len() < size; at++ {
		fmt.Fprintf(&made, `"filler-%d": {"state": "ENABLED", "variants": {"on": "%d-%d", "off": ""}, "defaultVariant": "off",
			"targeting": {"if": [{"==": [{"var": "tier"}, "tier-%d"]}, "on"]}},`, at, number, at, at)
	}
	fmt.Fprintf(&made, `"whole": {"state": "ENABLED", "variants": {"v": %d, "none": -1}, "defaultVariant": "none",
		"targeting": {"if": [{"==": [{"var": [{"var": "which"}]}, "gold"]}, "v"]}},`, number)
	fmt.Fprintf(&made, `"number": {"state": "ENABLED", "variants": {"v": %d, "none": -1}, "defaultVariant": "none",
		"targeting": {"if": [{"==": [{"var": "tier"}, "gold"]}, "v"]}}}}`, number)
	return []byte(made.String())
}

// Asks both ways, with a context of about so many bytes.
func checkNumbered(t *testing.T, e *Evaluator, number, size int) {
	t.Helper()
	in := Attributes{"tier": "gold", "which": "tier", "long": strings.Repeat("x", size)}
	for _, key := range []string{"number", "whole"} {
		details := e.IntDetails(ctx, key, -2, in)
		if details.Err() != nil || details.Value != int64(number) || details.Metadata["edition"] != int64(number) {
			t.Fatalf("`%s` should be %d: %+v", key, number, details)
		}
	}
}

// The number, and the rest of the bytes.
func readLEB(t *testing.T, bytes []byte) (uint64, []byte) {
	t.Helper()
	number, size := binary.Uvarint(bytes)
	if size <= 0 {
		t.Fatal("the module breaks off")
	}
	return number, bytes[size:]
}

// The module with one export more: its first global, if that is the only one that changes.
func withStackPointer(t *testing.T) []byte {
	t.Helper()
	out, rest := bytes.Clone(moduleBytes[:8]), moduleBytes[8:]
	globals, exported := uint64(0), false
	for len(rest) > 0 {
		id := rest[0]
		size, content := readLEB(t, rest[1:])
		content, rest = content[:size], content[size:]
		switch id {
		case 6:
			globals, _ = readLEB(t, content)
		case 7:
			count, exports := readLEB(t, content)
			content = append(binary.AppendUvarint(nil, count+1), exports...)
			content = append(append(binary.AppendUvarint(content, 2), "sp"...), 3, 0)
			exported = true
		}
		out = append(append(out, id), binary.AppendUvarint(nil, uint64(len(content)))...)
		out = append(out, content...)
	}
	if globals != 1 || !exported {
		t.Fatalf("the module has %d globals; `become` copies none", globals)
	}
	return out
}

// What copying relies on: the stack pointer is all that an instance has beside its memory, and is the same at rest.
func TestStackPointerAtRest(t *testing.T) {
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	compiled, err := runtime.CompileModule(ctx, withStackPointer(t))
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{runtime: runtime, compiled: compiled, permissive: true}
	i, err := m.instance()
	if err != nil {
		t.Fatal(err)
	}
	pointer := i.module.ExportedGlobal("sp")
	before := pointer.Get()
	check := func(after string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if found := pointer.Get(); found != before {
			t.Errorf("after %s the stack pointer is %d instead of %d", after, found, before)
		}
	}
	_, described, err := i.describe([]byte(flags))
	check("an update", err)
	for key, flag := range described.flags {
		for _, in := range []EvaluationContext{nil, Attributes{"email": "ada@example.com"}, JSON(`{"a": [1]}`), JSON(`{`)} {
			_, err := i.answerAt(flag, key, in)
			check("`"+key+"`", err)
		}
	}
	_, err = i.answerAt(nil, "missing", nil)
	check("an unknown flag", err)
	_, err = i.update([]byte(`{"flags": {`))
	check("a refused update", err)
	check("a time", i.setTime(7))
}

func TestACopyIsTheSame(t *testing.T) {
	e := open(t, WithClock(func() time.Time { return time.Unix(1001, 0) }))
	source, err := e.loaded([]byte(flags))
	if err != nil {
		t.Fatal(err)
	}
	defer source.close()
	if err := source.setTime(1001); err != nil {
		t.Fatal(err)
	}
	copied, err := e.machine.instance()
	if err != nil {
		t.Fatal(err)
	}
	defer copied.close()
	// It held something else, with a buffer that is too large for what comes.
	if err := copied.serve(numbered(1, 100_000)); err != nil {
		t.Fatal(err)
	}
	if _, err := copied.view(1 << 20); err != nil {
		t.Fatal(err)
	}
	if err := copied.become(source); err != nil {
		t.Fatal(err)
	}
	if copied.input != source.input || copied.input.capacity == 0 || copied.now != 1001 {
		t.Errorf("%+v, %+v", copied, source)
	}
	table := e.current.Load().table
	for key, in := range map[string]Attributes{
		"targeted": {"email": "ada@example.com"}, "timed": nil, "whole": {"which": "tier", "tier": "gold"},
		"nested": {"app": map[string]any{"tags": []any{"b"}}}, "size": {"size": "huge"},
	} {
		wanted, err := source.answer(table.flags[key], key, in, e)
		if err != nil {
			t.Fatal(err)
		}
		found, err := copied.answer(table.flags[key], key, in, e)
		if err != nil || found.Variant != wanted.Variant || found.Reason != TargetingMatch && key != "size" {
			t.Errorf("%s: %+v instead of %+v, %v", key, found, wanted, err)
		}
	}
	// They share nothing.
	if err := copied.serve([]byte(`{"flags":{}}`)); err != nil {
		t.Fatal(err)
	}
	if answer, err := source.answer(table.flags["targeted"], "targeted", Attributes{"email": "a@example.com"}, e); err != nil || answer.Variant != "on" {
		t.Errorf("%+v, %v", answer, err)
	}
}

// The allocator that an instance takes over has not seen all of its memory; what lies between stays unused.
func TestACopyWithMoreMemory(t *testing.T) {
	e, err := New(ctx, WithFlags(numbered(1, 1000)), WithPoolSize(1))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	own := e.current.Load().places[0].instance
	for round := range 5 {
		before := own.memory.Size()
		if _, ok := own.memory.Grow(16); !ok {
			t.Fatal("no memory")
		}
		gap, _ := own.memory.Read(before, 16*pageSize)
		for at := range gap {
			gap[at] = 0xA5
		}
		if err := own.become(e.updater.lead); err != nil {
			t.Fatal(err)
		}
		checkNumbered(t, e, 1, 900_000)
		if err := own.serve(numbered(2, 700_000)); err != nil {
			t.Fatal(err)
		}
		gap, _ = own.memory.Read(before, 16*pageSize)
		if round == 0 && !bytes.Equal(gap, bytes.Repeat([]byte{0xA5}, len(gap))) {
			t.Error("memory was used that nobody asked for")
		}
		if err := own.become(e.updater.lead); err != nil {
			t.Fatal(err)
		}
		checkNumbered(t, e, 1, 10)
	}
}

// Small, large and small again, with contexts that make the instances grow by themselves.
func TestSizesThatChange(t *testing.T) {
	e, err := New(ctx, WithPoolSize(2))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var small, large uint64
	for round := range 30 {
		size := []int{1000, 300_000, 1000}[round%3]
		if _, err := e.Update(ctx, numbered(round, size)); err != nil {
			t.Fatal(err)
		}
		for _, context := range []int{10, 900_000, 10, 10} {
			checkNumbered(t, e, round, context)
		}
		held := e.Stats().MemoryBytes
		if size > 1000 {
			large = max(large, held)
		} else {
			small = max(small, held)
		}
	}
	t.Logf("at most %.1f MiB with small documents and %.1f MiB with large ones", float64(small)/(1<<20), float64(large)/(1<<20))
	if most := uint64(5 * 8 << 20); small > most || large > most {
		t.Error("memory grows")
	}
}

// Memory that the lead has and the others cannot get: the update fails, and the flags in force stay.
func TestACopyThatFails(t *testing.T) {
	e := open(t, WithMemoryLimit(leastMemoryLimit))
	roomy := open(t)
	e.updater.lead.close()
	e.updater.lead, roomy.updater.lead = roomy.updater.lead, nil
	large := []byte(strings.Replace(flags, "4711", "4712", 1) + strings.Repeat(" ", 3<<20))
	if _, err := e.Update(ctx, large); !errors.Is(err, ErrMemory) {
		t.Fatal(err)
	}
	if details := e.BoolDetails(ctx, "targeted", false, Attributes{"email": "a@example.com"}); !details.Value || details.Metadata["ticket"] != int64(4711) {
		t.Errorf("%+v", details)
	}
	report, err := e.Update(ctx, bytes.Replace([]byte(flags), []byte("4711"), []byte("4713"), 1))
	if err != nil || len(report.Changed) != 1 || e.Stats().Traps != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if details := e.BoolDetails(ctx, "targeted", false, Attributes{"email": "a@example.com"}); !details.Value || details.Metadata["ticket"] != int64(4713) {
		t.Errorf("%+v", details)
	}
}

func TestMemoryIsCounted(t *testing.T) {
	e := open(t)
	sum := func() (bytes uint64) {
		all := append([]*instance{e.updater.lead}, e.updater.spare...)
		for at := range e.current.Load().places {
			all = append(all, e.current.Load().places[at].instance)
		}
		for _, one := range all {
			if one != nil {
				bytes += uint64(one.memory.Size())
			}
		}
		return bytes
	}
	check := func(when string) {
		t.Helper()
		if found, wanted := e.Stats().MemoryBytes, sum(); found != wanted || found == 0 {
			t.Errorf("%s: %d bytes instead of %d", when, found, wanted)
		}
	}
	check("at first")
	e.String(ctx, "whole", "", Attributes{"long": strings.Repeat("x", 900_000)})
	check("after a long context")
	for number := range 3 {
		if _, err := e.Update(ctx, numbered(number, 100_000*number)); err != nil {
			t.Fatal(err)
		}
		check("after an update")
	}
	if _, err := e.SelfTest(ctx); err != nil {
		t.Fatal(err)
	}
	check("after the self-test")
	g := e.current.Load()
	taken, err := g.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_ = e.use(g, taken, func(*instance) error { return fmt.Errorf("%w: once", ErrTrap) })
	check("after traps")
	if err := e.Close(); err != nil || e.Stats().MemoryBytes != 0 {
		t.Errorf("%+v, %v", e.Stats(), err)
	}
}
