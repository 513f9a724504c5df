package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"burgee-bench-go/internal/results"
	"burgee-bench-go/internal/work"
)

const document = `{"flags":{
  "equals":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
    "targeting":{"if":[{"==":[{"var":"email"},"ada@example.com"]},"on"]}},
  "bucket":{"state":"ENABLED","variants":{"a":"x","b":"y"},"defaultVariant":"a",
    "targeting":{"fractional":[{"var":"email"},["a",1]]}}}}`

var user = map[string]any{"email": "ada@example.com"}

// Makes a bench that only writes results, and a function that reads them.
func writing(t *testing.T, files map[string]string) (*bench, func() []string) {
	t.Helper()
	folder := t.TempDir()
	files["index.json"] = "{}"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	index, err := work.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "results.jsonl")
	out, err := results.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close() })
	return &bench{index: index, out: out}, func() []string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
}

func TestPeersThatAnswerAsExpectedAreTimed(t *testing.T) {
	b, lines := writing(t, map[string]string{"flags.json": document})
	peers, err := b.loadPeers("flags.json")
	if err != nil {
		t.Fatal(err)
	}
	on := work.Expected{Value: true, Variant: "on", Reason: "TARGETING_MATCH"}
	off := work.Expected{Value: false, Variant: "off", Reason: "DEFAULT"}
	text := work.Expected{Value: "x", Variant: "a", Reason: "TARGETING_MATCH"}
	for _, one := range []struct {
		key    string
		expect work.Expected
		timed  string
	}{
		{"equals", on, "flagd core (go), jsonlogic (go)"},
		{"equals", off, ""},
		{"bucket", text, "flagd core (go)"},
		{"bucket", on, ""},
	} {
		entries, err := b.peerEntries(peers, work.Evaluation{ID: "some", Key: one.key, Expect: one.expect}, user)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, entry := range entries {
			names = append(names, entry.subject.Name)
		}
		if timed := strings.Join(names, ", "); timed != one.timed {
			t.Errorf("`%s` for %+v times %q, not %q", one.key, one.expect, timed, one.timed)
		}
	}
	if left := lines(); len(left) != 5 || !strings.Contains(left[0], "instead of {Value:false Variant:off") {
		t.Errorf("left out: %q", left)
	}
}

func TestAnEngineIsLeftOutOfDocumentsWithTooManyFlags(t *testing.T) {
	b, lines := writing(t, map[string]string{})
	engines := []engine{{runtime: "fast"}, {runtime: "slow", flags: 10}}
	for flags, want := range map[int]int{10: 2, 11: 1} {
		able, err := b.able(engines, "some", flags, "json", "slots")
		if err != nil || len(able) != want || able[0].runtime != "fast" {
			t.Errorf("%d flags: %d engines, %v", flags, len(able), err)
		}
	}
	if left := lines(); len(left) != 2 || !strings.Contains(left[1], `"slow","subject":"burgee","way":"slots"`) {
		t.Errorf("left out: %q", left)
	}
}
