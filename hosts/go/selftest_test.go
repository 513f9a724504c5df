package burgee

import (
	"bytes"
	"errors"
	"testing"

	"github.com/burgee-flags/burgee-go/internal/digest"
)

func TestSelfTest(t *testing.T) {
	e := open(t)
	sum, err := e.SelfTest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var set selfTest
	if err := decode(selfTestText, &set); err != nil {
		t.Fatal(err)
	}
	// The digest in the file is that of what its cases expect.
	expected := digest.New()
	for _, one := range set.Cases {
		if err := expected.Add(one.Name, one.Expect); err != nil {
			t.Fatal(err)
		}
	}
	if sum != expected.Sum() || sum != set.Digest || expected.Count() < 20 {
		t.Errorf("%s, %s, %s", sum, expected.Sum(), set.Digest)
	}
	if !e.Bool(ctx, "static", false, nil) {
		t.Error("the flags in force should be there still")
	}
}

func TestSelfTestFindsAnotherAnswer(t *testing.T) {
	e := open(t)
	kept := selfTestText
	defer func() { selfTestText = kept }()
	selfTestText = bytes.Replace(kept, []byte(`"@example.com"`), []byte(`"@example.net"`), 1)
	if _, err := e.SelfTest(ctx); !errors.Is(err, ErrSelfTest) {
		t.Error(err)
	}
	selfTestText = []byte("{")
	if _, err := e.SelfTest(ctx); !errors.Is(err, ErrSelfTest) {
		t.Error(err)
	}
	e.Close()
	if _, err := e.SelfTest(ctx); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}
