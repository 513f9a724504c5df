package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/burgee-flags/burgee-go/internal/digest"
)

const folder = "../../../tests/vectors"

type index struct {
	Files []struct {
		File  string
		Cases int
	}
	Total int
}

// A file of cases. What stands in a raw message is given to the engine as it stands.
type file struct {
	name  string
	Mode  string
	Flags json.RawMessage
	Cases []testCase
}

type testCase struct {
	Name         string
	Mode         string
	Key          *string
	Flags        json.RawMessage
	FlagsText    *string
	Context      json.RawMessage
	ContextText  *string
	Now          int64
	Rule         json.RawMessage
	RuleText     *string
	Updates      []json.RawMessage
	All          []map[string]any
	FlagMetadata map[string]any
	Expect       map[string]any
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.UseNumber()
	reader.DisallowUnknownFields()
	if err := reader.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Reads all files of the index. A case that was not read is not a case that passed.
func readVectors(t *testing.T) []file {
	t.Helper()
	var listed index
	readJSON(t, "index.json", &listed)
	var files []file
	total, names := 0, map[string]bool{}
	for _, entry := range listed.Files {
		one := file{name: entry.File}
		readJSON(t, entry.File, &struct {
			About *string
			*file
		}{new(string), &one})
		if len(one.Cases) != entry.Cases {
			t.Fatalf("%s has %d cases, the index says %d", entry.File, len(one.Cases), entry.Cases)
		}
		for _, one := range one.Cases {
			if one.Name == "" || names[one.Name] {
				t.Fatalf("%s: the name `%s` is empty or not unique", entry.File, one.Name)
			}
			names[one.Name] = true
		}
		total += len(one.Cases)
		files = append(files, one)
	}
	if total != listed.Total {
		t.Fatalf("%d cases, the index says %d", total, listed.Total)
	}
	present, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(present) != len(files)+1 {
		t.Fatalf("%d files of which the index lists %d (%v)", len(present)-1, len(files), err)
	}
	return files
}

func TestVectors(t *testing.T) {
	files := readVectors(t)
	found, expected := digest.New(), digest.New()
	var run tally
	for _, file := range files {
		for number := range file.Cases {
			one := &file.Cases[number]
			t.Run(strings.TrimSuffix(file.name, ".json")+"/"+one.Name, func(t *testing.T) {
				run.cases++
				lines, err := play(&file, one, &run)
				if err != nil {
					t.Fatalf("%v", err)
				}
				for _, line := range lines {
					if err := found.Add(one.Name, line); err != nil {
						t.Fatal(err)
					}
				}
			})
			for _, line := range expectedLines(one) {
				if err := expected.Add(one.Name, line); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	total := 0
	for _, file := range files {
		total += len(file.Cases)
	}
	fmt.Printf("vectors: %d of %d cases played, %d of them with Go attributes as well; none left out\n", run.cases, total,
		run.attributes)
	for _, reason := range run.unprepared {
		fmt.Printf("not prepared: %s\n", reason)
	}
	fmt.Printf("digest of %d answers: %s\n", found.Count(), found.Sum())
	if run.cases != total {
		t.Errorf("%d of %d cases were played", run.cases, total)
	}
	if found.Sum() != expected.Sum() {
		t.Errorf("the digest of what the vectors expect is %s", expected.Sum())
	}
	// What the engine itself answers, as the test of the crate and of the module found it.
	engine, err := os.ReadFile(filepath.Join(folder, "digest.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if line := fmt.Sprintf("%d %s", found.Count(), found.Sum()); line != strings.TrimSpace(string(engine)) {
		t.Errorf("the engine's digest is %s", engine)
	}
}

type tally struct {
	cases, attributes int
	// Cases whose context [burgee.Prepare] refuses, and why.
	unprepared []string
}

func (f *file) permissive(one *testCase) (bool, error) {
	mode := one.Mode
	if mode == "" {
		mode = f.Mode
	}
	switch mode {
	case "", "strict":
		return false, nil
	case "permissive":
		return true, nil
	}
	return false, fmt.Errorf("unknown mode `%s`", mode)
}

func (f *file) document(one *testCase) ([]byte, error) {
	switch {
	case one.FlagsText != nil:
		return []byte(*one.FlagsText), nil
	case one.Flags != nil:
		return one.Flags, nil
	case f.Flags != nil:
		return f.Flags, nil
	}
	return nil, fmt.Errorf("neither the case nor its file has flags")
}

func (c *testCase) context() []byte {
	if c.ContextText != nil {
		return []byte(*c.ContextText)
	}
	return c.Context
}

func (c *testCase) rule() []byte {
	if c.RuleText != nil {
		return []byte(*c.RuleText)
	}
	return c.Rule
}
