package burgee

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/tetratelabs/wazero/api"

	"github.com/burgee-flags/burgee-go/internal/document"
)

// Calls into the module take no context of a caller: wazero would need a goroutine for each call to watch it, and an
// evaluation ends within its budget of steps anyway.
var background = context.Background()

// An instance of the module. It has one caller at a time.
type instance struct {
	module api.Module
	memory api.Memory
	calls  calls
	// Arguments and result of a call; a field, because a local one would escape through the interface that it passes.
	stack [4]uint64
	input buffer
	// The module's number for its flags.
	generation uint64
	// The time that was set last.
	now int64
	// The bytes of memory of all instances together, and how many of them are counted as this one's.
	held    *atomic.Int64
	counted uint32
}

type calls struct {
	abiVersion, alloc, dealloc, setMode, setTime                          api.Function
	update, describe, evaluate, byIndex, all, logic, slots, lastErrorText api.Function
}

// Memory of the module that inputs are written to.
type buffer struct{ address, capacity uint32 }

func bind(module api.Module, held *atomic.Int64) (*instance, error) {
	i := &instance{module: module, memory: module.Memory(), held: held}
	if i.memory == nil {
		return nil, fmt.Errorf("%w: it has no export `memory`", ErrModule)
	}
	for _, export := range []struct {
		name  string
		place *api.Function
	}{
		{"abi_version", &i.calls.abiVersion}, {"alloc", &i.calls.alloc}, {"dealloc", &i.calls.dealloc},
		{"set_validation_mode", &i.calls.setMode}, {"set_time", &i.calls.setTime}, {"update_state", &i.calls.update},
		{"describe_state", &i.calls.describe}, {"evaluate", &i.calls.evaluate}, {"evaluate_by_index", &i.calls.byIndex},
		{"evaluate_all", &i.calls.all}, {"evaluate_logic", &i.calls.logic}, {"evaluate_slots", &i.calls.slots},
		{"last_error", &i.calls.lastErrorText},
	} {
		if *export.place = module.ExportedFunction(export.name); *export.place == nil {
			return nil, fmt.Errorf("%w: it has no export `%s`", ErrModule, export.name)
		}
	}
	return i, nil
}

func (i *instance) prepare(permissive bool) error {
	version, err := i.call(i.calls.abiVersion)
	if err != nil {
		return err
	}
	if uint32(version) != abiVersion {
		return fmt.Errorf("%w: it speaks version %d of the contract, this package %d", ErrModule, uint32(version),
			abiVersion)
	}
	i.stack[0] = 0
	if permissive {
		i.stack[0] = 1
	}
	answer, err := i.callText(i.calls.setMode)
	if err == nil && !bytes.HasPrefix(answer, []byte(`{"success":true`)) {
		err = fmt.Errorf("%w: it refuses the validation mode: %s", ErrModule, answer)
	}
	return err
}

func (i *instance) close() {
	i.held.Add(-int64(i.counted))
	i.counted = 0
	// Nothing waits for an instance that is given up, and closing one has no way to fail that matters.
	_ = i.module.Close(background)
}

// Keeps the count of bytes right, after whatever can make memory grow.
func (i *instance) count() {
	if size := i.memory.Size(); size != i.counted {
		i.held.Add(int64(size) - int64(i.counted))
		i.counted = size
	}
}

// Takes over everything that another instance holds: flags, mode, time and the buffer that it lent. Between calls an
// instance is nothing but its memory: the only global that changes is the stack pointer, which every call leaves as it
// found it. Copying is many times faster than loading the flags again.
//
// Neither instance may be in use. Memory of this one behind the size of the other is lost to it until it is given up:
// the allocator that it takes over never asked for it.
func (i *instance) become(source *instance) error {
	image, err := source.read(0, source.memory.Size())
	if err != nil {
		return err
	}
	if own := i.memory.Size(); own < uint32(len(image)) {
		if _, ok := i.memory.Grow((uint32(len(image)) - own) / pageSize); !ok {
			return fmt.Errorf("%w: there is no room for the %d bytes that hold the flags", ErrMemory, len(image))
		}
	}
	i.count()
	i.memory.Write(0, image)
	i.input, i.generation, i.now = source.input, source.generation, source.now
	return nil
}

