package openfeature

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/burgee-flags/burgee-go"
	"github.com/burgee-flags/burgee-go/internal/document"
)

// A Source has flags: JSON text in flagd's format.
type Source interface {
	// Read gives the whole text. It is called by one goroutine at a time.
	Read(ctx context.Context) ([]byte, error)
	// Every is how often to look for a change; 0 is never.
	Every() time.Duration
}

// How often a file is looked at without [FileEvery].
const usualInterval = time.Second

// Text is a source that does not change.
func Text(document string) Source { return fixed(document) }

type fixed string

func (f fixed) Read(context.Context) ([]byte, error) { return []byte(f), nil }

func (fixed) Every() time.Duration { return 0 }

// File is a file that is looked at every second. See [FileEvery].
func File(path string) Source { return FileEvery(path, usualInterval) }

// FileEvery is a file that is looked at as often as given. It is looked at and not subscribed to, because that works in
// every file system and for everything that an editor, a deployment or Kubernetes does to a file: writing, renaming
// another one to its name, swapping a symbolic link on the way to it. A file that has not changed costs one call of stat.
func FileEvery(path string, interval time.Duration) Source {
	return &file{path: path, interval: interval}
}

type file struct {
	path     string
	interval time.Duration
	seen     os.FileInfo
	text     []byte
}

func (f *file) Every() time.Duration { return f.interval }

// Times of files may be this coarse: a change within it may show in nothing but the text.
const coarseTime = 2 * time.Second

func (f *file) Read(context.Context) ([]byte, error) {
	found, err := os.Stat(f.path)
	if err != nil {
		f.seen = nil
		return nil, f.unreadable(err)
	}
	if f.seen != nil && os.SameFile(f.seen, found) && f.seen.ModTime().Equal(found.ModTime()) &&
		f.seen.Size() == found.Size() && time.Since(found.ModTime()) > coarseTime {
		return f.text, nil
	}
	// What was seen before reading is what is remembered: a change while reading is found the next time.
	text, err := document.Read(f.path)
	if err != nil {
		f.seen = nil
		return nil, f.unreadable(err)
	}
	f.seen, f.text = found, text
	return text, nil
}

func (f *file) unreadable(err error) error {
	if errors.Is(err, document.ErrTooLarge) {
		return fmt.Errorf("%w: the file `%s` is too large: %w", burgee.ErrRefused, f.path, err)
	}
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the flags file `%s` cannot be read: %w", f.path, err)
}

// Func is a function that is asked every so often; 0 asks it once. It should return when its context ends.
func Func(read func(context.Context) ([]byte, error), every time.Duration) Source {
	return function{read, every}
}

type function struct {
	read  func(context.Context) ([]byte, error)
	every time.Duration
}

func (f function) Every() time.Duration { return f.every }

func (f function) Read(ctx context.Context) (text []byte, err error) {
	if f.read == nil {
		return nil, errors.New("the function that gives the flags is nil")
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("the function that gives the flags panicked: %v", panicked)
		}
	}()
	return f.read(ctx)
}
