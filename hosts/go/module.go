package burgee

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero"
)

// The contract that this package speaks with the module.
const abiVersion = 1

//go:embed burgee.wasm
var moduleBytes []byte

// The text of the file is hashed once per process.
var moduleCheck = sync.OnceValue(func() error { return checkModule(moduleBytes) })

func checkModule(bytes []byte) error {
	sum := sha256.Sum256(bytes)
	if found := hex.EncodeToString(sum[:]); found != moduleSHA256 {
		return fmt.Errorf("%w: its SHA-256 is %s, but this package was made with %s; run hosts/sync", ErrModule, found,
			moduleSHA256)
	}
	return nil
}

// One cache for the evaluators of a process: the module is compiled once, and its machine code stays.
var sharedCache = sync.OnceValue(wazero.NewCompilationCache)

// A machine makes instances of the module.
type machine struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	// Only a cache of its own is closed with the machine.
	cache      wazero.CompilationCache
	permissive bool
	// The bytes of memory of its instances.
	held atomic.Int64
}

func newMachine(ctx context.Context, chosen settings) (*machine, error) {
	if err := moduleCheck(); err != nil {
		return nil, err
	}
	config := wazero.NewRuntimeConfig()
	if chosen.interpreter {
		config = wazero.NewRuntimeConfigInterpreter()
	}
	m := &machine{permissive: chosen.permissive}
	cache := sharedCache()
	if chosen.cacheDir != "" {
		var err error
		if m.cache, err = wazero.NewCompilationCacheWithDir(chosen.cacheDir); err != nil {
			return nil, fmt.Errorf("the compilation cache `%s` cannot be used: %w", chosen.cacheDir, err)
		}
		cache = m.cache
	}
	pages := min(uint32(chosen.memoryLimit/pageSize), mostPages)
	m.runtime = wazero.NewRuntimeWithConfig(ctx, config.WithMemoryLimitPages(pages).WithCompilationCache(cache))
	compiled, err := m.runtime.CompileModule(ctx, moduleBytes)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrModule, err), m.close())
	}
	m.compiled = compiled
	return m, nil
}

// A fresh instance in the mode of the machine, without flags.
func (m *machine) instance() (*instance, error) { return m.instanceOf(m.permissive) }

func (m *machine) instanceOf(permissive bool) (*instance, error) {
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	module, err := m.runtime.InstantiateModule(background, m.compiled, config)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModule, err)
	}
	made, err := bind(module, &m.held)
	if err != nil {
		return nil, errors.Join(err, module.Close(background))
	}
	if err := made.prepare(permissive); err != nil {
		made.close()
		return nil, err
	}
	return made, nil
}

func (m *machine) close() error {
	err := m.runtime.Close(background)
	m.held.Store(0)
	if m.cache != nil {
		err = errors.Join(err, m.cache.Close(background))
	}
	return err
}
