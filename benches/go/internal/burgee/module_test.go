package burgee

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
)

const document = `{"metadata":{"version":"7"},
  "$evaluators":{"staff":{"ends_with":[{"var":"email"},"@example.com"]}},
  "flags":{
    "static":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"on"},
    "equals":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
      "targeting":{"if":[{"==":[{"var":"email"},"ada@example.com"]},"on","off"]}},
    "nested":{"state":"ENABLED","variants":{"a":0.5,"b":1.5},"defaultVariant":"a",
      "targeting":{"if":[{"in":["beta",{"var":"app.channels"}]},"b"]}},
    "numbers":{"state":"ENABLED","variants":{"3|1.5":1,"other":2},"defaultVariant":"other",
      "targeting":{"cat":[{"var":"count"},"|",{"var":"ratio"}]}},
    "whole":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
      "targeting":{"if":[{"==":[{"var":{"cat":["e","mail"]}},"ada@example.com"]},"on","off"]}},
    "time":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
      "targeting":{"if":[{">":[{"var":"$flagd.timestamp"},1700000000]},"on","off"]}},
    "broken":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
      "targeting":{"if":[true,"no such variant"]}},
    "shared":{"state":"ENABLED","variants":{"on":{"k":[1]},"off":{}},"defaultVariant":"off",
      "targeting":{"if":[{"$ref":"staff"},"on","off"]}},
    "disabled":{"state":"DISABLED","variants":{"on":true,"off":false},"defaultVariant":"off"}}}`

var user = map[string]any{
	"targetingKey": "user-1", "email": "ada@example.com", "count": 3.0, "ratio": 1.5,
	"app": map[string]any{"channels": []any{"alpha", "beta"}},
}

func open(t testing.TB, config wazero.RuntimeConfig) *Module {
	t.Helper()
	path := os.Getenv("BURGEE_WASM")
	if path == "" {
		path = "../../../../dist/burgee.wasm"
	}
	wasm, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no module: `make wasm` builds it, BURGEE_WASM names another")
	}
	if err != nil {
		t.Fatal(err)
	}
	module, err := Open(context.Background(), config, wasm)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = module.Close() })
	if err := module.Load([]byte(document)); err != nil {
		t.Fatal(err)
	}
	return module
}

func TestSlotsAndJSONGiveTheSameAnswer(t *testing.T) {
	for name, config := range map[string]wazero.RuntimeConfig{
		"compiler": wazero.NewRuntimeConfigCompiler(), "interpreter": wazero.NewRuntimeConfigInterpreter(),
	} {
		t.Run(name, func(t *testing.T) {
			module := open(t, config)
			for _, attributes := range []map[string]any{user, {}, {"email": strings.Repeat("long", 5000)}} {
				for key := range module.table.flags {
					compare(t, module, key, attributes)
				}
			}
		})
	}
}

func compare(t *testing.T, module *Module, key string, attributes map[string]any) {
	t.Helper()
	slots, err := module.Evaluate(key, attributes)
	if err != nil {
		t.Fatal(err)
	}
	object, err := module.EvaluateObject(key, attributes)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(slots, object) {
		t.Errorf("`%s` answers %+v through slots and %+v through JSON", key, slots, object)
	}
}

func TestSlotsAnswerFromTheContext(t *testing.T) {
	module := open(t, wazero.NewRuntimeConfigCompiler())
	for key, want := range map[string]Answer{
		"static": {Value: true, Variant: "on", Reason: "STATIC"},
		"equals": {Value: true, Variant: "on", Reason: "TARGETING_MATCH"},
		"nested": {Value: 1.5, Variant: "b", Reason: "TARGETING_MATCH"},
		"time":   {Value: true, Variant: "on", Reason: "TARGETING_MATCH"},
		"broken": {Reason: "ERROR", ErrorCode: "GENERAL"},
		"absent": {Reason: "ERROR", ErrorCode: "FLAG_NOT_FOUND"},
	} {
		got, err := module.Evaluate(key, user)
		got.Metadata = nil
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("`%s` answers %+v, not %+v: %v", key, got, want, err)
		}
	}
}

func TestALoadForgetsTheFlagsBefore(t *testing.T) {
	module := open(t, wazero.NewRuntimeConfigCompiler())
	if err := module.Load([]byte(`{"flags":{}}`)); err != nil {
		t.Fatal(err)
	}
	answer, err := module.Evaluate("static", user)
	if err != nil || answer.ErrorCode != "FLAG_NOT_FOUND" {
		t.Fatalf("got %+v, %v", answer, err)
	}
}

func TestAnUpdateWithoutADescriptionMakesSlotsStale(t *testing.T) {
	module := open(t, wazero.NewRuntimeConfigCompiler())
	if _, err := module.Update([]byte(`{"flags":{}}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := module.Evaluate("static", user); err == nil {
		t.Fatal("an old description is accepted")
	}
}

func TestARefusedUpdateSaysWhy(t *testing.T) {
	module := open(t, wazero.NewRuntimeConfigCompiler())
	if err := module.Load([]byte(`{"flags":7}`)); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Fatalf("got %v", err)
	}
}

func TestSlotsAllocateNothing(t *testing.T) {
	module := open(t, wazero.NewRuntimeConfigCompiler())
	for _, key := range []string{"static", "equals", "numbers", "shared", "time", "absent"} {
		var answer Answer
		allocated := testing.AllocsPerRun(1000, func() { answer, _ = module.Evaluate(key, user) })
		if allocated > 0 {
			t.Errorf("`%s` allocates %v times, for %+v", key, allocated, answer)
		}
	}
}

func TestJSONBytesAllocateNothing(t *testing.T) {
	module := open(t, wazero.NewRuntimeConfigCompiler())
	context, answer := []byte(`{"email":"ada@example.com"}`), make([]byte, 0, 4096)
	allocated := testing.AllocsPerRun(1000, func() { answer, _ = module.EvaluateBytes("equals", context, answer) })
	if allocated > 0 {
		t.Errorf("allocates %v times, for %s", allocated, answer)
	}
}
