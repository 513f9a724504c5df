// Package results writes what was measured, one JSON object a line.
package results

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"burgee-bench-go/internal/measure"
)

// Subject is who was measured, and how it was asked.
type Subject struct {
	Runtime string `json:"runtime"`
	Name    string `json:"subject"`
	Way     string `json:"way"`
}

type measured struct {
	Runner string `json:"runner"`
	Subject
	Scenario string  `json:"scenario"`
	Unit     string  `json:"unit"`
	Median   float64 `json:"median"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Rounds   int     `json:"rounds"`
	Versions string  `json:"versions"`
}

type leftOut struct {
	Runner string `json:"runner"`
	Subject
	Scenario string `json:"scenario"`
	Reason   string `json:"left_out"`
}

// File is an open file of results.
type File struct {
	file     *os.File
	json     *json.Encoder
	versions string
}

// Create begins a file, and the folder that it lies in.
func Create(path string) (*File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	return &File{file, encoder, versions()}, nil
}

// Close ends the file.
func (f *File) Close() error { return f.file.Close() }

// Measured writes a figure, and a line for whoever watches.
func (f *File) Measured(subject Subject, scenario string, figure measure.Figure) error {
	fmt.Fprintf(os.Stderr, "%-20s %-20s %-12s %-10s %12.1f ns  (%.1f to %.1f)\n", scenario, subject.Runtime, subject.Name,
		subject.Way, figure.Median, figure.Low, figure.High)
	return f.json.Encode(measured{"go", subject, scenario, "ns", figure.Median, figure.Low, figure.High, figure.Rounds,
		f.versions})
}

// LeftOut writes why a scenario was not timed.
func (f *File) LeftOut(subject Subject, scenario, reason string) error {
	return f.json.Encode(leftOut{"go", subject, scenario, reason})
}

// The versions of the libraries as they were built in.
func versions() string {
	named := []string{runtime.Version()}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			switch module.Path {
			case "github.com/tetratelabs/wazero":
				named = append(named, "wazero "+module.Version)
			case "github.com/open-feature/flagd/core":
				named = append(named, "flagd core "+module.Version)
			case "github.com/diegoholiveira/jsonlogic/v3":
				named = append(named, "jsonlogic "+module.Version)
			}
		}
	}
	return strings.Join(named, ", ")
}
