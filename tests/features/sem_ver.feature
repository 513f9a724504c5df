@sem_ver
Feature: Comparing versions with sem_ver

  `sem_ver` takes a version, a comparison and a target. The comparisons are =, !=, <, <=, > and
  >= by the order of Semantic Versioning, ^ for the same major number, and ~ for the same major
  and minor number. ^ and ~ have no lower bound: they ask for the same line, not for a newer
  version.

  At run time a leading v is dropped and missing numbers count as zero. Whatever is no version
  gives null, which is no match.

  Background:
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "app-banner": {
            "state": "ENABLED",
            "variants": { "equal": "same", "greater": "newer", "lesser": "older", "none": "unknown" },
            "defaultVariant": "none",
            "targeting": {
              "if": [
                { "sem_ver": [{ "var": "version" }, "=", "2.0.0"] }, "equal",
                { "sem_ver": [{ "var": "version" }, ">", "2.0.0"] }, "greater",
                { "sem_ver": [{ "var": "version" }, "<", "2.0.0"] }, "lesser",
                null
              ]
            }
          },
          "update-kind": {
            "state": "ENABLED",
            "variants": { "minor": "minor", "major": "major", "none": "none" },
            "defaultVariant": "none",
            "targeting": {
              "if": [
                { "sem_ver": [{ "var": "version" }, "~", "3.0.0"] }, "minor",
                { "sem_ver": [{ "var": "version" }, "^", "3.0.0"] }, "major",
                null
              ]
            }
          },
          "partial-target": {
            "state": "ENABLED",
            "variants": { "match": "match", "no": "no" },
            "defaultVariant": "no",
            "targeting": { "if": [{ "sem_ver": [{ "var": "version" }, "^", "v1"] }, "match", "no"] }
          },
          "bare": {
            "state": "ENABLED",
            "variants": { "true": "new enough", "false": "too old", "unknown": "cannot say" },
            "defaultVariant": "unknown",
            "targeting": { "sem_ver": [{ "var": "version" }, ">=", "1.0.0"] }
          },
          "wrong-comparison": {
            "state": "ENABLED",
            "variants": { "true": "yes", "false": "no" },
            "defaultVariant": "false",
            "targeting": { "sem_ver": [{ "var": "version" }, "===", "1.0.0"] }
          },
          "too-few": {
            "state": "ENABLED",
            "variants": { "true": "yes", "false": "no" },
            "defaultVariant": "false",
            "targeting": { "sem_ver": [{ "var": "version" }, "="] }
          }
        }
      }
      """

  Scenario Outline: Versions are ordered
    Given the context:
      """
      {"version": "<version>"}
      """
    When the flag "app-banner" is evaluated
    Then the value is "<value>"
    And the reason is "<reason>"

    Examples:
      | version       | value   | reason          |
      | 2.0.0         | same    | TARGETING_MATCH |
      | 2.0.0+build.7 | same    | TARGETING_MATCH |
      | v2.0.0        | same    | TARGETING_MATCH |
      | 2             | same    | TARGETING_MATCH |
      | 2.1.0         | newer   | TARGETING_MATCH |
      | 10.0.0        | newer   | TARGETING_MATCH |
      | 1.9.0         | older   | TARGETING_MATCH |
      | 2.0.0-alpha   | older   | TARGETING_MATCH |
      | 2.0.0.0       | unknown | DEFAULT         |
      | 02.0.0        | unknown | DEFAULT         |
      | latest        | unknown | DEFAULT         |

  Scenario Outline: The same line of versions
    Given the context:
      """
      {"version": "<version>"}
      """
    When the flag "update-kind" is evaluated
    Then the value is "<value>"

    Examples:
      | version    | value |
      | 3.0.0      | minor |
      | 3.0.1      | minor |
      | 3.0.0-rc.1 | minor |
      | 3.1.0      | major |
      | 4.0.0      | none  |
      | 2.9.9      | none  |

  @edge-cases
  Scenario Outline: Versions may be partial, prefixed or numbers
    Given the context:
      """
      {"version": <version>}
      """
    When the flag "partial-target" is evaluated
    Then the value is "<value>"

    Examples:
      | version  | value |
      | "1.5.0"  | match |
      | "1.0"    | match |
      | "1"      | match |
      | "V1.2.3" | match |
      | 1        | match |
      | 1.0      | match |
      | 1.2      | match |
      | "2.0.0"  | no    |
      | 2        | no    |
      | "vv1"    | no    |

  Scenario Outline: A bare comparison answers the variants true and false
    Given the context:
      """
      <context>
      """
    When the flag "bare" is evaluated
    Then the value is "<value>"
    And the reason is "<reason>"

    Examples:
      | context                      | value      | reason          |
      | {"version": "1.2.3"}         | new enough | TARGETING_MATCH |
      | {"version": "0.9.0"}         | too old    | TARGETING_MATCH |
      | {"version": "not-a-version"} | cannot say | DEFAULT         |
      | {"version": true}            | cannot say | DEFAULT         |
      | {}                           | cannot say | DEFAULT         |

  @operator-errors
  Scenario Outline: A comparison that does not exist and missing arguments are no match and no error
    Given the context:
      """
      {"version": "1.0.0"}
      """
    When the flag "<key>" is evaluated
    Then the value is "no"
    And the reason is "DEFAULT"
    And there is no error

    Examples:
      | key              |
      | wrong-comparison |
      | too-few          |

  Scenario Outline: Pre-releases come in a fixed order
    When the rule is applied:
      """
      {"sem_ver": ["<later>", ">", "<earlier>"]}
      """
    Then the result is true

    Examples:
      | earlier       | later         |
      | 1.0.0-alpha   | 1.0.0-alpha.1 |
      | 1.0.0-alpha.1 | 1.0.0-beta    |
      | 1.0.0-beta.2  | 1.0.0-beta.11 |
      | 1.0.0-rc.1    | 1.0.0         |
