@changed-flags
Feature: Changed flags

  An update replaces all flags at once and reports what that changed, so that a host can tell
  its listeners. Flags are compared by what they mean: white space and the order of members do
  not count, while shared rules and metadata of the set count for every flag that uses them.
  An update that is refused changes nothing.

  Background:
    Given the flags:
      """
      {
        "metadata": { "team": "shop" },
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on", null] }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue"
          }
        }
      }
      """

  Scenario: The same flags again
    When the flags are replaced by:
      """
      {
        "metadata": { "team": "shop" },
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on", null] }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue"
          }
        }
      }
      """
    Then the update is accepted
    And the changed flags are ""
    And the added flags are ""
    And the removed flags are ""

  Scenario: The same flags in another order and with the shared rule written out
    When the flags are replaced by:
      """
      {
        "flags": {
          "banner-colour": {"defaultVariant":"blue","variants":{"blue":"#00c","red":"#c00"},"state":"ENABLED"},
          "new-checkout": {
            "targeting": { "if": [{ "ends_with": [{ "var": "email" }, "@faas.com"] }, "on", null] },
            "defaultVariant": "off",
            "variants": { "off": false, "on": true },
            "state": "ENABLED"
          }
        },
        "metadata": { "team": "shop" }
      }
      """
    Then the changed flags are ""

  Scenario: One flag with another default variant
    When the flags are replaced by:
      """
      {
        "metadata": { "team": "shop" },
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on", null] }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "red"
          }
        }
      }
      """
    Then the changed flags are "banner-colour"
    And the added flags are ""
    When the flag "banner-colour" is evaluated
    Then the value is "#c00"

  Scenario: Another shared rule changes the flags that use it
    When the flags are replaced by:
      """
      {
        "metadata": { "team": "shop" },
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@shop.com"] } },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on", null] }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue"
          }
        }
      }
      """
    Then the changed flags are "new-checkout"

  Scenario: Other metadata of the set changes all its flags
    When the flags are replaced by:
      """
      {
        "metadata": { "team": "web" },
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on", null] }
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue"
          }
        }
      }
      """
    Then the changed flags are "banner-colour, new-checkout"
    And the added flags are ""
    And the removed flags are ""

  Scenario: A flag is renamed
    When the flags are replaced by:
      """
      {
        "metadata": { "team": "shop" },
        "$evaluators": { "isStaff": { "ends_with": [{ "var": "email" }, "@faas.com"] } },
        "flags": {
          "new-checkout": {
            "state": "ENABLED",
            "variants": { "on": true, "off": false },
            "defaultVariant": "off",
            "targeting": { "if": [{ "$ref": "isStaff" }, "on", null] }
          },
          "banner-color": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue"
          }
        }
      }
      """
    Then the changed flags are "banner-color, banner-colour"
    And the added flags are "banner-color"
    And the removed flags are "banner-colour"
    When the flag "banner-colour" is evaluated
    Then the error code is "FLAG_NOT_FOUND"

  Scenario: All flags are removed
    When the flags are replaced by:
      """
      {"flags": {}}
      """
    Then the changed flags are "banner-colour, new-checkout"
    And the removed flags are "banner-colour, new-checkout"

  Scenario Outline: A refused update leaves the flags in force
    When the flags are replaced by:
      """
      <text>
      """
    Then the update is refused
    When the flag "banner-colour" is evaluated
    Then the value is "#00c"
    And the metadata is {"team": "shop"}

    Examples:
      | text                                                                              |
      | {"flags":                                                                         |
      | []                                                                                |
      | {"metadata": {}}                                                                  |
      | {"flags": {"banner-colour": {"state": "ENABLED"}}}                                |
      | {"flags": {"banner-colour": {"state": "ON", "variants": {"red": "#f00"}}}}        |
