// Package burgee is the smallest fast host of burgee.wasm in wazero: cached exports, one input buffer, no allocation of
// its own where a context needs none.
package burgee

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// The ABI that this host speaks.
const abiVersion = 1

// Module is one instance of burgee.wasm. It has one caller at a time.
type Module struct {
	ctx     context.Context
	runtime wazero.Runtime
	memory  api.Memory
	calls   calls
	// Arguments and results; a field, because a local one would escape through the interface that it is passed to.
	stack [4]uint64
	input buffer
	text  encoder
	table table
	// Places of the flags by key, for the JSON exports.
	indices map[string]uint64
}

type calls struct {
	alloc, dealloc, setTime, update, reset      api.Function
	evaluate, evaluateByIndex, evaluateAll      api.Function
	describeState, evaluateSlots, lastErrorText api.Function
}

// Memory of the module that this host writes inputs to.
type buffer struct{ address, capacity uint32 }

// Open compiles the module with the given settings and makes an instance.
func Open(ctx context.Context, config wazero.RuntimeConfig, wasm []byte) (*Module, error) {
	runtime := wazero.NewRuntimeWithConfig(ctx, config)
	instance, err := runtime.Instantiate(ctx, wasm)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the module cannot be loaded: %w", err), runtime.Close(ctx))
	}
	module := &Module{ctx: ctx, runtime: runtime, memory: instance.Memory(), text: newEncoder()}
	if err := module.bind(instance); err != nil {
		return nil, errors.Join(err, runtime.Close(ctx))
	}
	return module, nil
}

// Close frees the instance and its machine code.
func (m *Module) Close() error { return m.runtime.Close(m.ctx) }

func (m *Module) bind(instance api.Module) error {
	var version api.Function
	for name, place := range map[string]*api.Function{
		"abi_version": &version, "alloc": &m.calls.alloc, "dealloc": &m.calls.dealloc, "set_time": &m.calls.setTime,
		"update_state": &m.calls.update, "reset": &m.calls.reset, "evaluate": &m.calls.evaluate,
		"evaluate_by_index": &m.calls.evaluateByIndex, "evaluate_all": &m.calls.evaluateAll,
		"describe_state": &m.calls.describeState, "evaluate_slots": &m.calls.evaluateSlots,
		"last_error": &m.calls.lastErrorText,
	} {
		if *place = instance.ExportedFunction(name); *place == nil {
			return fmt.Errorf("the module has no export `%s`", name)
		}
	}
	found, err := m.call(version)
	if err == nil && found != abiVersion {
		err = fmt.Errorf("the module speaks ABI %d, this host %d", found, abiVersion)
	}
	return err
}

// Calls an export with the arguments that lie in the stack already.
func (m *Module) call(export api.Function) (uint64, error) {
	if err := export.CallWithStack(m.ctx, m.stack[:]); err != nil {
		return 0, fmt.Errorf("the module trapped: %w", err)
	}
	return m.stack[0], nil
}

// Gives the whole input buffer, at least of a size. A view is good until the next call: memory that grows moves.
func (m *Module) view(size int) ([]byte, error) {
	if uint64(size) > uint64(m.input.capacity) {
		if err := m.grow(size); err != nil {
			return nil, err
		}
	}
	return m.read(m.input.address, m.input.capacity)
}

func (m *Module) grow(size int) error {
	if m.input.capacity > 0 {
		if err := m.free(m.input); err != nil {
			return err
		}
		m.input = buffer{}
	}
	grown, err := m.lend(max(4096, size+size/2))
	m.input = grown
	return err
}

func (m *Module) lend(size int) (buffer, error) {
	m.stack[0] = uint64(size)
	address, err := m.call(m.calls.alloc)
	if err == nil && address == 0 {
		err = fmt.Errorf("the module has no memory for an input of %d bytes", size)
	}
	return buffer{uint32(address), uint32(size)}, err
}

func (m *Module) free(memory buffer) error {
	m.stack[0], m.stack[1] = uint64(memory.address), uint64(memory.capacity)
	_, err := m.call(m.calls.dealloc)
	return err
}

func (m *Module) read(address, size uint32) ([]byte, error) {
	view, ok := m.memory.Read(address, size)
	if !ok {
		return nil, fmt.Errorf("bytes %d to %d lie outside the module's memory", address, uint64(address)+uint64(size))
	}
	return view, nil
}

// Calls an export whose result is the place of a text, and gives a view of the text.
func (m *Module) callText(export api.Function) ([]byte, error) {
	place, err := m.call(export)
	if err != nil {
		return nil, err
	}
	return m.read(uint32(place>>32), uint32(place))
}
