package tests

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/burgee-flags/burgee-go"
)

// How many scenarios the evaluator kit has with all examples; another number means another version of the kit.
const kitScenarios = 140

// What chooses another generation of `fractional` for the scenarios with this tag.
const (
	legacyTag      = "@fractional-v1"
	legacyMetadata = `{"metadata": {"fractionalVersion": "v1"}, `
)

func testbed() string {
	shared := os.Getenv("BURGEE_SHARED")
	if shared == "" {
		shared = "../../../../shared"
	}
	return filepath.Join(shared, "testbed", "evaluator")
}

func TestEvaluatorKit(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(testbed(), "gherkin", "*.feature"))
	document, err := os.ReadFile(filepath.Join(testbed(), "flags", "testkit-flags.json"))
	if err != nil || len(files) == 0 {
		fmt.Printf("testbed: left out, because `%s` is missing\n", testbed())
		t.Skipf("`%s` is missing", testbed())
	}
	current := openKit(t, string(document))
	legacy := openKit(t, legacyMetadata+strings.TrimPrefix(strings.TrimSpace(string(document)), "{"))
	played := 0
	for _, file := range files {
		scenarios, err := readFeature(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range scenarios {
			played++
			e := current
			if slices.Contains(one.tags, legacyTag) {
				e = legacy
			}
			t.Run(filepath.Base(file)+"/"+one.name, func(t *testing.T) {
				if err := one.play(e); err != nil {
					t.Errorf("%v\n%s", err, strings.Join(one.lines(), "\n"))
				}
			})
		}
	}
	fmt.Printf("testbed: %d scenarios of the evaluator kit played, none left out\n", played)
	if played != kitScenarios {
		t.Errorf("the kit has %d scenarios instead of %d", played, kitScenarios)
	}
}

