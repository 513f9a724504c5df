package burgee

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

type (
	tier   string
	flagOn bool
	level  int16
	count  uint64
	share  float32
	names  []tier
	labels map[tier]level
)

// Every value of a context as rules see it, through slots and as JSON: `echo` gives the text of what it reads.
func TestAttributeTypes(t *testing.T) {
	one, two := 1, "x"
	var nothing *int
	for name, test := range map[string]struct {
		value any
		text  string
	}{
		"string": {"a\"\\\n\x01ü🎉日", `"a\"\\\n\u0001ü🎉日"`}, "true": {true, "true"}, "false": {false, "false"}, "nil": {nil, "null"},
		"int": {int(-1), "-1"}, "int8": {int8(1), "1"}, "int16": {int16(1), "1"}, "int32": {int32(1), "1"},
		"int64": {int64(math.MinInt64), "-9223372036854775808"}, "uint": {uint(1), "1"}, "uint8": {uint8(1), "1"},
		"uint16": {uint16(1), "1"}, "uint32": {uint32(1), "1"}, "uint64": {uint64(math.MaxInt64), "9223372036854775807"},
		"large uint64": {uint64(math.MaxUint64), "18446744073709552000"},
		"float32":      {float32(0.5), "0.5"}, "float64": {2.5, "2.5"}, "whole float64": {3.0, "3"}, "minus zero": {math.Copysign(0, -1), "-0.0"},
		"nan": {math.NaN(), "null"}, "infinity": {math.Inf(1), "null"},
		"number": {json.Number("12"), "12"}, "decimal": {json.Number("1.0"), "1.0"}, "exponent": {json.Number("1e2"), "100.0"},
		"time":  {time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), `"2026-01-02T03:04:05Z"`},
		"named": {tier("gold"), `"gold"`}, "pointer": {&one, "1"}, "pointer to string": {&two, `"x"`}, "nil pointer": {nothing, "null"},
		"named bool": {flagOn(true), "true"}, "named int": {level(-7), "-7"}, "large named uint": {count(math.MaxUint64), "18446744073709552000"},
		"named float": {share(0.5), "0.5"}, "named whole float": {share(3), "3"}, "named list": {names{"a"}, `["a"]`},
		"named map": {labels{"x": 1}, `{"x":1}`}, "uintptr": {uintptr(5), "5"}, "array": {[2]int{1, 2}, "[1,2]"},
		"list": {[]any{1, "a", nil, []any{}}, `[1,"a",null,[]]`}, "strings": {[]string{"a", "b"}, `["a","b"]`},
		"map":        {map[string]any{"b": 1, "a": map[string]any{"ü": []any{true}}}, `{"a":{"ü":[true]},"b":1}`},
		"typed map":  {map[tier]int{"x": 1}, `{"x":1}`},
		"attributes": {Attributes{"x": 1}, `{"x":1}`}, "times": {[]time.Time{time.Unix(0, 0).UTC()}, `["1970-01-01T00:00:00Z"]`},
	} {
		t.Run(name, func(t *testing.T) {
			slots, err := appendValue(nil, test.value)
			if err != nil {
				t.Fatal(err)
			}
			text, err := appendJSON(nil, test.value, 0)
			if err != nil {
				t.Fatal(err)
			}
			var found, wanted any
			if err := json.Unmarshal(text, &found); err != nil {
				t.Fatalf("`%s`: %v", text, err)
			}
			if err := json.Unmarshal([]byte(test.text), &wanted); err != nil {
				t.Fatal(err)
			}
			if !equal(found, wanted) {
				t.Errorf("as JSON it is %s", text)
			}
			if slots[0] == tagJSON && !bytes.Equal(slots[5:], text) {
				t.Errorf("in a slot it is %s", slots[5:])
			}
		})
	}
}

func equal(one, other any) bool {
	left, _ := json.Marshal(one)
	right, _ := json.Marshal(other)
	return bytes.Equal(left, right)
}

func TestNamesOfAnyKind(t *testing.T) {
	for _, name := range []string{"plain", "a \"quoted\" one", "emoji 🎉", "漢字", "tab\t", "\u0000"} {
		quoted, _ := json.Marshal([]string{name})
		document := `{"flags": {"f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
			"targeting": {"if": [{"==": [{"var": ` + string(quoted) + `}, "値\"🎉"]}, "on"]}}}}`
		e, err := New(ctx, WithFlags([]byte(document)), WithPoolSize(1))
		if err != nil {
			t.Fatal(err)
		}
		in := Attributes{name: "値\"🎉"}
		text, err := in.json()
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range []EvaluationContext{in, JSON(text)} {
			if details := e.BoolDetails(ctx, "f", false, in); !details.Value {
				t.Errorf("`%s` as %T: %+v", name, in, details)
			}
		}
		e.Close()
	}
}

