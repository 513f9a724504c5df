package flagd

import (
	"reflect"
	"testing"

	"burgee-bench-go/internal/burgee"
)

const document = `{"metadata":{"version":"7"},
  "$evaluators":{"staff":{"ends_with":[{"var":"email"},"@example.com"]}},
  "flags":{
    "static":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"on"},
    "shared":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
      "targeting":{"if":[{"$ref":"staff"},"on","off"]}},
    "colour":{"state":"ENABLED","variants":{"red":"#f00","blue":"#00f"},"defaultVariant":"red",
      "targeting":{"if":[{"sem_ver":[{"var":"version"},">=","2.0.0"]},"blue"]}},
    "disabled":{"state":"DISABLED","variants":{"on":true,"off":false},"defaultVariant":"off"}}}`

var (
	user     = map[string]any{"targetingKey": "user-1", "email": "ada@example.com", "version": "2.1.0"}
	metadata = map[string]any{"version": "7"}
	on       = burgee.Answer{Value: true, Variant: "on", Reason: "TARGETING_MATCH", Metadata: metadata}
	off      = burgee.Answer{Reason: "DISABLED", Metadata: metadata}
	still    = burgee.Answer{Value: true, Variant: "on", Reason: "STATIC", Metadata: metadata}
	blue     = burgee.Answer{Value: "#00f", Variant: "blue", Reason: "TARGETING_MATCH", Metadata: metadata}
)

func open(t *testing.T) *Evaluator {
	t.Helper()
	made, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Update(document); err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAFlagIsAskedForWithTheTypeOfItsValues(t *testing.T) {
	flags := open(t)
	for key, want := range map[string]burgee.Answer{
		"static": still, "shared": on, "disabled": off,
		"absent": {Reason: "ERROR", ErrorCode: "FLAG_NOT_FOUND", Metadata: map[string]any{}},
	} {
		if got := flags.Boolean(key, user).Answer(); !reflect.DeepEqual(got, want) {
			t.Errorf("`%s` answers %+v, not %+v", key, got, want)
		}
	}
	if got := flags.Text("colour", user).Answer(); !reflect.DeepEqual(got, blue) {
		t.Errorf("`colour` answers %+v, not %+v", got, blue)
	}
	if got := flags.Boolean("colour", user).Answer(); got.ErrorCode != "TYPE_MISMATCH" {
		t.Errorf("`colour` as a boolean answers %+v", got)
	}
}

func TestAllFlagsAreSortedByKey(t *testing.T) {
	all, err := open(t).All(user)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Answers(all), []burgee.Answer{blue, off, on, still}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, not %+v", got, want)
	}
}

func TestAnUpdateReplacesTheFlags(t *testing.T) {
	flags := open(t)
	if err := flags.Update(`{"flags":{}}`); err != nil {
		t.Fatal(err)
	}
	if got := flags.Boolean("static", user).Answer(); got.ErrorCode != "FLAG_NOT_FOUND" {
		t.Errorf("got %+v", got)
	}
}

func TestARefusedUpdateIsAnError(t *testing.T) {
	if err := open(t).Update(`{"flags":`); err == nil {
		t.Fatal("half a document is accepted")
	}
}
