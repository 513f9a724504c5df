@disabled
Feature: Disabled flags

  A flag with the state DISABLED is known but turned off. Its answer is no error: the reason is
  DISABLED, and there is neither a value nor a variant, so the caller uses the default of its
  own code. Nothing of the flag is evaluated. Only the exact text DISABLED turns a flag off.

  Background:
    Given the flags:
      """
      {
        "metadata": { "team": "shop" },
        "flags": {
          "new-checkout": {
            "state": "DISABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          },
          "banner-colour": {
            "state": "DISABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue",
            "targeting": { "if": [{ "var": "vip" }, "red", null] },
            "metadata": { "owner": "design" }
          },
          "page-size": {
            "state": "DISABLED",
            "variants": { "small": 10 },
            "defaultVariant": "small"
          },
          "discount": {
            "state": "DISABLED",
            "variants": { "some": 0.15 },
            "defaultVariant": "some"
          },
          "theme": {
            "state": "DISABLED",
            "variants": { "light": { "background": "#fff" } },
            "defaultVariant": "light"
          },
          "no-default": {
            "state": "DISABLED",
            "variants": { "on": true }
          }
        }
      }
      """

  Scenario Outline: A disabled flag of any type answers nothing but its reason
    When the flag "<key>" is evaluated
    Then there is no value
    And there is no variant
    And the reason is "DISABLED"
    And there is no error

    Examples:
      | key           |
      | new-checkout  |
      | banner-colour |
      | page-size     |
      | discount      |
      | theme         |
      | no-default    |

  @typed
  Scenario Outline: The type that is asked for does not matter
    When the flag "page-size" is evaluated as a <type>
    Then there is no value
    And the reason is "DISABLED"
    And there is no error

    Examples:
      | type    |
      | integer |
      | boolean |
      | object  |

  Scenario: The targeting of a disabled flag is not evaluated
    Given the context:
      """
      {"vip": true}
      """
    When the flag "banner-colour" is evaluated
    Then there is no variant
    And the reason is "DISABLED"

  Scenario: A disabled flag does not look at a context that is no JSON
    Given the context text:
      """
      vip=true
      """
    When the flag "banner-colour" is evaluated
    Then the reason is "DISABLED"
    And there is no error

  Scenario: A disabled flag keeps its metadata
    When the flag "banner-colour" is evaluated
    Then the metadata is {"team": "shop", "owner": "design"}

  Scenario: A flag is turned on again by an update
    When the flags are replaced by:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          }
        }
      }
      """
    And the flag "new-checkout" is evaluated
    Then the value is true
    And the reason is "STATIC"

  @permissive
  Scenario Outline: In permissive mode any other state leaves the flag on
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "<state>",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          }
        }
      }
      """
    When the flag "new-checkout" is evaluated
    Then the value is true
    And the reason is "STATIC"

    Examples:
      | state    |
      | disabled |
      | ENABLE   |
      | PAUSED   |