func openKit(t *testing.T, document string) *burgee.Evaluator {
	t.Helper()
	e, err := burgee.New(ctx, burgee.WithFlags([]byte(document)), burgee.WithPermissive(), burgee.WithPoolSize(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

type scenario struct {
	name  string
	tags  []string
	steps []step
}

type step struct {
	text  string
	table [][]string
}

func (s *scenario) lines() (lines []string) {
	for _, step := range s.steps {
		lines = append(lines, step.text)
	}
	return lines
}

// A reader of the part of Gherkin that the kit uses: tags, backgrounds, outlines with examples, and tables of steps.
type reader struct {
	scenarios        []scenario
	feature, pending []string
	background       []step
	current          *scenario
	outline          bool
	examples         [][]string
	exampleTags      []string
	inExamples       bool
}

func readFeature(path string) ([]scenario, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var r reader
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if err := r.line(strings.TrimSpace(lines.Text())); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	r.endScenario()
	return r.scenarios, nil
}

var keyword = regexp.MustCompile(`^(Given|When|Then|And|But) (.*)$`)

func (r *reader) line(line string) error {
	name, rest, _ := strings.Cut(line, ":")
	switch {
	case line == "" || strings.HasPrefix(line, "#"):
	case strings.HasPrefix(line, "@"):
		r.pending = append(r.pending, strings.Fields(line)...)
	case strings.HasPrefix(line, "|"):
		r.row(line)
	case keyword.MatchString(line):
		return r.step(keyword.FindStringSubmatch(line)[2])
	case name == "Feature":
		r.feature, r.pending = r.pending, nil
	case name == "Background":
		r.current = &scenario{}
	case name == "Scenario" || name == "Scenario Outline":
		r.endScenario()
		r.current = &scenario{name: strings.TrimSpace(rest), tags: append(r.pending, r.feature...)}
		r.pending, r.outline, r.inExamples = nil, name == "Scenario Outline", false
	case name == "Examples":
		r.endExamples()
		r.inExamples, r.exampleTags, r.pending = true, r.pending, nil
	default:
		return fmt.Errorf("`%s` is not understood", line)
	}
	return nil
}

func (r *reader) step(text string) error {
	if r.current == nil || r.inExamples {
		return fmt.Errorf("the step `%s` belongs to nothing", text)
	}
	r.current.steps = append(r.current.steps, step{text: text})
	return nil
}

var unescape = strings.NewReplacer(`\|`, "|", `\\`, `\`, `\n`, "\n")

func (r *reader) row(line string) {
	var cells []string
	// A cell may have an escaped bar.
	for _, cell := range strings.Split(strings.ReplaceAll(strings.Trim(line, "|"), `\|`, "\x00"), "|") {
		cells = append(cells, unescape.Replace(strings.TrimSpace(strings.ReplaceAll(cell, "\x00", `\|`))))
	}
	if r.inExamples {
		r.examples = append(r.examples, cells)
		return
	}
	last := &r.current.steps[len(r.current.steps)-1]
	last.table = append(last.table, cells)
}

func (r *reader) endExamples() {
	for number, row := range r.examples {
		if number == 0 {
			continue
		}
		made := scenario{name: fmt.Sprintf("%s %v", r.current.name, row), tags: append(r.exampleTags, r.current.tags...)}
		for _, one := range append(r.background, r.current.steps...) {
			for column, name := range r.examples[0] {
				one.text = strings.ReplaceAll(one.text, "<"+name+">", row[column])
			}
			made.steps = append(made.steps, one)
		}
		r.scenarios = append(r.scenarios, made)
	}
	r.examples = nil
}

func (r *reader) endScenario() {
	switch {
	case r.current == nil:
	case r.current.name == "":
		r.background = r.current.steps
	case r.outline:
		r.endExamples()
	default:
		r.current.steps = append(append([]step(nil), r.background...), r.current.steps...)
		r.scenarios = append(r.scenarios, *r.current)
	}
	r.current = nil
}

// What a scenario gathers while it is played.
type world struct {
	kind, key string
	fallback  any
	context   map[string]any
	value     any
	answer    burgee.Answer
}

var steps = []struct {
	pattern *regexp.Regexp
	do      func(*world, *burgee.Evaluator, []string, [][]string) error
}{
	{regexp.MustCompile(`^an evaluator$`), func(*world, *burgee.Evaluator, []string, [][]string) error { return nil }},
	{regexp.MustCompile(`^an? (\w+)-flag with key "(.*)" and a fallback value "(.*)"$`), announce},
	{regexp.MustCompile(`^a context containing a key "(.*)", with type "(.*)" and with value "(.*)"$`), addKey},
	{regexp.MustCompile(`^a context containing a nested property with outer key "(.*)" and inner key "(.*)", with value "(.*)"$`), addNested},
	{regexp.MustCompile(`^a context containing a targeting key with value "(.*)"$`), addTargetingKey},
	{regexp.MustCompile(`^the flag was evaluated with details$`), evaluateFlag},
	{regexp.MustCompile(`^the resolved details value should be "(.*)"$`), checkValue},
	{regexp.MustCompile(`^the reason should be "(.*)"$`), checkReason},
	{regexp.MustCompile(`^the error-code should be "(.*)"$`), checkCode},
	{regexp.MustCompile(`^the resolved metadata should contain$`), checkMetadata},
	{regexp.MustCompile(`^the resolved metadata is empty$`), checkNoMetadata},
}

func (s *scenario) play(e *burgee.Evaluator) error {
	w := world{context: map[string]any{}}
next:
	for _, one := range s.steps {
		for _, known := range steps {
			if found := known.pattern.FindStringSubmatch(one.text); found != nil {
				if err := known.do(&w, e, found[1:], one.table); err != nil {
					return fmt.Errorf("`%s`: %w", one.text, err)
				}
				continue next
			}
		}
		return fmt.Errorf("the step `%s` is unknown", one.text)
	}
	return nil
}

// Reads a cell, in which quotes may be escaped.
func cell(kind, text string) (any, error) {
	switch strings.ToLower(kind) {
	case "string":
		return text, nil
	case "boolean":
		return strconv.ParseBool(text)
	case "integer":
		return strconv.ParseInt(text, 10, 64)
	case "float":
		return strconv.ParseFloat(text, 64)
	case "object":
		var value map[string]any
		return value, json.Unmarshal([]byte(strings.ReplaceAll(text, `\"`, `"`)), &value)
	}
	return nil, fmt.Errorf("unknown type `%s`", kind)
}

func announce(w *world, _ *burgee.Evaluator, words []string, _ [][]string) (err error) {
	w.kind, w.key = strings.ToLower(words[0]), words[1]
	w.fallback, err = cell(words[0], words[2])
	return err
}

func addKey(w *world, _ *burgee.Evaluator, words []string, _ [][]string) (err error) {
	w.context[words[0]], err = cell(words[1], words[2])
	return err
}

func addNested(w *world, _ *burgee.Evaluator, words []string, _ [][]string) error {
	w.context[words[0]] = map[string]any{words[1]: words[2]}
	return nil
}

func addTargetingKey(w *world, _ *burgee.Evaluator, words []string, _ [][]string) error {
	w.context["targetingKey"] = words[0]
	return nil
}

func evaluateFlag(w *world, e *burgee.Evaluator, _ []string, _ [][]string) error {
	in := burgee.Attributes(w.context)
	switch w.kind {
	case "boolean":
		keep(w, e.BoolDetails(ctx, w.key, w.fallback.(bool), in))
	case "string":
		keep(w, e.StringDetails(ctx, w.key, w.fallback.(string), in))
	case "integer":
		keep(w, e.IntDetails(ctx, w.key, w.fallback.(int64), in))
	case "float":
		keep(w, e.FloatDetails(ctx, w.key, w.fallback.(float64), in))
	case "object":
		keep(w, e.ObjectDetails(ctx, w.key, w.fallback.(map[string]any), in))
	default:
		return fmt.Errorf("unknown type `%s`", w.kind)
	}
	return nil
}

func keep[T any](w *world, details burgee.Details[T]) {
	w.value = details.Value
	w.answer = burgee.Answer{Reason: details.Reason, ErrorCode: details.ErrorCode, Metadata: details.Metadata}
}

func checkValue(w *world, _ *burgee.Evaluator, words []string, _ [][]string) error {
	expected, err := cell(w.kind, words[0])
	if err == nil && !same(expected, w.value) {
		err = fmt.Errorf("it is %v", w.value)
	}
	return err
}

func checkReason(w *world, _ *burgee.Evaluator, words []string, _ [][]string) error {
	if string(w.answer.Reason) != words[0] {
		return fmt.Errorf("it is %s", w.answer.Reason)
	}
	return nil
}

func checkCode(w *world, _ *burgee.Evaluator, words []string, _ [][]string) error {
	if string(w.answer.ErrorCode) != words[0] {
		return fmt.Errorf("it is `%s`", w.answer.ErrorCode)
	}
	return nil
}

func checkMetadata(w *world, _ *burgee.Evaluator, _ []string, table [][]string) error {
	if len(table) < 2 {
		return fmt.Errorf("the step needs a table")
	}
	for _, row := range table[1:] {
		expected, err := cell(row[1], row[2])
		if err != nil || !same(expected, w.answer.Metadata[row[0]]) {
			return fmt.Errorf("`%s` is %v (%v)", row[0], w.answer.Metadata[row[0]], err)
		}
	}
	return nil
}

func checkNoMetadata(w *world, _ *burgee.Evaluator, _ []string, _ [][]string) error {
	if len(w.answer.Metadata) > 0 {
		return fmt.Errorf("it is %v", w.answer.Metadata)
	}
	return nil
}
