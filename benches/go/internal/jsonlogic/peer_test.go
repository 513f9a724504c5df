package jsonlogic

import (
	"errors"
	"testing"

	"burgee-bench-go/internal/flagd"
)

const document = `{"flags":{
  "equals":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
    "targeting":{"if":[{"==":[{"var":"email"},"ada@example.com"]},"on","off"]}},
  "shared":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
    "targeting":{"if":[{"$ref":"staff"},"on","off"]}},
  "bucket":{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off",
    "targeting":{"if":[{"and":[true,{"fractional":[{"var":"email"},["on",1]]}]},"on","off"]}},
  "static":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"},
  "disabled":{"state":"DISABLED","variants":{"on":true},"defaultVariant":"on","targeting":{"if":[true,"on"]}}}}`

func TestARuleNamesTheVariant(t *testing.T) {
	flags, err := Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	for email, want := range map[string]bool{"ada@example.com": true, "bob@example.com": false} {
		value, _, err := flags.Evaluate("equals", map[string]any{"email": email})
		if err != nil || value != want {
			t.Errorf("%s gets %v: %v", email, value, err)
		}
	}
}

func TestFlagsOfAnotherKindAreNotSupported(t *testing.T) {
	if _, err := flagd.New(); err != nil {
		t.Fatal(err)
	}
	flags, err := Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]error{
		"equals": nil, "shared": ErrUnsupported, "bucket": ErrUnsupported,
		"static": ErrNotTargeted, "disabled": ErrNotTargeted, "absent": ErrNotTargeted,
	} {
		if err := flags.Supports(key); !errors.Is(err, want) {
			t.Errorf("`%s`: %v, not %v", key, err, want)
		}
	}
}
