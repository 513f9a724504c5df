package burgee

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Flags whose variant depends on every bit of the attribute `v` and on its type: a share by its hash (v3 hashes all
// types), its text, and the same asked with the whole context.
func hashed() string {
	var variants, buckets []string
	for number := range 64 {
		variants = append(variants, fmt.Sprintf(`"b%d": %d`, number, number))
		buckets = append(buckets, fmt.Sprintf(`["b%d", 1]`, number))
	}
	flag := `{"state": "ENABLED", "defaultVariant": "b0", "variants": {` + strings.Join(variants, ",") +
		`}, "targeting": {"fractional": [%s,` + strings.Join(buckets, ",") + `]}}`
	return `{"metadata": {"fractionalVersion": "v3"}, "flags": {
		"value": ` + fmt.Sprintf(flag, `{"var": "v"}`) + `,
		"text": ` + fmt.Sprintf(flag, `{"cat": ["x", {"var": "v"}]}`) + `,
		"inner": ` + fmt.Sprintf(flag, `{"cat": ["x", {"var": "v.0"}, {"var": "v.a.b"}]}`) + `,
		"whole": ` + fmt.Sprintf(flag, `{"var": [{"var": "which"}]}`) + `}}`
}

// The same context as attributes, prepared, and as JSON text must have the same answers.
func checkAgreement(t *testing.T, e *Evaluator, attributes Attributes) error {
	t.Helper()
	prepared, err := Prepare(attributes)
	if err != nil {
		return err
	}
	text, err := attributes.json()
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Fatalf("%s is no JSON", text)
	}
	for _, key := range []string{"value", "text", "inner", "whole"} {
		asked := e.Evaluate(ctx, key, JSON(text))
		for _, in := range []EvaluationContext{attributes, prepared} {
			if found := e.Evaluate(ctx, key, in); !reflect.DeepEqual(found, asked) {
				t.Errorf("%s of %s: %+v as %T, %+v as JSON", key, text, found, in, asked)
			}
		}
	}
	return nil
}

func TestBothWaysAgree(t *testing.T) {
	e, err := New(ctx, WithFlags([]byte(hashed())), WithPoolSize(1))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	one, seen := 1.0, map[string]bool{}
	for _, value := range []any{
		nil, true, false, "", "a\"\\\x00ü🎉", 0, -1, 1.0, 1.5, int64(math.MaxInt64), int64(math.MinInt64), uint64(math.MaxUint64),
		uint64(1 << 63), float32(0.1), 0.1, math.Copysign(0, -1), math.NaN(), math.Inf(-1), 1e20, 1e21, 1e-7, 5e-324,
		math.MaxFloat64, float64(1 << 53), float64(1<<53 - 1), -float64(1 << 53), float64(1<<53 + 2), 1e18,
		json.Number("1.0"), json.Number("-0"), json.Number("-0.0"), json.Number("1e2"), json.Number("9223372036854775808"),
		json.Number("9007199254740993"), json.Number("12345678901234567890123"), json.Number("1e-400"),
		time.Unix(0, 1).UTC(), time.Now(), &one, tier("gold"),
		[]any{}, []any{1.0, -0.5, json.Number("1.0"), nil}, []string{"a"}, map[string]any{}, map[string]any{"b": 1, "a": map[string]any{"b": 1.0}},
		map[tier][]float32{"a": {0.1}}, map[string]any{"a": map[string]any{"b": []any{json.Number("2.0")}}},
	} {
		if err := checkAgreement(t, e, Attributes{"v": value, "which": "v"}); err != nil {
			t.Errorf("%v: %v", value, err)
		}
		answer := e.Evaluate(ctx, "value", Attributes{"v": value})
		seen[answer.Variant] = true
	}
	if len(seen) < 15 {
		t.Errorf("only %d variants were hit: the flag does not tell values apart", len(seen))
	}
}

func FuzzBothWaysAgree(f *testing.F) {
	for _, seed := range []string{`1`, `-0.0`, `"a\u0000"`, `[1,2.0,{"a":{"b":1e3}}]`, `{"a":{"b":[null,true]}}`, `12345678901234567890`} {
		f.Add(seed)
	}
	e, err := New(ctx, WithFlags([]byte(hashed())), WithPoolSize(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { e.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		for _, numbers := range []bool{true, false} {
			reader := json.NewDecoder(strings.NewReader(text))
			if numbers {
				reader.UseNumber()
			}
			var value any
			if reader.Decode(&value) != nil {
				t.Skip()
			}
			if err := checkAgreement(t, e, Attributes{"v": value, "which": "v"}); err != nil {
				t.Skip(err)
			}
		}
	})
}
