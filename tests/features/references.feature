@references
Feature: Sharing rules between flags

  A rule that several flags need stands once, under `$evaluators`, and is used by name with
  `{"$ref": "name"}`. A shared rule may use other shared rules. A reference to nothing and a
  circle of references are mistakes: the strict mode refuses the document, the permissive mode
  accepts it and lets only the flags concerned answer PARSE_ERROR.

  Background:
    Given the flags:
      """
      {
        "$evaluators": {
          "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] },
          "isAdult": { ">=": [{ "var": "age" }, 18] },
          "adultStaff": { "and": [{ "$ref": "isStaff" }, { "$ref": "isAdult" }] }
        },
        "flags": {
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue",
            "targeting": { "if": [{ "$ref": "isStaff" }, "red", null] }
          },
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "and": [{ "$ref": "isStaff" }, { "var": "beta" }] }, "on", "off"] }
          },
          "wine-list": {
            "state": "ENABLED",
            "variants": { "shown": 1, "hidden": 0 },
            "defaultVariant": "hidden",
            "targeting": { "if": [{"$ref":"adultStaff"}, "shown", "hidden"] }
          },
          "any-staff": {
            "state": "ENABLED",
            "variants": { "yes": true, "no": false },
            "defaultVariant": "no",
            "targeting": { "if": [{ "some": [{ "var": "guests" }, { "$ref": "isStaff" }] }, "yes", "no"] }
          }
        }
      }
      """

  Scenario Outline: A shared rule is applied where it is referred to
    Given the context:
      """
      {"email": "<email>"}
      """
    When the flag "banner-colour" is evaluated
    Then the value is "<value>"
    And the reason is "<reason>"

    Examples:
      | email        | value | reason          |
      | ann@faas.com | #c00  | TARGETING_MATCH |
      | bob@else.com | #00c  | DEFAULT         |

  Scenario: A second flag uses the same rule inside a larger one
    Given the context:
      """
      {"email": "ann@faas.com", "beta": true}
      """
    When the flag "new-checkout" is evaluated
    Then the value is true

  Scenario Outline: A shared rule may use other shared rules
    Given the context:
      """
      {"email": "<email>", "age": <age>}
      """
    When the flag "wine-list" is evaluated
    Then the variant is "<variant>"

    Examples:
      | email        | age | variant |
      | ann@faas.com | 30  | shown   |
      | ann@faas.com | 17  | hidden  |
      | bob@else.com | 30  | hidden  |

  Scenario: Inside an iterator a shared rule sees the element
    Given the context:
      """
      {"guests": [{"email": "bob@else.com"}, {"email": "ann@faas.com"}]}
      """
    When the flag "any-staff" is evaluated
    Then the value is true

  Scenario Outline: White space in a reference does not matter
    Given the flags:
      """
      {
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue",
            "targeting": { "if": [<reference>, "red", "blue"] }
          }
        }
      }
      """
    And the context:
      """
      {"email": "ann@faas.com"}
      """
    When the flag "banner-colour" is evaluated
    Then the variant is "red"

    Examples:
      | reference                |
      | {"$ref":"isStaff"}       |
      | {"$ref": "isStaff"}      |
      | { "$ref" : "isStaff" }   |

  @strict
  Scenario: A reference to nothing is refused
    When the flags are loaded:
      """
      {
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00" },
            "targeting": { "if": [{ "$ref": "isStaf" }, "red"] }
          }
        }
      }
      """
    Then the update is refused

  @permissive
  Scenario: In permissive mode a broken reference disturbs its own flag only
    Given the flags in permissive mode:
      """
      {
        "$evaluators": {
          "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] },
          "ping": { "!": [{ "$ref": "pong" }] },
          "pong": { "!": [{ "$ref": "ping" }] }
        },
        "flags": {
          "unknown": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "nowhere" }, "on"] }
          },
          "unknown-in-a-branch-that-is-never-taken": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [true, "on", { "$ref": "nowhere" }] }
          },
          "circle": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "ping" }, "on"] }
          },
          "good": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on"] }
          }
        }
      }
      """
    And the context:
      """
      {"email": "ann@faas.com"}
      """
    When all flags are evaluated
    Then the answers are:
      | key                                     | value | variant | reason          | error code  |
      | circle                                  |       |         | ERROR           | PARSE_ERROR |
      | good                                    | true  | on      | TARGETING_MATCH |             |
      | unknown                                 |       |         | ERROR           | PARSE_ERROR |
      | unknown-in-a-branch-that-is-never-taken |       |         | ERROR           | PARSE_ERROR |
