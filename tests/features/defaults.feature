@defaults
Feature: Default variants and code defaults

  The default variant is what a flag answers when its targeting selects nothing. A flag may do
  without: when `defaultVariant` is left out, null or empty, the flag defers to the default that
  the calling code brings. Such an answer has the reason DEFAULT and neither value nor variant,
  and it is no error.

  Background:
    Given the flags:
      """
      {
        "flags": {
          "left-out": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false }
          },
          "is-null": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": null
          },
          "is-empty": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": ""
          },
          "job-title": {
            "state": "ENABLED",
            "variants": { "ceo": "CEO", "staff": "Staff" },
            "targeting": { "if": [{ "==": [{ "var": "email" }, "jobs@orange.com"] }, "ceo", null] }
          },
          "free-items": {
            "state": "ENABLED",
            "variants": { "zero": 0, "one": 1 },
            "defaultVariant": "zero",
            "targeting": { "if": [{ "var": "vip" }, "one", null] }
          },
          "banner-text": {
            "state": "ENABLED",
            "variants": { "none": "", "sale": "Sale!" },
            "defaultVariant": "none",
            "targeting": { "if": [{ "var": "vip" }, "sale", null] }
          },
          "theme": {
            "state": "ENABLED",
            "variants": { "plain": {}, "gold": { "border": "gold" } },
            "defaultVariant": "plain",
            "targeting": { "if": [{ "var": "vip" }, "gold", null] }
          },
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "var": "vip" }, "on", null] }
          }
        }
      }
      """

  Scenario Outline: A flag without a default variant defers to the code
    When the flag "<key>" is evaluated
    Then there is no value
    And there is no variant
    And the reason is "DEFAULT"
    And there is no error

    Examples:
      | key      |
      | left-out |
      | is-null  |
      | is-empty |

  Scenario: Targeting works without a default variant
    Given the context:
      """
      {"email": "jobs@orange.com"}
      """
    When the flag "job-title" is evaluated
    Then the value is "CEO"
    And the variant is "ceo"
    And the reason is "TARGETING_MATCH"

  Scenario: Targeting that selects nothing defers to the code when there is no default variant
    Given the context:
      """
      {"email": "ann@orange.com"}
      """
    When the flag "job-title" is evaluated
    Then there is no value
    And there is no variant
    And the reason is "DEFAULT"
    And there is no error

  @typed
  Scenario Outline: A code default has no type
    When the flag "left-out" is evaluated as a <type>
    Then there is no value
    And the reason is "DEFAULT"
    And there is no error

    Examples:
      | type    |
      | boolean |
      | string  |
      | integer |

  @zero-values
  Scenario Outline: False, zero and empty values are answered like any other default
    When the flag "<key>" is evaluated
    Then the value is <value>
    And the variant is "<variant>"
    And the reason is "DEFAULT"

    Examples:
      | key          | value | variant |
      | new-checkout | false | off     |
      | free-items   | 0     | zero    |
      | banner-text  | ""    | none    |
      | theme        | {}    | plain   |

  @zero-values
  Scenario Outline: Targeting that selects another variant wins over the default
    Given the context:
      """
      {"vip": true}
      """
    When the flag "<key>" is evaluated
    Then the value is <value>
    And the variant is "<variant>"
    And the reason is "TARGETING_MATCH"

    Examples:
      | key          | value              | variant |
      | new-checkout | true               | on      |
      | free-items   | 1                  | one     |
      | banner-text  | "Sale!"            | sale    |
      | theme        | {"border": "gold"} | gold    |

  @strict
  Scenario: A default variant that does not exist is refused
    When the flags are loaded:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "enabled": true, "disabled": false },
            "defaultVariant": "enable"
          }
        }
      }
      """
    Then the update is refused
    And a finding with rule "default-variant" is at "/flags/new-checkout/defaultVariant" on line 6, column 25
    And its hint contains "enabled"

  @permissive
  Scenario: In permissive mode it is an error of the evaluations that would use it
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "maybe",
            "targeting": { "if": [{ "var": "vip" }, "on", null] }
          }
        }
      }
      """
    When the flag "new-checkout" is evaluated
    Then the error code is "GENERAL"
    And there is no value

  @permissive
  Scenario: In permissive mode targeting may still select a variant that exists
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "maybe",
            "targeting": { "if": [{ "var": "vip" }, "on", null] }
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
    And the reason is "TARGETING_MATCH"
