package burgee

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"
)

func TestAValueIsWrittenAsTagAndPayload(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "00"},
		{false, "01"},
		{true, "02"},
		{7, "03 0700000000000000"},
		{int64(-1), "03 ffffffffffffffff"},
		{int32(258), "03 0201000000000000"},
		{3.0, "03 0300000000000000"},
		{0.0, "03 0000000000000000"},
		{1849.5, "04 0000000000e69c40"},
		{math.Copysign(0, -1), "04 0000000000000080"},
		{math.Pow(2, 53), "04 0000000000004043"},
		{math.Inf(1), "04 000000000000f07f"},
		{"", "05 00000000"},
		{"é", "05 02000000 c3a9"},
		{[]any{1.0, "a"}, "06 07000000 5b312c2261225d"},
		{map[string]any{}, "06 02000000 7b7d"},
		{uint8(9), "06 01000000 39"},
	} {
		got, err := appendValue(nil, test.value)
		if err != nil || hex.EncodeToString(got) != strings.ReplaceAll(test.want, " ", "") {
			t.Errorf("%#v gives %x (%v), not %s", test.value, got, err, test.want)
		}
	}
}

func TestAValueThatJSONCannotHoldIsAnError(t *testing.T) {
	_, err := appendSlots(nil, []slot{{0, []string{"reply"}}}, map[string]any{"reply": make(chan int)})
	if err == nil || !strings.Contains(err.Error(), `the attribute at ["reply"]`) {
		t.Fatalf("got %v", err)
	}
}

func TestOnlyWantedValuesThatAreThereAreSent(t *testing.T) {
	wanted := []slot{{0, []string{"plan"}}, {3, []string{"app", "beta"}}, {0x1FF, []string{"absent"}}}
	attributes := map[string]any{"plan": nil, "city": "Paris", "app": map[string]any{"beta": true}}
	got, err := appendSlots(nil, wanted, attributes)
	if err != nil || hex.EncodeToString(got) != "0000"+"00"+"0300"+"02" {
		t.Fatalf("got %x, %v", got, err)
	}
}

func TestAPathLeadsThroughObjectsAndLists(t *testing.T) {
	attributes := map[string]any{"a": map[string]any{"b": []any{"first", map[string]any{"c": 2}}}, "s": "text"}
	for _, test := range []struct {
		path string
		want any
	}{
		{"a.b.0", "first"}, {"a.b.00", "first"}, {"a.b.1.c", 2}, {"a.b.2", nil}, {"a.b.-1", nil}, {"a.b.+0", nil},
		{"a.x.y", nil}, {"s.0", nil}, {"x", nil}, {"s", "text"},
	} {
		got, found := lookUp(attributes, strings.Split(test.path, "."))
		if got != test.want || found != (test.want != nil) {
			t.Errorf("%s leads to %v (%t), not %v", test.path, got, found, test.want)
		}
	}
}
