package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/burgee-flags/burgee-go"
	"github.com/burgee-flags/burgee-go/internal/digest"
)

var (
	ctx = context.Background()
	// BURGEE_INTERPRETER=1 plays the vectors in wazero's interpreter.
	interpreter = os.Getenv("BURGEE_INTERPRETER") != ""
)

// Plays a case in every way that it can be played in; gives its answers for the digest.
func play(f *file, one *testCase, run *tally) ([]map[string]any, error) {
	permissive, err := f.permissive(one)
	if err != nil {
		return nil, err
	}
	options := []burgee.Option{
		burgee.WithPoolSize(1), burgee.WithClock(func() time.Time { return time.Unix(one.Now, 0) }),
	}
	if interpreter {
		options = append(options, burgee.WithInterpreter())
	}
	if permissive {
		options = append(options, burgee.WithPermissive())
	}
	e, err := burgee.New(ctx, options...)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	if one.Updates != nil {
		return playUpdates(e, one)
	}
	if rule := one.rule(); rule != nil {
		return playRule(e, one, rule)
	}
	document, err := f.document(one)
	if err != nil {
		return nil, err
	}
	if _, err := e.Update(ctx, document); err != nil {
		return nil, err
	}
	if one.All != nil {
		return playAll(e, one)
	}
	if one.Key == nil {
		return nil, errors.New("a case of no known kind")
	}
	return playKey(e, one, run)
}

func playKey(e *burgee.Evaluator, one *testCase, run *tally) ([]map[string]any, error) {
	answer := e.Evaluate(ctx, *one.Key, burgee.JSON(one.context()))
	if err := sameAnswer(one.Expect, &answer); err != nil {
		return nil, fmt.Errorf("as JSON: %w", err)
	}
	if (answer.Err() == nil) != (answer.ErrorCode == "") {
		return nil, fmt.Errorf("the code is `%s`, the error %v", answer.ErrorCode, answer.Err())
	}
	all, err := e.EvaluateAll(ctx, burgee.JSON(one.context()))
	if err != nil {
		return nil, fmt.Errorf("among all flags: %w", err)
	}
	// Of several flag sets the last one answers for a key alone.
	for place := range slices.Backward(all.Flags) {
		if all.Flags[place].Key == *one.Key {
			if err := sameAnswer(one.Expect, &all.Flags[place]); err != nil {
				return nil, fmt.Errorf("among all flags: %w", err)
			}
			break
		}
	}
	lines := []map[string]any{members(&answer)}
	// What is wrong with a text can only be said of a text.
	if strings.HasPrefix(answer.ErrorMessage, "the evaluation context") {
		return lines, nil
	}
	attributes, ok := asAttributes(one.context())
	if !ok {
		return lines, nil
	}
	run.attributes++
	answer = e.Evaluate(ctx, *one.Key, attributes)
	if err := sameAnswer(one.Expect, &answer); err != nil {
		return nil, fmt.Errorf("as attributes: %w", err)
	}
	prepared, err := burgee.Prepare(attributes)
	if errors.Is(err, burgee.ErrParse) {
		// Preparing looks at what the flag does not read, too.
		run.unprepared = append(run.unprepared, fmt.Sprintf("%s: %v", one.Name, err))
		return lines, nil
	}
	if err != nil {
		return nil, fmt.Errorf("prepared: %w", err)
	}
	answer = e.Evaluate(ctx, *one.Key, prepared)
	if err := sameAnswer(one.Expect, &answer); err != nil {
		return nil, fmt.Errorf("prepared: %w", err)
	}
	return lines, nil
}

// A context that is no object has no attributes.
func asAttributes(text []byte) (burgee.Attributes, bool) {
	if len(text) == 0 {
		return nil, true
	}
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.UseNumber()
	var value any
	if reader.Decode(&value) != nil || reader.More() {
		return nil, false
	}
	attributes, _ := value.(map[string]any)
	return attributes, true
}

