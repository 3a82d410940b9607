// Whose hours count: those of the door she came through.
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

handoff::OpeningHours daily(int from_minute, int to_minute)
{
    handoff::OpeningHours hours;
    for (auto& day : hours.weekly) day = {{from_minute, to_minute}};
    hours.closed_on_public_holidays = false;
    return hours;
}

/// Both desks' web chat is open from one o'clock to five.
config::Loaded with_web_chat()
{
    auto config = two_desks();
    for (auto& desk : config.desks) {
        desk.web_chat.enabled = true;
        desk.web_chat.hours = daily(13 * 60, 17 * 60);
    }
    return config;
}

config::Loaded with_web_chat_alone()
{
    auto config = with_web_chat();
    for (auto& desk : config.desks) desk.line_channels.clear();
    return config;
}

json seen(Console& console, const bot::Conversation& conversation)
{
    const auto browser = console.sign_in("suzuki");
    return console.get("/api/v1/conversations/" + conversation.id.text, browser).value();
}

}  // namespace

TEST_CASE("hours: danger by web chat is to be answered by the web chat's hours, not by LINE's")
{
    Console console(with_web_chat());
    console.hire("suzuki", handoff::Role::supervisor);
    const auto by_web = console.say("guest", "こわい", mirai, bot::ChannelKind::web);
    const auto by_line = console.say("U1", "こわい");
    console.alarm(by_web, 4);
    console.alarm(by_line, 4);
    CHECK(seen(console, by_web)["answer_due"] == "2026-11-20T13:02:00.000+09:00");
    CHECK(seen(console, by_line)["answer_due"] == "2026-11-20T11:02:00.000+09:00");
}

TEST_CASE("hours: a desk without LINE has a danger clock and opening hours")
{
    Console console(with_web_chat_alone());
    console.hire("suzuki", handoff::Role::supervisor);
    const auto by_web = console.say("guest", "こわい", mirai, bot::ChannelKind::web);
    console.alarm(by_web, 4);
    CHECK(seen(console, by_web)["answer_due"] == "2026-11-20T13:02:00.000+09:00");

    const auto browser = console.sign_in("suzuki");
    CHECK(console.get("/api/v1/desk", browser).value()["hours"]["open"] == false);
    CHECK(console.get("/api/v1/desk", browser).value()["hours"]["next_opening"] == "2026-11-20T13:00:00.000+09:00");
    console.clock.advance(std::chrono::minutes(125));
    const auto open_again = console.sign_in("suzuki");
    CHECK(console.get("/api/v1/desk", open_again).value()["hours"]["open"] == true);
    CHECK(console.get("/api/v1/desk", open_again).value()["hours"]["closes_at"] == "2026-11-20T17:00:00.000+09:00");
}
