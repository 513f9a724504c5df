@targeting
Feature: Targeting

  The `targeting` of a flag is a rule in JSON Logic. It is applied to the evaluation context and
  answers the name of a variant. When it answers null, the flag falls back to its default
  variant and the reason is DEFAULT; when it names a variant, the reason is TARGETING_MATCH,
  also if that happens to be the default variant.

  Beside what the caller sends, a rule can read `targetingKey`, and, under `$flagd`, the key of
  the flag and the time of the evaluation in seconds.

  Background:
    Given the flags:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": {
              "if": [
                { "in": [{ "var": "country" }, ["DE", "AT", "CH"]] }, "on",
                { "==": [{ "var": "user.role" }, "staff"] }, "on",
                null
              ]
            }
          },
          "is-beta": {
            "state": "ENABLED",
            "variants": { "true": "beta page", "false": "usual page" },
            "defaultVariant": "false",
            "targeting": { "==": [{ "var": "channel" }, "beta"] }
          },
          "page-size": {
            "state": "ENABLED",
            "variants": { "10": "short", "20": "long" },
            "defaultVariant": "10",
            "targeting": { "*": [{ "var": "columns" }, 10] }
          },
          "hidden-feature": {
            "state": "ENABLED",
            "variants": { "hit": "hit", "miss": "miss" },
            "defaultVariant": "miss",
            "targeting": { "if": [{ "==": [{ "var": "targetingKey" }, "user-7"] }, "hit", null] }
          },
          "winter-sale": {
            "state": "ENABLED",
            "variants": { "before": 0, "during": 1, "after": 2 },
            "defaultVariant": "before",
            "targeting": {
              "if": [
                { "<": [{ "var": "$flagd.timestamp" }, 1700000000] }, "before",
                { "<": [{ "var": "$flagd.timestamp" }, 1700086400] }, "during",
                "after"
              ]
            }
          },
          "self-aware": {
            "state": "ENABLED",
            "variants": { "yes": true, "no": false },
            "defaultVariant": "no",
            "targeting": { "if": [{ "==": [{ "var": "$flagd.flagKey" }, "self-aware"] }, "yes", "no"] }
          }
        }
      }
      """

  Scenario Outline: The first condition that holds selects the variant
    Given the context:
      """
      <context>
      """
    When the flag "new-checkout" is evaluated
    Then the value is <value>
    And the variant is "<variant>"
    And the reason is "<reason>"

    Examples:
      | context                                      | value | variant | reason          |
      | {"country": "DE"}                            | true  | on      | TARGETING_MATCH |
      | {"country": "FR"}                            | false | off     | DEFAULT         |
      | {"country": "FR", "user": {"role": "staff"}} | true  | on      | TARGETING_MATCH |
      | {"user": {"role": "guest"}}                  | false | off     | DEFAULT         |
      | {}                                           | false | off     | DEFAULT         |

  Scenario: A missing context is an empty one
    When the flag "new-checkout" is evaluated
    Then the variant is "off"
    And the reason is "DEFAULT"

  Scenario Outline: A boolean result selects the variant of that name
    Given the context:
      """
      {"channel": "<channel>"}
      """
    When the flag "is-beta" is evaluated
    Then the value is <value>
    And the reason is "TARGETING_MATCH"

    Examples:
      | channel | value        |
      | beta    | "beta page"  |
      | stable  | "usual page" |

  Scenario: A number as a result selects the variant of that name
    Given the context:
      """
      {"columns": 2}
      """
    When the flag "page-size" is evaluated
    Then the value is "long"
    And the variant is "20"

  Scenario Outline: The targeting key of the context can be read by its name
    Given the context:
      """
      <context>
      """
    When the flag "hidden-feature" is evaluated
    Then the value is "<value>"
    And the reason is "<reason>"

    Examples:
      | context                    | value | reason          |
      | {"targetingKey": "user-7"} | hit   | TARGETING_MATCH |
      | {"targetingKey": "user-8"} | miss  | DEFAULT         |
      | {}                         | miss  | DEFAULT         |

  @time
  Scenario Outline: A rule can look at the time of the evaluation
    Given the time is <time>
    When the flag "winter-sale" is evaluated
    Then the variant is "<variant>"
    And the reason is "TARGETING_MATCH"

    Examples:
      | time       | variant |
      | 1699999999 | before  |
      | 1700000000 | during  |
      | 1700086400 | after   |

  Scenario: A rule can look at the key of its flag
    When the flag "self-aware" is evaluated
    Then the value is true

  Scenario: A caller cannot forge what stands under $flagd
    Given the time is 1700000000
    And the context:
      """
      {"$flagd": {"flagKey": "forged", "timestamp": 1}}
      """
    When the flag "winter-sale" is evaluated
    Then the variant is "during"

  Scenario: Selecting the default variant by a rule is still a match
    Given the flags:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "var": "vip" }, "on", "off"] }
          }
        }
      }
      """
    When the flag "new-checkout" is evaluated
    Then the variant is "off"
    And the reason is "TARGETING_MATCH"

  @json-logic
  Scenario Outline: Rules can be tried out on their own
    Given the context:
      """
      {"cart": {"items": [{"price": 5}, {"price": 20}]}, "user": "ann"}
      """
    When the rule is applied:
      """
      <rule>
      """
    Then the result is <result>

    Examples:
      | rule                                                                                             | result        |
      | {"var": "cart.items.1.price"}                                                                    | 20            |
      | {"var": ["cart.voucher", "none"]}                                                                | "none"        |
      | {"map": [{"var": "cart.items"}, {"var": "price"}]}                                               | [5, 20]       |
      | {"some": [{"var": "cart.items"}, {">": [{"var": "price"}, 10]}]}                                 | true          |
      | {"reduce": [{"var": "cart.items"}, {"+": [{"var": "accumulator"}, {"var": "current.price"}]}, 0]} | 25            |
      | {"missing": ["user", "email"]}                                                                   | ["email"]     |
      | {"cat": ["hello ", {"var": "user"}]}                                                             | "hello ann"   |
      | {"/": [1, 0]}                                                                                    | null          |
      | {"==": [null, 0]}                                                                                | false         |

  @json-logic
  Scenario: Inside an iterator a rule sees the element and nothing outside
    Given the context:
      """
      {"limit": 10, "prices": [5, 20]}
      """
    When the rule is applied:
      """
      {"filter": [{"var": "prices"}, {">": [{"var": ""}, {"var": "limit"}]}]}
      """
    Then the result is [5, 20]
