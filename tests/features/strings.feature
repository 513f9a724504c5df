@strings
Feature: Looking at the beginning and the end of a text

  `starts_with` and `ends_with` take a text and what it should begin or end with. They tell
  capitals from small letters and do not trim. When one of the two is no text, the answer is
  null: no match, and no error either.

  Background:
    Given the flags in permissive mode:
      """
      {
        "flags": {
          "staff-banner": {
            "state": "ENABLED",
            "variants": { "prefix": "admin", "postfix": "staff", "none": "guest" },
            "defaultVariant": "none",
            "targeting": {
              "if": [
                { "starts_with": [{ "var": "email" }, "admin@"] }, "prefix",
                { "ends_with": [{ "var": "email" }, "@faas.com"] }, "postfix",
                "none"
              ]
            }
          },
          "internal": {
            "state": "ENABLED",
            "variants": { "true": "inside", "false": "outside", "unknown": "cannot say" },
            "defaultVariant": "unknown",
            "targeting": { "ends_with": [{ "var": "email" }, "@faas.com"] }
          },
          "greeting": {
            "state": "ENABLED",
            "variants": { "hello-ann": "Hello, Ann", "hello-bob": "Hello, Bob" },
            "defaultVariant": "hello-ann",
            "targeting": { "cat": ["hello-", { "var": "name" }] }
          },
          "one-argument": {
            "state": "ENABLED",
            "variants": { "true": "yes", "false": "no" },
            "defaultVariant": "false",
            "targeting": { "starts_with": [{ "var": "email" }] }
          },
          "three-arguments": {
            "state": "ENABLED",
            "variants": { "true": "yes", "false": "no" },
            "defaultVariant": "false",
            "targeting": { "ends_with": [{ "var": "email" }, "com", "m"] }
          }
        }
      }
      """

  Scenario Outline: An address is recognised by its beginning or its end
    Given the context:
      """
      {"email": "<email>"}
      """
    When the flag "staff-banner" is evaluated
    Then the value is "<value>"

    Examples:
      | email              | value |
      | admin@else.com     | admin |
      | ann@faas.com       | staff |
      | admin@faas.com     | admin |
      | ann@else.com       | guest |
      | Admin@else.com     | guest |
      | ann@FAAS.com       | guest |
      | ann@faas.com.co    | guest |

  Scenario Outline: A bare comparison answers the variants true and false, or the default
    Given the context:
      """
      <context>
      """
    When the flag "internal" is evaluated
    Then the value is "<value>"
    And the reason is "<reason>"
    And there is no error

    Examples:
      | context                   | value      | reason          |
      | {"email": "ann@faas.com"} | inside     | TARGETING_MATCH |
      | {"email": "ann@else.com"} | outside    | TARGETING_MATCH |
      | {"email": ""}             | outside    | TARGETING_MATCH |
      | {"email": 123}            | cannot say | DEFAULT         |
      | {"email": ["a", "b"]}     | cannot say | DEFAULT         |
      | {}                        | cannot say | DEFAULT         |

  @operator-errors
  Scenario Outline: The wrong number of arguments is no match and no error
    Given the context:
      """
      {"email": "ann@faas.com"}
      """
    When the flag "<key>" is evaluated
    Then the value is "no"
    And the reason is "DEFAULT"
    And there is no error

    Examples:
      | key             |
      | one-argument    |
      | three-arguments |

  Scenario: A variant name may be put together
    Given the context:
      """
      {"name": "bob"}
      """
    When the flag "greeting" is evaluated
    Then the value is "Hello, Bob"
    And the reason is "TARGETING_MATCH"

  Scenario: A name that is put together must be a variant
    Given the context:
      """
      {"name": "carol"}
      """
    When the flag "greeting" is evaluated
    Then the error code is "GENERAL"
    And there is no value

  Scenario Outline: Texts can be joined, cut and searched
    Given the context:
      """
      {"city": "日本橋", "tags": ["new", "sale"]}
      """
    When the rule is applied:
      """
      <rule>
      """
    Then the result is <result>

    Examples:
      | rule                                    | result     |
      | {"substr": [{"var": "city"}, 0, 2]}     | "日本"       |
      | {"substr": [{"var": "city"}, -1]}       | "橋"        |
      | {"in": ["sale", {"var": "tags"}]}       | true       |
      | {"in": ["本", {"var": "city"}]}          | true       |
      | {"cat": ["tags: ", {"var": "tags"}]}    | "tags: new,sale" |
      | {"cat": [" a ", null, true, 1.0, 1.5]}  | " a true11.5" |
