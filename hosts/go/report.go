package burgee

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Report says what an update did.
type Report struct {
	// Changed has every key that was added, removed or changed; Added and Removed are parts of it. All are sorted.
	Changed, Added, Removed []string
	// Warnings are faults that were accepted; see [WithPermissive].
	Warnings []Finding
	// Truncated is how many warnings are not listed.
	Truncated int
	// Flags is how many flags are in force.
	Flags int
	// Static has the keys of flags whose answer no context and no time can change, sorted. They are answered without
	// the module.
	Static []string
	// RequiredContextKeys has, for each other flag, the top-level attributes that it can read. A flag that may read
	// any attribute has no entry.
	RequiredContextKeys map[string][]string
	// Metadata of the flag set.
	Metadata map[string]any
	// Generation counts the flag sets that were in force.
	Generation uint64
}

// A Finding is a fault in a document.
type Finding struct {
	// Path is a JSON pointer, Line and Column count from 1.
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	// Flag is the flag's key, empty where the fault is in none.
	Flag string `json:"flag"`
	// Rule is a stable name for this kind of fault.
	Rule    string `json:"rule"`
	Message string `json:"message"`
	// Hint says what to do, or is empty.
	Hint string `json:"hint"`
}

func (f Finding) String() string {
	said := fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, f.Message)
	if f.Hint != "" {
		said += " (" + f.Hint + ")"
	}
	return said
}

// An UpdateError says why flags were refused. The old flags stay in force. It wraps [ErrRefused].
type UpdateError struct {
	Message  string
	Findings []Finding
	// Truncated is how many findings are not listed.
	Truncated int
}

func (e *UpdateError) Error() string {
	var said strings.Builder
	said.WriteString(ErrRefused.Error() + ": " + e.Message)
	for _, finding := range e.Findings[:min(len(e.Findings), 3)] {
		said.WriteString("; " + finding.String())
	}
	if more := len(e.Findings) + e.Truncated - 3; more > 0 {
		fmt.Fprintf(&said, "; and %d more", more)
	}
	return said.String()
}

func (e *UpdateError) Unwrap() error { return ErrRefused }

// The report as the module writes it.
type rawReport struct {
	Success             bool
	Error               string
	Errors              []Finding
	ChangedFlags        []string
	Added, Removed      []string
	Warnings            []Finding
	Truncated           int
	PreEvaluated        map[string]rawAnswer
	RequiredContextKeys map[string][]string
	FlagIndices         map[string]uint32
	FlagSetMetadata     map[string]any
	Generation          uint64
}

// What an instance that only serves readers must know.
type shortReport struct {
	Success    bool
	Error      string
	Generation uint64
}

func (r *rawReport) refusal() error {
	return &UpdateError{r.Error, r.Errors, r.Truncated}
}

func (r *rawReport) public(generation uint64) Report {
	return Report{
		Changed: r.ChangedFlags, Added: r.Added, Removed: r.Removed,
		Warnings: r.Warnings, Truncated: r.Truncated,
		Flags:               len(r.FlagIndices),
		Static:              slices.Sorted(maps.Keys(r.PreEvaluated)),
		RequiredContextKeys: r.RequiredContextKeys,
		Metadata:            settleAll(r.FlagSetMetadata),
		Generation:          generation,
	}
}
