@limits
Feature: Limits

  Whatever comes in, an evaluation ends, and it ends with an answer. JSON may be nested 128 deep,
  a chain of references may have 64 links, an evaluation may take a million steps, and a value
  that a rule builds may have one mebibyte. Beyond that the flag concerned answers an error, the
  other flags go on working, and so does the next call.

  @steps
  Scenario: A rule that would run too long answers an error
    Given the flags:
      """
      {
        "flags": {
          "slow": {
            "state": "ENABLED",
            "variants": { "true": "done", "false": "not done" },
            "defaultVariant": "false",
            "targeting": {
              "all": [[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31],
              { "all": [[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31],
              { "all": [[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31],
              { "all": [[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31],
              { "all": [[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31],
              { "==": [{ "var": "" }, { "var": "" }] }] }] }] }] }]
            }
          },
          "page-size": {
            "state": "ENABLED",
            "variants": { "small": 10 },
            "defaultVariant": "small"
          }
        }
      }
      """
    When all flags are evaluated
    Then the answers are:
      | key       | value | variant | reason | error code |
      | page-size | 10    | small   | STATIC |            |
      | slow      |       |         | ERROR  | GENERAL    |

  @size
  Scenario: A rule that would build too much answers an error
    Given the flags:
      """
      {
        "flags": {
          "large": {
            "state": "ENABLED",
            "variants": { "true": "done", "false": "not done" },
            "defaultVariant": "false",
            "targeting": {
              "!!": [{
                "reduce": [
                  [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24],
                  { "cat": [{ "var": "accumulator" }, { "var": "accumulator" }] },
                  "x"
                ]
              }]
            }
          }
        }
      }
      """
    When the flag "large" is evaluated
    Then the error code is "GENERAL"
    And the reason is "ERROR"
    And there is no value

  @references
  Scenario Outline: References that double each time cost no memory and end
    Given the flags:
      """
      {
        "$evaluators": {
          "a": { "+": [{ "$ref": "b" }, { "$ref": "b" }] },
          "b": { "+": [{ "$ref": "c" }, { "$ref": "c" }] },
          "c": { "+": [{ "$ref": "d" }, { "$ref": "d" }] },
          "d": { "+": [{ "var": "x" }, { "var": "x" }] }
        },
        "flags": {
          "doubled": {
            "state": "ENABLED",
            "variants": { "16": "sixteen", "32": "thirty-two" },
            "targeting": { "+": [{ "$ref": "a" }, 0] }
          }
        }
      }
      """
    And the context:
      """
      {"x": <x>}
      """
    When the flag "doubled" is evaluated
    Then the variant is "<variant>"

    Examples:
      | x | variant |
      | 1 | 16      |
      | 2 | 32      |

  @nesting
  Scenario: A rule may be nested, but not without end
    When the rule is applied:
      """
      {"!":{"!":{"!":{"!":{"!":{"!":{"!":{"!":true}}}}}}}}
      """
    Then the result is true

  @nesting
  Scenario: A context that is nested too deep is an error for flags that read it
    Given the flags:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "var": "vip" }, "on", null] }
          }
        }
      }
      """
    And the context text:
      """
      {"vip":true,"deep":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "PARSE_ERROR"
    And the error message contains "depth"

  @nesting
  Scenario: A document that is nested too deep is refused and the flags in force stay
    Given the flags:
      """
      {"flags": {"page-size": {"state": "ENABLED", "variants": {"small": 10}, "defaultVariant": "small"}}}
      """
    When the flags are replaced by:
      """
      {"flags":{},"note":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}
      """
    Then the update is refused
    When the flag "page-size" is evaluated
    Then the value is 10

  @numbers
  Scenario Outline: Numbers keep what they can
    Given the context text:
      """
      {"n": <number>}
      """
    When the rule is applied:
      """
      {"cat": [{"var": "n"}]}
      """
    Then the result is "<text>"

    Examples:
      | number               | text                 |
      | 9007199254740993     | 9007199254740993     |
      | 9223372036854775807  | 9223372036854775807  |
      | -9223372036854775808 | -9223372036854775808 |
      | 1e21                 | 1e+21                |
      | 100.000              | 100                  |
      | -0                   | 0                    |
      | 1e-999               | 0                    |
