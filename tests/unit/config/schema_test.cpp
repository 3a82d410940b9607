#include "server/config/schema.h"

#include "server/config/schemas.h"

#include <doctest/doctest.h>

using namespace tsunagi::config;

namespace {

std::vector<Problem> against(const std::string& yaml, const std::string& schema)
{
    std::vector<Problem> list;
    Problems problems(list);
    const auto root = parse_yaml(yaml, "here.yaml", problems);
    REQUIRE(root);
    fits_schema(*root, schema, problems);
    return list;
}

} // namespace

TEST_CASE("schemas: each one compiles and refuses an empty list")
{
    CHECK(schema_texts().size() >= 5); // tsunagi, desk, flow, messages, story
    for (const auto& schema : schema_texts()) {
        const std::string& name = schema.first;
        CAPTURE(name);
        CHECK(against("[]", name).size() == 1);
    }
}

TEST_CASE("schemas: every problem has the line of its key")
{
    const auto list = against("name: x\nlanguages:\n  - ja\n  - 3\nflows:\n  entry: a\nline:\n  - name: Bad Name\n    "
                              "secrets: [a]\n    access_token: b\n    hours:\n      weekly:\n        mun: []\n",
                              "desk");
    REQUIRE(list.size() == 3);
    CHECK(list[0].line == 4);
    CHECK(list[0].what == "`languages` must be text");
    CHECK(list[1].line == 13);
    CHECK(list[2].line == 8);
}

TEST_CASE("schemas: a text of any length costs no stack")
{
    const auto list = against("flow: " + std::string(900'000, 'x') + "\nstart: a\nnodes: {a: {end: {}}}\n", "flow");
    REQUIRE(list.size() == 1);
    CHECK(list[0].what.size() < 300);
}

TEST_CASE("values: numbers and truth are what YAML 1.2 says, quoted ones are texts")
{
    std::vector<Problem> list;
    Problems problems(list);
    const auto root =
        parse_yaml("a: 12\nb: -1.5\nc: '12'\nd: 0x10\ne: true\nf: yes\ng: 2026-11-20\nh: ~\ni: inf\nj: +3\nk: '~'",
                   "here.yaml", problems);
    REQUIRE(root);
    CHECK((*root)["a"].number() == 12);
    CHECK((*root)["b"].number() == -1.5);
    CHECK_FALSE((*root)["c"].number());
    CHECK_FALSE((*root)["d"].number());
    CHECK((*root)["e"].truth() == true);
    CHECK_FALSE((*root)["f"].truth());
    CHECK_FALSE((*root)["g"].number());
    CHECK((*root)["h"].is_null());
    CHECK_FALSE((*root)["i"].number());
    CHECK((*root)["j"].number() == 3);
    CHECK((*root)["k"].is_scalar());
    CHECK((*root)["nothing"].is_null());
    CHECK(root->line_of("f") == 6);
}
