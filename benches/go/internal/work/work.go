// Package work reads the scenarios.
package work

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Index lists the scenarios of a work folder.
type Index struct {
	Evaluations []Evaluation
	Bulk        []Bulk
	Updates     []Update
	folder      string
}

// Evaluation is one flag for one context.
type Evaluation struct {
	ID, Flags, Key, Context string
	FlagCount               int
	Expect                  Expected
}

// Expected is the answer that everybody must give.
type Expected struct {
	Value                      any
	Variant, Reason, ErrorCode string
}

// Bulk is every flag of a document for one context.
type Bulk struct {
	ID, Flags, Context string
	Count              int
}

// Update is a replacement of the flags.
type Update struct {
	ID, Kind, Flags, Other string
	FlagCount              int
}

// Open reads the index of a folder.
func Open(folder string) (*Index, error) {
	index := &Index{folder: folder}
	text, err := index.Read("index.json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, index); err != nil {
		return nil, fmt.Errorf("index.json: %w", err)
	}
	return index, nil
}

// Read gives the bytes of a file that the index names.
func (i *Index) Read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(i.folder, name)) }

// ReadContext gives a context as bytes and as the object that a Go program would hold.
func (i *Index) ReadContext(name string) ([]byte, map[string]any, error) {
	text, err := i.Read(name)
	if err != nil {
		return nil, nil, err
	}
	var attributes map[string]any
	if err := json.Unmarshal(text, &attributes); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, attributes, nil
}
