// Package document reads flag documents from files.
package document

import (
	"io"
	"os"
)

// Most is the largest document that the engine reads, in bytes.
const Most = 100 << 20

// Read gives the text of a file; of one that is too large only so much that it shows, so that a wrong file does not
// fill the memory.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, Most+1))
}
