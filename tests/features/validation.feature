@validation
Feature: Checking a document of flags

  In strict mode a document is checked as a whole before it comes into force. It is refused if
  anything is wrong, and everything that is wrong is reported at once, with a JSON pointer, line
  and column, a rule that names the kind of mistake, and a hint where one is obvious.

  In permissive mode the same findings are warnings: the document comes into force, and only
  flags that cannot work answer errors. Text that is no JSON, or that has no `flags`, is refused
  in both modes.

  @strict
  Scenario: A misspelt state
    When the flags are loaded:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLE",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          }
        }
      }
      """
    Then the update is refused
    And a finding with rule "state" is at "/flags/new-checkout/state" on line 4, column 16
    And its hint contains "ENABLED"

  @strict
  Scenario: A misspelt operator
    When the flags are loaded:
      """
      {
        "flags": {
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00", "blue": "#00c" },
            "defaultVariant": "blue",
            "targeting": {
              "if": [
                { "startswith": [{ "var": "email" }, "admin@"] }, "red",
                "blue"
              ]
            }
          }
        }
      }
      """
    Then the update is refused
    And a finding with rule "unknown-operator" is at "/flags/banner-colour/targeting/if/0/startswith" on line 9, column 13
    And its hint contains "starts_with"

  @strict
  Scenario: Several mistakes are reported at once
    When the flags are loaded:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "on",
            "variants": { "on": true, "off": false },
            "defaultVariant": "maybe"
          },
          "page-size": {
            "state": "ENABLED",
            "variants": {}
          }
        }
      }
      """
    Then the update is refused
    And a finding with rule "state" is at "/flags/new-checkout/state"
    And a finding with rule "default-variant" is at "/flags/new-checkout/defaultVariant"
    And a finding with rule "variants" is at "/flags/page-size/variants"

  @strict
  Scenario Outline: What the strict check refuses in a flag
    When the flags are loaded:
      """
      {"flags": {"new-checkout": <flag>}}
      """
    Then the update is refused
    And a finding with rule "<rule>" is at "<pointer>"

    Examples:
      | flag                                                                      | rule            | pointer                             |
      | null                                                                      | flag-type       | /flags/new-checkout                 |
      | {"variants": {"on": true}}                                                | state           | /flags/new-checkout                 |
      | {"state": "ENABLED"}                                                      | variants        | /flags/new-checkout                 |
      | {"state": "ENABLED", "variants": {}}                                      | variants        | /flags/new-checkout/variants        |
      | {"state": "ENABLED", "variants": {"": true}}                              | variant-name    | /flags/new-checkout/variants/       |
      | {"state": "ENABLED", "variants": {"on": [1]}}                             | variant-type    | /flags/new-checkout/variants/on     |
      | {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": true}    | default-variant | /flags/new-checkout/defaultVariant  |
      | {"state": "ENABLED", "variants": {"on": true}, "targeting": null}         | targeting       | /flags/new-checkout/targeting       |
      | {"state": "ENABLED", "variants": {"on": true}, "metadata": {"a": null}}   | metadata        | /flags/new-checkout/metadata/a      |
      | {"state": "ENABLED", "variants": {"on": true}, "targeting": {"in": [1]}}  | operator-arguments | /flags/new-checkout/targeting/in |
      | {"state": "ENABLED", "variants": {"on": true}, "targeting": {"==": [1, 1], "!=": [1, 2]}} | one-operator | /flags/new-checkout/targeting |

  @strict
  Scenario Outline: What the strict check accepts in a flag
    When the flags are loaded:
      """
      {"flags": {"new-checkout": <flag>}}
      """
    Then the update is accepted

    Examples:
      | flag                                                                                  |
      | {"state": "ENABLED", "variants": {"on": true}}                                        |
      | {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": null}               |
      | {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": ""}                  |
      | {"state": "ENABLED", "variants": {"one": 1, "half": 0.5}}                             |
      | {"state": "ENABLED", "variants": {"on": true}, "targeting": {}}                       |
      | {"state": "ENABLED", "variants": {"on": true}, "source": "x", "description": ["any"]} |
      | {"state": "ENABLED", "variants": {"on": true}, "metadata": {"version": 2}}            |

  @strict
  Scenario Outline: Text that is no document of flags
    When the flags are loaded:
      """
      <text>
      """
    Then the update is refused
    And a finding with rule "<rule>" is at "<pointer>"

    Examples:
      | text                                | rule          | pointer |
      | []                                  | root-type     |         |
      | "flags"                             | root-type     |         |
      | {}                                  | flags-missing |         |
      | {"flags": "none"}                   | flags-type    | /flags  |

  @strict
  Scenario: A syntax error is reported with its place
    When the flags are loaded:
      """
      {
        "flags": {
          "new-checkout": { "state": ENABLED }
        }
      }
      """
    Then the update is refused
    And a finding with rule "json-syntax" is at "" on line 3, column 32

  @strict
  Scenario: The same flag twice
    When the flags are loaded:
      """
      {
        "flags": {
          "page-size": { "state": "ENABLED", "variants": { "small": 10 } },
          "page-size": { "state": "ENABLED", "variants": { "large": 100 } }
        }
      }
      """
    Then the update is refused
    And a finding with rule "duplicate-key" is at "/flags/page-size" on line 4, column 5

  @permissive
  Scenario: In permissive mode the last of two equal keys counts
    When the flags are loaded in permissive mode:
      """
      {
        "flags": {
          "page-size": { "state": "ENABLED", "variants": { "small": 10 }, "defaultVariant": "small" },
          "page-size": { "state": "ENABLED", "variants": { "large": 100 }, "defaultVariant": "large" }
        }
      }
      """
    Then the update is accepted
    And a warning with rule "duplicate-key" is at "/flags/page-size"
    When the flag "page-size" is evaluated
    Then the value is 100

  @permissive
  Scenario: In permissive mode mistakes are warnings and the flags come into force
    When the flags are loaded in permissive mode:
      """
      {
        "flags": {
          "new-checkout": {
            "state": "ENABLE",
            "variants": { "on": true, "off": false },
            "defaultVariant": "on"
          },
          "banner-colour": {
            "state": "ENABLED",
            "variants": { "red": "#c00" },
            "defaultVariant": "red",
            "targeting": { "startswith": [{ "var": "email" }, "admin@"] }
          }
        }
      }
      """
    Then the update is accepted
    And a warning with rule "state" is at "/flags/new-checkout/state"
    And a warning with rule "unknown-operator" is at "/flags/banner-colour/targeting/startswith"
    When all flags are evaluated
    Then the answers are:
      | key           | value | variant | reason | error code  |
      | banner-colour |       |         | ERROR  | PARSE_ERROR |
      | new-checkout  | true  | on      | STATIC |             |

  @permissive
  Scenario Outline: Some text is refused in permissive mode too
    When the flags are loaded in permissive mode:
      """
      <text>
      """
    Then the update is refused

    Examples:
      | text                   |
      | flags: {}              |
      | {"flags": {            |
      | {"metadata": {}}       |
      | {"flags": {}, "n": 1e999} |

  Scenario: An integer that other engines would round is a warning in either mode
    When the flags are loaded:
      """
      {"flags": {"upload-limit": {"state": "ENABLED", "variants": {"all": 9007199254740993}, "defaultVariant": "all"}}}
      """
    Then the update is accepted
    And a warning with rule "number-precision" is at "/flags/upload-limit/variants/all"
    When the flag "upload-limit" is evaluated
    Then the value is 9007199254740993
