@fractional
Feature: Splitting users with fractional

  `fractional` puts each user into one of several parts, always the same one for the same user.
  The first argument says by what to split, such as an address; without it the flag key together
  with the targeting key is used, so that two flags split the same users differently. Each part
  is a list of a variant and a weight; a part without a weight weighs one. Weights are whole
  numbers and need not add up to 100.

  If nothing can be selected, because there is no targeting key, a weight is no whole number, or
  all weights are zero, the answer is null and the flag falls back to its default variant.

  There are three versions. Version 2 is in force unless the metadata of the flag or of its set
  says otherwise by `fractionalVersion`.

  Background:
    Given the flags:
      """
      {
        "flags": {
          "headerColor": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c", "green": "#0c0", "yellow": "#cc0" },
            "defaultVariant": "red",
            "targeting": {
              "fractional": [
                { "cat": [{ "var": "$flagd.flagKey" }, { "var": "email" }] },
                ["red", 25], ["blue", 25], ["green", 25], ["yellow", 25]
              ]
            }
          },
          "fractional-flag-shorthand": {
            "state": "ENABLED",
            "variants": { "heads": "heads", "tails": "tails", "draw": "draw" },
            "defaultVariant": "draw",
            "targeting": { "fractional": [["heads"], ["tails", 1]] }
          },
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "new": "new", "old": "old" },
            "defaultVariant": "old",
            "targeting": {
              "fractional": [
                { "var": "targetingKey" },
                ["new", { "if": [{ "==": [{ "var": "tier" }, "premium"] }, 100, 0] }],
                ["old", 10]
              ]
            }
          },
          "nested": {
            "state": "ENABLED",
            "variants": { "premium": "premium", "standard": "standard" },
            "defaultVariant": "standard",
            "targeting": {
              "fractional": [
                { "var": "targetingKey" },
                [{ "if": [{ "==": [{ "var": "tier" }, "premium"] }, "premium", "standard"] }, 50],
                ["standard", 50]
              ]
            }
          },
          "everybody": {
            "state": "ENABLED",
            "variants": { "single": "single", "none": "none" },
            "defaultVariant": "none",
            "targeting": { "fractional": [["single", 1]] }
          },
          "nobody": {
            "state": "ENABLED",
            "variants": { "one": 1, "two": 2, "none": 0 },
            "defaultVariant": "none",
            "targeting": { "fractional": [["one", 0], ["two", 0]] }
          },
          "boundaries": {
            "state": "ENABLED",
            "variants": { "lower": "lower", "upper": "upper" },
            "defaultVariant": "lower",
            "targeting": { "fractional": [{ "var": "seed" }, ["lower", 50], ["upper", 50]] }
          }
        }
      }
      """

  Scenario Outline: Users are split by flag and address
    Given the context:
      """
      {"email": "<email>"}
      """
    When the flag "headerColor" is evaluated
    Then the variant is "<variant>"
    And the reason is "TARGETING_MATCH"

    Examples:
      | email           | variant |
      | rachel@faas.com | blue    |
      | monica@faas.com | yellow  |
      | joey@faas.com   | red     |
      | ross@faas.com   | blue    |

  Scenario Outline: Without a first argument the targeting key decides
    Given the context:
      """
      {"targetingKey": "<user>"}
      """
    When the flag "fractional-flag-shorthand" is evaluated
    Then the variant is "<variant>"

    Examples:
      | user             | variant |
      | jon@company.com  | heads   |
      | jane@company.com | tails   |

  Scenario Outline: Without a usable targeting key nothing is selected
    Given the context:
      """
      <context>
      """
    When the flag "fractional-flag-shorthand" is evaluated
    Then the variant is "draw"
    And the reason is "DEFAULT"
    And there is no error

    Examples:
      | context                |
      | {}                     |
      | {"targetingKey": ""}   |
      | {"targetingKey": null} |
      | {"targetingKey": 7}    |

  Scenario: A single part is for everybody
    Given the context:
      """
      {"targetingKey": "anybody"}
      """
    When the flag "everybody" is evaluated
    Then the value is "single"
    And the reason is "TARGETING_MATCH"

  Scenario: Parts without weight are for nobody
    Given the context:
      """
      {"targetingKey": "anybody"}
      """
    When the flag "nobody" is evaluated
    Then the variant is "none"
    And the reason is "DEFAULT"

  @nested
  Scenario Outline: A weight may be computed
    Given the context:
      """
      {"targetingKey": "<user>", "tier": "<tier>"}
      """
    When the flag "new-checkout" is evaluated
    Then the variant is "<variant>"

    Examples:
      | user            | tier    | variant |
      | jon@company.com | premium | new     |
      | user1           | premium | new     |
      | jon@company.com | basic   | old     |
      | user1           | basic   | old     |

  @nested
  Scenario Outline: A variant may be computed
    Given the context:
      """
      {"targetingKey": "<user>", "tier": "<tier>"}
      """
    When the flag "nested" is evaluated
    Then the variant is "<variant>"

    Examples:
      | user            | tier    | variant  |
      | jon@company.com | premium | premium  |
      | jon@company.com | basic   | standard |
      | user1           | premium | standard |
      | user1           | basic   | standard |

  Scenario Outline: The parts meet exactly in the middle
    Given the context:
      """
      {"seed": "<seed>"}
      """
    When the flag "boundaries" is evaluated
    Then the variant is "<variant>"

    Examples:
      | seed   | hash       | variant |
      | ejOoVL | 0          | lower   |
      | bY9fO- | 1          | lower   |
      | SI7p-  | 2147483647 | lower   |
      | 6LvT0  | 2147483648 | upper   |
      | ceQdGm | 4294967295 | upper   |

  @fractional-versions
  Scenario Outline: Another version splits differently
    Given the fractional version "<version>"
    And the flags:
      """
      {
        "flags": {
          "cards": {
            "state": "ENABLED",
            "variants": { "clubs": 1, "diamonds": 2, "hearts": 3, "spades": 4 },
            "defaultVariant": "clubs",
            "targeting": {
              "fractional": [
                { "var": "seed" },
                ["clubs", 25], ["diamonds", 25], ["hearts", 25], ["spades", 25]
              ]
            }
          }
        }
      }
      """
    And the context:
      """
      {"seed": "<seed>"}
      """
    When the flag "cards" is evaluated
    Then the variant is "<variant>"

    Examples:
      | version | seed                 | variant  |
      | v1      | fractional-flagjack  | spades   |
      | v2      | fractional-flagjack  | hearts   |
      | v3      | fractional-flagjack  | diamonds |
      | v1      | fractional-flagqueen | clubs    |
      | v2      | fractional-flagqueen | spades   |
      | v3      | fractional-flagqueen | diamonds |

  @fractional-versions
  Scenario: A flag may choose its version by its metadata
    Given the flags:
      """
      {
        "flags": {
          "fractional-flag-shorthand": {
            "state": "ENABLED",
            "variants": { "heads": "heads", "tails": "tails" },
            "defaultVariant": "heads",
            "targeting": { "fractional": [["heads"], ["tails"]] },
            "metadata": { "fractionalVersion": "v3" }
          }
        }
      }
      """
    And the context:
      """
      {"targetingKey": "jon@company.com"}
      """
    When the flag "fractional-flag-shorthand" is evaluated
    Then the variant is "tails"
    And the metadata is {"fractionalVersion": "v3"}

  @fractional-versions
  Scenario Outline: Version 3 splits by values of any type
    Given the fractional version "v3"
    And the flags:
      """
      {
        "flags": {
          "halves": {
            "state": "ENABLED",
            "variants": { "lower": "lower", "upper": "upper", "none": "none" },
            "defaultVariant": "none",
            "targeting": { "fractional": [{ "var": "id" }, ["lower", 50], ["upper", 50]] }
          }
        }
      }
      """
    And the context text:
      """
      {"id": <id>}
      """
    When the flag "halves" is evaluated
    Then the variant is "<variant>"

    Examples:
      | id               | bucket | variant |
      | true             | 19     | lower   |
      | 123              | 77     | upper   |
      | "123"            | 86     | upper   |
      | 1.0              | 89     | upper   |
      | 1.23             | 55     | upper   |
      | {"a": 1, "b": 2} | 89     | upper   |
      | {}               | 9      | lower   |
      | null             |        | none    |
