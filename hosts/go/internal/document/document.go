// Package document reads flag documents from files.
package document

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Most is the largest document that the engine reads, in bytes.
const Most = 100 << 20

// ErrTooLarge says that a file has more bytes than [Most].
var ErrTooLarge = errors.New("larger than any flag document")

// Read gives the text of a file. One that is too large is not read, so that a wrong file, looked at again and again, does
// not fill the memory.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if found, err := file.Stat(); err == nil && found.Size() > Most {
		return nil, tooLarge(found.Size())
	}
	// The size of a file says nothing if it grows meanwhile, or is none.
	text, err := io.ReadAll(io.LimitReader(file, Most+1))
	if err == nil && len(text) > Most {
		return nil, tooLarge(int64(len(text)))
	}
	return text, err
}

func tooLarge(size int64) error {
	return fmt.Errorf("it has %d bytes or more, the most is %d: %w", size, Most, ErrTooLarge)
}
