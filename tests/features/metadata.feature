@metadata
Feature: Metadata

  A flag and the set that it belongs to may carry metadata: texts, numbers and booleans that the
  engine does not interpret but returns with every answer, for dashboards and logs. Metadata of
  the flag is laid over that of the set, name by name.

  Background:
    Given the flags:
      """
      {
        "metadata": { "team": "shop", "version": "1.0" },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on",
            "metadata": { "owner": "checkout", "version": 2, "ratio": 0.1, "experimental": true }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue",
            "targeting": { "if": [{ "var": "vip" }, "red", null] }
          },
          "old-checkout": {
            "state": "DISABLED",
            "variants": { "on": true },
            "defaultVariant": "on",
            "metadata": { "owner": "checkout" }
          },
          "no-default": {
            "state": "ENABLED",
            "variants": { "on": true }
          },
          "broken": {
            "state": "ENABLED",
            "variants": { "on": true },
            "defaultVariant": "on",
            "targeting": { "if": [true, "nowhere"] },
            "metadata": { "owner": "nobody" }
          }
        }
      }
      """

  Scenario: Metadata of the flag is laid over metadata of the set
    When the flag "new-checkout" is evaluated
    Then the metadata is {"team": "shop", "owner": "checkout", "version": 2, "ratio": 0.1, "experimental": true}

  Scenario: A flag without metadata has that of its set
    When the flag "banner-colour" is evaluated
    Then the metadata is {"team": "shop", "version": "1.0"}

  Scenario Outline: Every kind of answer carries metadata
    When the flag "<key>" is evaluated
    Then the reason is "<reason>"
    And the metadata is <metadata>

    Examples:
      | key           | reason   | metadata                                                   |
      | banner-colour | DEFAULT  | {"team": "shop", "version": "1.0"}                         |
      | old-checkout  | DISABLED | {"team": "shop", "version": "1.0", "owner": "checkout"}    |
      | no-default    | DEFAULT  | {"team": "shop", "version": "1.0"}                         |
      | broken        | ERROR    | {"team": "shop", "version": "1.0", "owner": "nobody"}      |

  Scenario: A targeted answer carries metadata
    Given the context:
      """
      {"vip": true}
      """
    When the flag "banner-colour" is evaluated
    Then the reason is "TARGETING_MATCH"
    And the metadata is {"team": "shop", "version": "1.0"}

  Scenario: A flag that does not exist is answered with the metadata of the set
    When the flag "no-such-flag" is evaluated
    Then the error code is "FLAG_NOT_FOUND"
    And the metadata is {"team": "shop", "version": "1.0"}

  Scenario: Without metadata anywhere the answer has none
    Given the flags:
      """
      {"flags": {"new-checkout": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}
      """
    When the flag "new-checkout" is evaluated
    Then there is no metadata

  Scenario: Names that begin with a dollar sign are kept
    Given the flags:
      """
      {
        "metadata": { "$generated": "by hand" },
        "flags": { "new-checkout": { "state": "ENABLED", "variants": { "on": true }, "defaultVariant": "on" } }
      }
      """
    When the flag "new-checkout" is evaluated
    Then the metadata is {"$generated": "by hand"}

  @strict
  Scenario: Nested metadata is refused
    When the flags are loaded:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true },
            "defaultVariant": "on",
            "metadata": { "owner": { "name": "checkout" } }
          }
        }
      }
      """
    Then the update is refused
    And a finding with rule "metadata" is at "/flags/new-checkout/metadata/owner"

  @permissive
  Scenario: In permissive mode nested metadata is dropped with a warning
    When the flags are loaded in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true },
            "defaultVariant": "on",
            "metadata": { "owner": { "name": "checkout" }, "ticket": 7 }
          }
        }
      }
      """
    Then the update is accepted
    And a warning with rule "metadata" is at "/flags/new-checkout/metadata/owner"
    When the flag "new-checkout" is evaluated
    Then the metadata is {"ticket": 7}