func playAll(e *burgee.Evaluator, one *testCase) ([]map[string]any, error) {
	all, err := e.EvaluateAll(ctx, burgee.JSON(one.context()))
	if err != nil {
		return nil, err
	}
	if len(all.Flags) != len(one.All) {
		return nil, fmt.Errorf("%d answers instead of %d", len(all.Flags), len(one.All))
	}
	var lines []map[string]any
	for place, expected := range one.All {
		found := &all.Flags[place]
		if expected["key"] != found.Key {
			return nil, fmt.Errorf("%v should be in the place of `%s`", expected["key"], found.Key)
		}
		if err := sameAnswer(without(expected, "key"), found); err != nil {
			return nil, fmt.Errorf("flag `%s`: %w", found.Key, err)
		}
		line := members(found)
		line["key"] = found.Key
		lines = append(lines, line)
	}
	if !same(nonNil(one.FlagMetadata), nonNil(all.Metadata)) {
		return nil, fmt.Errorf("the metadata is %v instead of %v", all.Metadata, one.FlagMetadata)
	}
	return append(lines, map[string]any{"flagMetadata": nonNil(all.Metadata)}), nil
}

func playRule(e *burgee.Evaluator, one *testCase, rule []byte) ([]map[string]any, error) {
	if err := known(one.Expect, "value", "error", "errorContains"); err != nil {
		return nil, err
	}
	result, err := e.EvaluateLogic(ctx, rule, one.context())
	expected, hasValue := one.Expect["value"]
	if hasValue {
		if err != nil || !same(expected, result) {
			return nil, fmt.Errorf("the result is %v (%v) instead of %v", result, err, expected)
		}
		return []map[string]any{{"value": result}}, nil
	}
	contains, _ := one.Expect["errorContains"].(string)
	if one.Expect["error"] != true || !errors.Is(err, burgee.ErrLogic) || !strings.Contains(err.Error(), contains) {
		return nil, fmt.Errorf("the result is %v (%v) instead of an error with `%s`", result, err, contains)
	}
	return []map[string]any{{"error": true}}, nil
}

// What a case expects, as answers for the digest.
func expectedLines(one *testCase) []map[string]any {
	switch {
	case one.Updates != nil:
		return []map[string]any{{"success": one.Expect["success"]}}
	case one.rule() != nil:
		return []map[string]any{without(one.Expect, "errorContains")}
	case one.All != nil:
		return append(slices.Clone(one.All), map[string]any{"flagMetadata": nonNil(one.FlagMetadata)})
	}
	return []map[string]any{one.Expect}
}

// The members of an answer that a case compares.
func members(answer *burgee.Answer) map[string]any {
	return digest.Members(string(answer.Reason), string(answer.ErrorCode), answer.Variant, answer.HasValue, answer.Value, answer.Metadata)
}

func sameAnswer(expected map[string]any, answer *burgee.Answer) error {
	if err := known(expected, "value", "variant", "reason", "errorCode", "flagMetadata"); err != nil {
		return err
	}
	if found := members(answer); !same(expected, found) {
		return fmt.Errorf("the answer is %v (%s) instead of %v", found, answer.ErrorMessage, expected)
	}
	if (answer.ErrorMessage != "") != (answer.ErrorCode != "") {
		return fmt.Errorf("the message is `%s`, the code `%s`", answer.ErrorMessage, answer.ErrorCode)
	}
	return nil
}

// A misspelt member would expect nothing.
func known(expected map[string]any, names ...string) error {
	if expected == nil {
		return errors.New("a case without `expect`")
	}
	for name := range expected {
		if !slices.Contains(names, name) {
			return fmt.Errorf("the case expects `%s`, which no answer has", name)
		}
	}
	return nil
}

// Numbers are equal by value and objects in any order, which is what the canonical form of the digest says.
func same(one, other any) bool {
	left, err := digest.Append(nil, one)
	if err != nil {
		return false
	}
	right, err := digest.Append(nil, other)
	return err == nil && bytes.Equal(left, right)
}

func without(members map[string]any, name string) map[string]any {
	kept := make(map[string]any, len(members))
	for key, value := range members {
		if key != name {
			kept[key] = value
		}
	}
	return kept
}

func nonNil(members map[string]any) map[string]any {
	if members == nil {
		return map[string]any{}
	}
	return members
}