func TestAttributesThatAreNone(t *testing.T) {
	e := open(t)
	loop := map[string]any{}
	loop["again"] = loop
	wide := []any{}
	for range 3 {
		wide = []any{wide, wide, wide}
	}
	double := []any{nil, nil}
	double[0], double[1] = double, double
	var self any
	self = &self
	for name, test := range map[string]struct {
		value any
		code  ErrorCode
		names string
	}{
		"channel": {make(chan int), InvalidContext, "`email`"}, "function": {func() {}, InvalidContext, "`email`"},
		"struct": {struct{ A int }{1}, InvalidContext, "`email`"}, "bytes": {[]byte("x"), InvalidContext, "`email`"},
		"complex": {1i, InvalidContext, "`email`"}, "map of int": {map[int]int{1: 1}, InvalidContext, "`email`"},
		"inside":   {map[string]any{"deep": []any{1, make(chan int)}}, InvalidContext, "`email.deep.1`"},
		"circle":   {loop, ParseError, "nests deeper"},
		"circles":  {double, ParseError, "nests deeper"},
		"pointer":  {self, InvalidContext, "`email`"},
		"long":     {strings.Repeat("x", mostContext+1), ParseError, "1048576"},
		"not UTF8": {"a\xffb", ParseError, ""},
		"number":   {json.Number("1,5"), InvalidContext, "`1,5`"},
	} {
		t.Run(name, func(t *testing.T) {
			in := Attributes{"email": test.value, "which": "email"}
			for _, key := range []string{"targeted", "whole"} {
				details := e.BoolDetails(ctx, key, true, in)
				if !details.Value || details.ErrorCode != test.code || !strings.Contains(details.ErrorMessage, test.names) {
					t.Errorf("%s: %s %s", key, details.ErrorCode, details.ErrorMessage)
				}
				if details.Err() == nil || !errors.Is(details.Err(), test.code.sentinel()) {
					t.Errorf("%s: %v", key, details.Err())
				}
			}
			if !e.Bool(ctx, "static", false, in) {
				t.Error("a flag that does not read it should not care")
			}
			if _, err := Prepare(in); !errors.Is(err, test.code.sentinel()) {
				t.Errorf("prepared: %v", err)
			}
		})
	}
	if stats := e.Stats(); stats.Traps != 0 {
		t.Errorf("%+v", stats)
	}
}

// The path of a wrong attribute, whatever its names are.
func TestWrongAttributesOfAnyName(t *testing.T) {
	for _, name := range []string{"a \"quoted\" one", "emoji 🎉", "漢字"} {
		quoted, _ := json.Marshal([]string{name})
		document := `{"flags": {"f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
			"targeting": {"if": [{"in": ["x", {"var": ` + string(quoted) + `}]}, "on"]}}}}`
		e := open(t, WithFlags([]byte(document)))
		details := e.BoolDetails(ctx, "f", true, Attributes{name: []any{1, map[string]any{"内": struct{}{}}}})
		if !details.Value || details.ErrorCode != InvalidContext || !errors.Is(details.Err(), ErrInvalidContext) ||
			!strings.Contains(details.ErrorMessage, "`"+name+".1.内`") || !strings.Contains(details.ErrorMessage, "struct {}") {
			t.Errorf("%s", details.ErrorMessage)
		}
	}
}

// A length in characters would cut the value off, and take what follows for another one.
func TestLengthsAreBytes(t *testing.T) {
	long := strings.Repeat("日本語🎉ü", 2000)
	text, _ := json.Marshal(long)
	document := `{"flags": {"f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
		"targeting": {"if": [{"and": [{"==": [{"var": "a"}, ` + string(text) + `]}, {"in": [` + string(text) + `, {"var": "b"}]},
			{"==": [{"var": "c"}, 7]}]}, "on"]}}}}`
	e := open(t, WithFlags([]byte(document)))
	attributes := Attributes{"a": long, "b": []any{"x", long}, "c": 7}
	prepared, err := Prepare(attributes)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []EvaluationContext{attributes, prepared} {
		if details := e.BoolDetails(ctx, "f", false, in); !details.Value || details.Err() != nil {
			t.Errorf("%T: %+v", in, details)
		}
	}
}

func TestPreparedIsACopy(t *testing.T) {
	e := open(t)
	tags := []any{"b"}
	attributes := Attributes{"email": "ada@example.com", "app": map[string]any{"tags": tags}}
	prepared, err := Prepare(attributes)
	if err != nil {
		t.Fatal(err)
	}
	attributes["email"], tags[0] = "other", "z"
	if !e.Bool(ctx, "targeted", false, prepared) || len(e.Object(ctx, "nested", nil, prepared)) == 0 {
		t.Error("the prepared context changed")
	}
}

func TestPathsIntoTypedValues(t *testing.T) {
	e := open(t)
	for _, app := range []any{
		map[string][]string{"tags": {"b"}}, &map[string]any{"tags": []any{"b"}}, map[tier]any{"tags": [1]string{"b"}},
	} {
		if len(e.Object(ctx, "nested", nil, Attributes{"app": app})) == 0 {
			t.Errorf("%T is not read", app)
		}
	}
}
