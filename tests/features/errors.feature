@errors
Feature: Errors

  An evaluation never fails in any other way than by an answer with the reason ERROR and a code:

  - FLAG_NOT_FOUND: there is no flag of that key;
  - PARSE_ERROR: the context or the rule cannot be understood;
  - TYPE_MISMATCH: the value has another type than the caller asked for;
  - GENERAL: anything else, above all a rule that names a variant that does not exist.

  An error has no value. There is no silent fall-back to the default variant: the caller uses
  the default of its own code and can see why.

  Background:
    Given the flags:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "var": "vip" }, "on", null] }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue",
            "targeting": { "if": [true, { "var": "colour" }] }
          },
          "page-size": {
            "state": "ENABLED",
            "variants": { "small": 10 },
            "defaultVariant": "small"
          }
        }
      }
      """

  Scenario Outline: A flag that does not exist
    When the flag "<key>" is evaluated
    Then the error code is "FLAG_NOT_FOUND"
    And the reason is "ERROR"
    And there is no value
    And there is no variant

    Examples:
      | key           |
      | no-such-flag  |
      | New-Checkout  |
      | checkout      |

  Scenario: A set without flags
    Given the flags:
      """
      {"flags": {}}
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "FLAG_NOT_FOUND"

  @typed
  Scenario: A value of another type than the caller asked for
    When the flag "page-size" is evaluated as a string
    Then the error code is "TYPE_MISMATCH"
    And the reason is "ERROR"
    And there is no value

  Scenario Outline: A rule that answers something that is no variant
    Given the context:
      """
      {"colour": <colour>}
      """
    When the flag "banner-colour" is evaluated
    Then the error code is "GENERAL"
    And the reason is "ERROR"
    And there is no value

    Examples:
      | colour     |
      | "green"    |
      | ""         |
      | "Red"      |
      | 7          |
      | ["red"]    |
      | {"red": 1} |
      | true       |

  Scenario: A rule that names a variant that does not exist says which
    Given the context:
      """
      {"colour": "green"}
      """
    When the flag "banner-colour" is evaluated
    Then the error message contains "green"

  @context
  Scenario Outline: A context that is no JSON is an error for flags that read it
    Given the context text:
      """
      <text>
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "PARSE_ERROR"
    And the reason is "ERROR"
    And there is no value

    Examples:
      | text                      |
      | {"vip": true              |
      | {'vip': true}             |
      | {"vip": true,}            |
      | {"vip": 1e999}            |
      | {"vip": 01}               |

  @context
  Scenario: Half a surrogate pair in a context is an error for flags that read it
    Given the context text:
      """
      {"vip": "\ud800"}
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "PARSE_ERROR"

  @context
  Scenario Outline: A context that is JSON but no object counts as empty
    Given the context text:
      """
      <text>
      """
    When the flag "new-checkout" is evaluated
    Then the variant is "off"
    And the reason is "DEFAULT"
    And there is no error

    Examples:
      | text            |
      | [{"vip": true}] |
      | "vip"           |
      | 42              |
      | null            |

  @permissive
  Scenario: An unknown operator that is reached
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "var": "vip" }, "on", { "upper": ["off"] }] }
          }
        }
      }
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "PARSE_ERROR"
    And there is no value

  @permissive
  Scenario: An unknown operator in a branch that is not taken
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "var": "vip" }, "on", { "upper": ["off"] }] }
          }
        }
      }
      """
    And the context:
      """
      {"vip": true}
      """
    When the flag "new-checkout" is evaluated
    Then the value is true
    And there is no error

  Scenario: The next evaluation works after an error
    Given the context text:
      """
      {"vip":
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "PARSE_ERROR"
    When the flag "page-size" is evaluated
    Then the value is 10
    And there is no error

  Scenario: Arithmetic that cannot work is null and no error
    When the rule is applied:
      """
      {"+": ["abc", 1]}
      """
    Then the result is null
