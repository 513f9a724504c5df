package burgee

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/burgee-flags/burgee-go/internal/digest"
)

//go:embed selftest.json
var selfTestText []byte

type selfTest struct {
	Digest string
	Flags  json.RawMessage
	Cases  []selfTestCase
}

type selfTestCase struct {
	Name, Key string
	Context   json.RawMessage
	Now       int64
	Expect    map[string]any
}

// SelfTest evaluates a small set that the package carries, in an instance of its own, through slots and through JSON,
// and compares the digest of the answers with the expected one, which is the same for hosts in every language. It gives
// the digest, and an error that wraps [ErrSelfTest] where it differs. The flags in force play no part, and nothing
// outside of the process is asked.
func (e *Evaluator) SelfTest(ctx context.Context) (string, error) {
	if _, err := e.inForce(orBackground(ctx)); err != nil {
		return "", err
	}
	var set selfTest
	if err := decode(selfTestText, &set); err != nil {
		return "", fmt.Errorf("%w: the embedded set cannot be read: %w", ErrSelfTest, err)
	}
	private, err := e.machine.instanceOf(true)
	if err != nil {
		return "", err
	}
	defer private.close()
	_, described, err := private.describe(set.Flags)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrSelfTest, err)
	}
	for _, attributes := range []bool{true, false} {
		found, err := set.digest(private, described, attributes)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrSelfTest, err)
		}
		if found != set.Digest {
			return found, fmt.Errorf("%w: the digest is %s instead of %s", ErrSelfTest, found, set.Digest)
		}
	}
	return set.Digest, nil
}

func (s *selfTest) digest(private *instance, described *table, attributes bool) (string, error) {
	sum := digest.New()
	for at := range s.Cases {
		one := &s.Cases[at]
		in, err := one.context(attributes)
		if err != nil {
			return "", err
		}
		if err := private.setTime(one.Now); err != nil {
			return "", err
		}
		answer, err := private.answerAt(described.flags[one.Key], one.Key, in)
		if err != nil {
			return "", fmt.Errorf("`%s`: %w", one.Name, err)
		}
		members := digest.Members(string(answer.Reason), string(answer.ErrorCode), answer.Variant, answer.HasValue, answer.Value, answer.Metadata)
		if err := sum.Add(one.Name, members); err != nil {
			return "", err
		}
	}
	return sum.Sum(), nil
}

func (c *selfTestCase) context(attributes bool) (EvaluationContext, error) {
	if !attributes || c.Context == nil {
		return JSON(c.Context), nil
	}
	var read Attributes
	err := decode(c.Context, &read)
	return read, err
}