// Calls an export with the arguments that lie in the stack already.
func (i *instance) call(export api.Function) (uint64, error) {
	if err := export.CallWithStack(background, i.stack[:]); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrTrap, err)
	}
	i.count()
	return i.stack[0], nil
}

// Calls an export whose result is the place of a text. The view is good until the next call.
func (i *instance) callText(export api.Function) ([]byte, error) {
	place, err := i.call(export)
	if err != nil {
		return nil, err
	}
	return i.read(uint32(place>>32), uint32(place))
}

// A place outside of memory is as bad as a trap.
func (i *instance) read(address, size uint32) ([]byte, error) {
	view, ok := i.memory.Read(address, size)
	if !ok {
		return nil, fmt.Errorf("%w: bytes %d to %d lie outside of its memory", ErrTrap, address,
			uint64(address)+uint64(size))
	}
	return view, nil
}

// Gives the whole input buffer, of at least a size. The view is good until the next call: memory that grows moves.
func (i *instance) view(size int) ([]byte, error) {
	if uint64(size) > uint64(i.input.capacity) {
		if err := i.grow(size); err != nil {
			return nil, err
		}
	}
	return i.read(i.input.address, i.input.capacity)
}

func (i *instance) grow(size int) error {
	if i.input.capacity > 0 {
		if err := i.free(i.input); err != nil {
			return err
		}
		i.input = buffer{}
	}
	grown, err := i.lend(max(4096, size+size/2))
	if err == nil {
		i.input = grown
	}
	return err
}

func (i *instance) lend(size int) (buffer, error) {
	if uint64(size) > 1<<32-1 {
		return buffer{}, fmt.Errorf("%w: an input of %d bytes is larger than any memory", ErrMemory, size)
	}
	i.stack[0] = uint64(size)
	address, err := i.call(i.calls.alloc)
	if err == nil && uint32(address) == 0 {
		err = fmt.Errorf("%w: there is no room for an input of %d bytes; raise the memory limit", ErrMemory, size)
	}
	return buffer{uint32(address), uint32(size)}, err
}

func (i *instance) free(memory buffer) error {
	i.stack[0], i.stack[1] = uint64(memory.address), uint64(memory.capacity)
	_, err := i.call(i.calls.dealloc)
	return err
}

func (i *instance) setTime(seconds int64) error {
	if seconds == i.now {
		return nil
	}
	i.stack[0] = uint64(seconds)
	_, err := i.call(i.calls.setTime)
	if err == nil {
		i.now = seconds
	}
	return err
}

// Loads a document and gives the module's report, a view. The input is no longer in its memory afterwards.
func (i *instance) update(text []byte) ([]byte, error) {
	if len(text) > document.Most {
		// The length is enough for the module to say so, and memory that grew for a document never shrinks.
		i.stack[0], i.stack[1] = 0, uint64(min(len(text), math.MaxUint32))
		return i.callText(i.calls.update)
	}
	memory, err := i.lend(len(text))
	if err != nil {
		return nil, err
	}
	view, err := i.read(memory.address, memory.capacity)
	if err != nil {
		return nil, err
	}
	copy(view, text)
	i.stack[0], i.stack[1] = uint64(memory.address), uint64(len(text))
	place, err := i.call(i.calls.update)
	if err != nil {
		return nil, err
	}
	if err := i.free(memory); err != nil {
		return nil, err
	}
	return i.read(uint32(place>>32), uint32(place))
}

// Calls an export that takes two texts.
func (i *instance) callTexts(export api.Function, first, second []byte) ([]byte, error) {
	view, err := i.view(len(first) + len(second) + 1)
	if err != nil {
		return nil, err
	}
	copy(view[copy(view, first):], second)
	address := uint64(i.input.address)
	i.stack = [4]uint64{address, uint64(len(first)), address + uint64(len(first)), uint64(len(second))}
	return i.callText(export)
}

// Loads a document, and reads the report and what the module says of the flags.
func (i *instance) describe(document []byte) (*rawReport, *table, error) {
	text, err := i.update(document)
	if err != nil {
		return nil, nil, err
	}
	raw := new(rawReport)
	if err := decode(text, raw); err != nil {
		return nil, nil, err
	}
	if !raw.Success {
		return nil, nil, raw.refusal()
	}
	i.generation = raw.Generation
	if text, err = i.callText(i.calls.describe); err != nil {
		return nil, nil, err
	}
	described, err := readTable(text, raw)
	return raw, described, err
}
