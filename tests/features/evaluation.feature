@evaluation
Feature: Evaluating a flag

  A flag has a state, a set of named variants, and usually a default variant. A flag without
  targeting is static: it answers the value of its default variant, the name of that variant,
  and the reason STATIC, whoever asks.

  All variants of one flag have the same type: boolean, text, number or object. A caller may ask
  for the type that the code expects; a value of another type is then an error and never a
  silent conversion.

  Background:
    Given the flags:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c", "none": "" },
            "defaultVariant": "blue"
          },
          "page-size": {
            "state": "ENABLED",
            "variants": { "small": 10, "large": 100 },
            "defaultVariant": "large"
          },
          "discount": {
            "state": "ENABLED",
            "variants": { "none": 0.0, "some": 0.15, "whole": 10.0 },
            "defaultVariant": "some"
          },
          "whole-discount": {
            "state": "ENABLED",
            "variants": { "whole": 10.0 },
            "defaultVariant": "whole"
          },
          "theme": {
            "state": "ENABLED",
            "variants": { "light": { "background": "#fff", "fonts": ["serif", "sans"] } },
            "defaultVariant": "light"
          }
        }
      }
      """

  Scenario Outline: A static flag answers its default variant
    When the flag "<key>" is evaluated
    Then the value is <value>
    And the variant is "<variant>"
    And the reason is "STATIC"
    And there is no error

    Examples:
      | key           | value                                             | variant |
      | new-checkout  | true                                              | on      |
      | banner-colour | "#00c"                                            | blue    |
      | page-size     | 100                                               | large   |
      | discount      | 0.15                                              | some    |
      | theme         | {"background": "#fff", "fonts": ["serif","sans"]} | light   |

  @typed
  Scenario Outline: A caller asks for the type that the flag has
    When the flag "<key>" is evaluated as a <type>
    Then the value is <value>
    And the reason is "STATIC"
    And there is no error

    Examples:
      | key           | type    | value                                             |
      | new-checkout  | boolean | true                                              |
      | banner-colour | string  | "#00c"                                            |
      | page-size     | integer | 100                                               |
      | discount      | float   | 0.15                                              |
      | theme         | object  | {"background": "#fff", "fonts": ["serif","sans"]} |

  @typed
  Scenario Outline: Whole numbers and fractions are the same type as long as nothing is lost
    When the flag "<key>" is evaluated as a <type>
    Then the value is <value>
    And there is no error

    Examples:
      | key            | type    | value |
      | page-size      | float   | 100   |
      | whole-discount | integer | 10    |

  @typed
  Scenario Outline: A caller asks for another type
    When the flag "<key>" is evaluated as a <type>
    Then the error code is "TYPE_MISMATCH"
    And the reason is "ERROR"
    And there is no value

    Examples:
      | key           | type    |
      | new-checkout  | string  |
      | new-checkout  | integer |
      | new-checkout  | float   |
      | banner-colour | integer |
      | banner-colour | boolean |
      | discount      | integer |
      | page-size     | string  |
      | page-size     | boolean |
      | theme         | string  |
      | banner-colour | object  |

  Scenario: The context plays no part in a static flag
    Given the context:
      """
      { "targetingKey": "ann", "banner-colour": "red" }
      """
    When the flag "banner-colour" is evaluated
    Then the value is "#00c"
    And the reason is "STATIC"

  Scenario: Not even a context that is no JSON
    Given the context text:
      """
      {"targetingKey": "ann
      """
    When the flag "banner-colour" is evaluated
    Then the value is "#00c"
    And there is no error

  Scenario: Empty values are values
    Given the flags:
      """
      {
        "flags": {
          "banner-text": { "state": "ENABLED", "variants": { "none": "", "some": "sale" }, "defaultVariant": "none" }
        }
      }
      """
    When the flag "banner-text" is evaluated
    Then the value is ""
    And the variant is "none"
    And the reason is "STATIC"

  Scenario: Flags may come as a list in which each flag names its key
    Given the flags:
      """
      {
        "flags": [
          { "key": "new-checkout", "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" }
        ]
      }
      """
    When the flag "new-checkout" is evaluated
    Then the value is false
    And the variant is "off"
