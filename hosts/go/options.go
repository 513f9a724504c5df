package burgee

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/burgee-flags/burgee-go/internal/document"
)

// The bytes of a page of memory, the unit that a module's memory grows by.
const pageSize = 64 << 10

// A memory has at most this many pages here: one more, and its size in bytes takes more than 32 bits.
const mostPages = 1<<16 - 1

// Defaults and bounds of options.
const (
	defaultMemoryLimit = 1 << 30
	// What the module and a small flag set need.
	leastMemoryLimit = 2 << 20
	mostMemoryLimit  = 4 << 30
	mostDefaultPool  = 16
	mostPool         = 1024
)

// An Option changes how [New] makes an evaluator.
type Option func(*settings) error

type settings struct {
	flags       []byte
	hasFlags    bool
	poolSize    int
	memoryLimit uint64
	interpreter bool
	cacheDir    string
	permissive  bool
	clock       func() time.Time
}

func read(options []Option) (settings, error) {
	chosen := settings{
		poolSize:    min(runtime.GOMAXPROCS(0), mostDefaultPool),
		memoryLimit: defaultMemoryLimit,
		clock:       time.Now,
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&chosen); err != nil {
			return chosen, err
		}
	}
	return chosen, nil
}

// WithFlags loads a flag set: JSON text in flagd's format.
func WithFlags(document []byte) Option {
	return func(s *settings) error {
		s.flags, s.hasFlags = document, true
		return nil
	}
}

// WithFlagsFile loads a flag set from a file, once. The OpenFeature provider of this package can watch a file.
func WithFlagsFile(path string) Option {
	return func(s *settings) error {
		text, err := document.Read(path)
		if errors.Is(err, document.ErrTooLarge) {
			return fmt.Errorf("%w: the file `%s` is too large: %w", ErrRefused, path, err)
		}
		if err != nil {
			return fmt.Errorf("the flags file `%s` cannot be read: %w", path, err)
		}
		s.flags, s.hasFlags = text, true
		return nil
	}
}

// WithPermissive accepts documents with faults: a flag that cannot work answers an error, the others work, and what is
// wrong is listed in [Report.Warnings]. Without it one fault refuses a document.
func WithPermissive() Option {
	return func(s *settings) error {
		s.permissive = true
		return nil
	}
}

// WithPoolSize sets how many evaluations run in the module at the same time; further ones wait. Each costs the memory
// of two instances, and each update copies the flags into it. The default is GOMAXPROCS, at most 16. Flags
// without targeting are answered outside of the module and never wait.
func WithPoolSize(instances int) Option {
	return func(s *settings) error {
		if instances < 1 || instances > mostPool {
			return fmt.Errorf("%w: a pool of %d instances; give 1 to %d", ErrOption, instances, mostPool)
		}
		s.poolSize = instances
		return nil
	}
}

// WithMemoryLimit sets how many bytes the memory of one instance may grow to, in whole pages of 64 KiB. The default is
// 1 GiB, which is a limit and no reservation. Where it does not suffice, an update is refused or an evaluation answers
// [General], and the instance stays usable.
func WithMemoryLimit(bytes uint64) Option {
	return func(s *settings) error {
		if bytes < leastMemoryLimit || bytes > mostMemoryLimit {
			return fmt.Errorf("%w: a memory limit of %d bytes; give %d to %d", ErrOption, bytes, leastMemoryLimit,
				uint64(mostMemoryLimit))
		}
		s.memoryLimit = bytes
		return nil
	}
}

// WithInterpreter runs the module in wazero's interpreter, for systems on which a process may not make code
// executable. It is slower by one to two orders of magnitude. Where wazero has no compiler for the processor, the
// interpreter is used anyway.
func WithInterpreter() Option {
	return func(s *settings) error {
		s.interpreter = true
		return nil
	}
}

// WithCacheDir keeps the compiled module in a folder, so that the next start of the process need not compile it.
// Within a process it is compiled once in any case.
func WithCacheDir(path string) Option {
	return func(s *settings) error {
		if path == "" {
			return fmt.Errorf("%w: the folder of the compilation cache is empty; give a path", ErrOption)
		}
		s.cacheDir = path
		return nil
	}
}

// WithClock sets what rules see as the time (`$flagd.timestamp`); time.Now without it. It is called by many
// goroutines. If it panics, flags that read the time answer [General] with [ErrClock].
func WithClock(clock func() time.Time) Option {
	return func(s *settings) error {
		if clock == nil {
			return fmt.Errorf("%w: the clock is nil; give a function", ErrOption)
		}
		s.clock = clock
		return nil
	}
}
