@bulk
Feature: Evaluating all flags at once

  A host that serves browsers evaluates every flag for one context and sends the answers along.
  There is one answer per flag, in the order of the keys, and each is the answer that the flag
  gives on its own: errors and disabled flags are there too, and one bad flag does not disturb
  the others.

  Background:
    Given the flags:
      """
      {
        "flags": {
          "theme": {
            "state": "ENABLED",
            "variants": { "light": { "background": "#fff" }, "dark": { "background": "#000" } },
            "defaultVariant": "light",
            "targeting": { "if": [{ "var": "dark" }, "dark", null] }
          },
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          },
          "old-checkout": {
            "state": "DISABLED",
            "variants": { "on": true },
            "defaultVariant": "on"
          },
          "code-default": {
            "state": "ENABLED",
            "variants": { "on": true }
          },
          "broken": {
            "state": "ENABLED",
            "variants": { "on": true },
            "defaultVariant": "on",
            "targeting": { "if": [true, "nowhere"] }
          },
          "banner-text": {
            "state": "ENABLED",
            "variants": { "none": "" },
            "defaultVariant": "none"
          }
        }
      }
      """

  Scenario: Every flag has its answer
    Given the context:
      """
      {"dark": true}
      """
    When all flags are evaluated
    Then the answers are:
      | key          | value                  | variant | reason          | error code |
      | banner-text  | ""                     | none    | STATIC          |            |
      | broken       |                        |         | ERROR           | GENERAL    |
      | code-default |                        |         | DEFAULT         |            |
      | new-checkout | true                   | on      | STATIC          |            |
      | old-checkout |                        |         | DISABLED        |            |
      | theme        | {"background": "#000"} | dark    | TARGETING_MATCH |            |

  Scenario: Without a context the targeted flags answer their defaults
    When all flags are evaluated
    Then the answers are:
      | key          | value                  | variant | reason   | error code |
      | banner-text  | ""                     | none    | STATIC   |            |
      | broken       |                        |         | ERROR    | GENERAL    |
      | code-default |                        |         | DEFAULT  |            |
      | new-checkout | true                   | on      | STATIC   |            |
      | old-checkout |                        |         | DISABLED |            |
      | theme        | {"background": "#fff"} | light   | DEFAULT  |            |

  Scenario: A context that is no JSON disturbs only the flags that read it
    Given the context text:
      """
      {"dark":
      """
    When all flags are evaluated
    Then the answers are:
      | key          | value | variant | reason   | error code  |
      | banner-text  | ""    | none    | STATIC   |             |
      | broken       |       |         | ERROR    | GENERAL     |
      | code-default |       |         | DEFAULT  |             |
      | new-checkout | true  | on      | STATIC   |             |
      | old-checkout |       |         | DISABLED |             |
      | theme        |       |         | ERROR    | PARSE_ERROR |

  Scenario: A set without flags has no answers
    Given the flags:
      """
      {"flags": {}}
      """
    When all flags are evaluated
    Then the answers are:
      | key | value | variant | reason | error code |

  @time
  Scenario Outline: All flags see the same time and their own keys
    Given the flags:
      """
      {
        "flags": {
          "first": {
            "state": "ENABLED",
            "variants": { "first": 1, "second": 2 },
            "defaultVariant": "second",
            "targeting": { "if": [{ ">=": [{ "var": "$flagd.timestamp" }, 100] }, { "var": "$flagd.flagKey" }, null] }
          },
          "second": {
            "state": "ENABLED",
            "variants": { "first": 1, "second": 2 },
            "defaultVariant": "first",
            "targeting": { "if": [{ ">=": [{ "var": "$flagd.timestamp" }, 100] }, { "var": "$flagd.flagKey" }, null] }
          }
        }
      }
      """
    And the time is <time>
    When all flags are evaluated
    Then the answers are:
      | key    | value     | variant    | reason   | error code |
      | first  | <first>   | <variant1> | <reason> |            |
      | second | <second>  | <variant2> | <reason> |            |

    Examples:
      | time | first | variant1 | second | variant2 | reason          |
      | 99   | 2     | second   | 1      | first    | DEFAULT         |
      | 100  | 1     | first    | 2      | second   | TARGETING_MATCH |

  Scenario: A key in two sets has one answer for each set
    Given the flags:
      """
      {
        "flags": [
          {
            "key": "banner-colour", "state": "ENABLED", "variants": { "blue": "#00c" }, "defaultVariant": "blue",
            "metadata": { "flagSetId": "web" }
          },
          {
            "key": "banner-colour", "state": "ENABLED", "variants": { "red": "#c00" }, "defaultVariant": "red",
            "metadata": { "flagSetId": "shop" }
          }
        ]
      }
      """
    When all flags are evaluated
    Then the answers are:
      | key           | value  | variant | reason | error code |
      | banner-colour | "#c00" | red     | STATIC |            |
      | banner-colour | "#00c" | blue    | STATIC |            |
