// How she may be reached safely, as the console writes and reads it.
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

struct SafeContactConsole : Console {
    CounselorId yamada = hire("yamada");
    Browser browser = sign_in("yamada");
    bot::Conversation conversation = say("U1", "こんにちは");
    const std::string target = "/api/v1/conversations/" + conversation.id.text;

    Shown put(const json& hours)
    {
        auto body = json::parse(R"({"may_push": true, "channel": "line", "when": "昼だけ", "safe_word": "", "if_other_answers": ""})");
        body["hours"] = hours;
        return ask(change(target + "/safe-contact", browser, body, http::Method::put));
    }
    json kept() { return get(target, browser).value()["safe_contact"]["hours"]; }
};

json row(const std::vector<std::string>& weekdays, const char* from, const char* to)
{
    json made;
    made["weekdays"] = weekdays;
    made["from"] = from;
    made["to"] = to;
    return made;
}

json rows(std::vector<json> all) { return json(std::move(all)); }

}  // namespace

TEST_CASE("safe contact: hours are kept as they were written, days in the week's order")
{
    SafeContactConsole console;
    CHECK(console.kept() == json::array());
    const auto night = row({"sat"}, "22:00", "01:30");
    REQUIRE(console.put(rows({row({"fri", "mon"}, "10:00", "14:00"), night})).status == 200);
    CHECK(console.kept() == rows({row({"mon", "fri"}, "10:00", "14:00"), night}));
    REQUIRE(console.put(rows({row({"sun"}, "00:00", "00:00")})).status == 200);  // as a clock shows midnight
    CHECK(console.kept() == rows({row({"sun"}, "00:00", "24:00")}));
    REQUIRE(console.put(json::array()).status == 200);
    CHECK(console.kept() == json::array());
}

TEST_CASE("safe contact: hours that make no sense are refused, each in its own words, and nothing is changed")
{
    SafeContactConsole console;
    const auto good = row({"mon"}, "10:00", "14:00");
    REQUIRE(console.put(rows({good})).status == 200);
    const std::vector<std::pair<json, const char*>> refused{
        {rows(std::vector<json>(8, good)), "hours_too_many"},
        {rows({row({}, "10:00", "14:00")}), "hours_without_day"},
        {rows({row({"mon"}, "10:00", "10:00")}), "hours_without_length"},
        {rows({row({"mon"}, "24:00", "10:00")}), "hours_without_length"},
        {rows({row({"mon"}, "10:00", "24:01")}), "hours_malformed"},
        {rows({row({"mon"}, "10", "14:00")}), "hours_malformed"},
        {rows({row({"mon"}, "", "14:00")}), "hours_malformed"},
        {rows({row({"moon"}, "10:00", "14:00")}), "hours_malformed"},
        {json::parse(R"([{"weekdays": [1], "from": "10:00", "to": "14:00"}])"), "hours_malformed"},
        {json::parse("[{}]"), "hours_malformed"},
        {json::parse(R"(["mon"])"), "hours_malformed"},
    };
    for (const auto& [hours, code] : refused) {
        CAPTURE(hours.dump());
        const auto answer = console.put(hours);
        CHECK(answer.status == 422);
        CHECK(answer.code() == code);
        CHECK(console.kept() == rows({good}));
    }
    CHECK(console.put("mon").status == 400);
    CHECK(console.put(nullptr).status == 400);
}
