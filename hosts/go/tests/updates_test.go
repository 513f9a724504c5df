package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/burgee-flags/burgee-go"
)

func playUpdates(e *burgee.Evaluator, one *testCase) ([]map[string]any, error) {
	var report burgee.Report
	var err error
	for _, update := range one.Updates {
		document, failure := documentText(update)
		if failure != nil {
			return nil, failure
		}
		report, err = e.Update(ctx, document)
	}
	if err := checkReport(one.Expect, report, err); err != nil {
		return nil, err
	}
	return []map[string]any{{"success": err == nil}}, nil
}

// A text stands for its raw characters, an object for its JSON text.
func documentText(update json.RawMessage) ([]byte, error) {
	if update[0] == '"' {
		var text string
		err := json.Unmarshal(update, &text)
		return []byte(text), err
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, update)
	return compact.Bytes(), err
}

func checkReport(expected map[string]any, report burgee.Report, failure error) error {
	err := known(expected, "success", "changedFlags", "added", "removed", "errors", "warnings", "requiredContextKeys",
		"preEvaluated")
	if err != nil {
		return err
	}
	if expected["success"] != (failure == nil) {
		return fmt.Errorf("`success` should be %v: %v", expected["success"], failure)
	}
	refused := &burgee.UpdateError{}
	if failure != nil && (!errors.As(failure, &refused) || !errors.Is(failure, burgee.ErrRefused)) {
		return fmt.Errorf("not a refusal: %w", failure)
	}
	for name, found := range map[string][]string{
		"changedFlags": report.Changed, "added": report.Added, "removed": report.Removed,
	} {
		if wanted, ok := expected[name]; ok && !slices.Equal(texts(wanted), found) {
			return fmt.Errorf("`%s` should be %v, but is %v", name, wanted, found)
		}
	}
	for name, found := range map[string][]burgee.Finding{"errors": refused.Findings, "warnings": report.Warnings} {
		if wanted, ok := expected[name]; ok {
			if err := checkFindings(wanted.([]any), found); err != nil {
				return fmt.Errorf("`%s`: %w", name, err)
			}
		}
	}
	if wanted, ok := expected["preEvaluated"]; ok && !slices.Equal(sorted(texts(wanted)), report.Static) {
		return fmt.Errorf("`preEvaluated` should be %v, but is %v", wanted, report.Static)
	}
	if wanted, ok := expected["requiredContextKeys"]; ok {
		return checkKeys(wanted.(map[string]any), report.RequiredContextKeys)
	}
	return nil
}

func checkKeys(wanted map[string]any, found map[string][]string) error {
	if len(wanted) != len(found) {
		return fmt.Errorf("`requiredContextKeys` should be %v, but is %v", wanted, found)
	}
	for flag, names := range wanted {
		if !slices.Equal(sorted(texts(names)), sorted(found[flag])) {
			return fmt.Errorf("`requiredContextKeys` of `%s` should be %v, but is %v", flag, names, found[flag])
		}
	}
	return nil
}

func checkFindings(wanted []any, found []burgee.Finding) error {
	if len(wanted) != len(found) || !assign(wanted, found, make([]bool, len(found))) {
		return fmt.Errorf("should be %v, but is %v", wanted, found)
	}
	return nil
}

// Whether each wanted finding can be met by a reported one of its own.
func assign(wanted []any, found []burgee.Finding, taken []bool) bool {
	if len(wanted) == 0 {
		return true
	}
	for place := range found {
		if taken[place] || !meets(wanted[0].(map[string]any), found[place]) {
			continue
		}
		taken[place] = true
		if assign(wanted[1:], found, taken) {
			return true
		}
		taken[place] = false
	}
	return false
}

func meets(wanted map[string]any, found burgee.Finding) bool {
	if known(wanted, "rule", "path", "line", "column", "flag", "hintContains") != nil {
		return false
	}
	for name, value := range map[string]string{
		"rule": found.Rule, "path": found.Path, "flag": found.Flag, "line": fmt.Sprint(found.Line),
		"column": fmt.Sprint(found.Column),
	} {
		if member, ok := wanted[name]; ok && fmt.Sprint(member) != value {
			return false
		}
	}
	hint, _ := wanted["hintContains"].(string)
	return strings.Contains(found.Hint, hint)
}

func texts(list any) []string {
	names := []string{}
	for _, name := range list.([]any) {
		names = append(names, name.(string))
	}
	return names
}

func sorted(names []string) []string {
	copied := slices.Clone(names)
	slices.Sort(copied)
	return copied
}
