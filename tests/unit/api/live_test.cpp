// The line of changes that every open console keeps: when it ends, and what the page is told of the end.
#include "server/api/live.h"
#include "tests/support/memory_line.h"
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds short_beat{5};

struct Listening {
    Console console;
    api::Sessions sessions{console.desks, console.context.get_executor()};
    api::Live live{console.store, sessions, console.clock, console.random, short_beat};
    std::shared_ptr<MemoryLine> line = std::make_shared<MemoryLine>(console.context);
    std::string token;
    api::Caller caller;

    explicit Listening(handoff::Role role = handoff::Role::counselor)
    {
        console.hire("yamada", role);
        auto opened = run_on(console.context, sessions.sign_in({mirai, "yamada", good_password, {}, "203.0.113.1"}));
        REQUIRE(opened.ok());
        token = opened->token;
        caller = opened->caller;
        net::co_spawn(console.context, live.serve(caller, token, line), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
        console.context.restart();
        until([&] { return !line->heard.empty(); });
    }
    /// Lets time pass until it is so. False when nothing is left that could make it so.
    template <class Condition>
    bool until(Condition condition)
    {
        console.context.restart();
        while (!condition())
            if (console.context.run_one() == 0) return false;
        return true;
    }
    bool is_closed()
    {
        const bool closed = until([&] { return line->code.has_value(); });
        console.context.run();  // what waits for the end of the line ends with it
        return closed;
    }
};

}  // namespace

TEST_CASE("live: an open line is no sign of a person: after two idle hours the session is over and the page is told so")
{
    Listening listening;
    const auto commits = listening.console.store.commits();
    listening.console.clock.advance(api::session_idle_max - 1min);
    const auto heard = listening.line->heard.size();
    CHECK(listening.until([&] { return listening.line->heard.size() >= heard + 3; }));
    CHECK(listening.line->heard.back()["kind"] == "beat");
    CHECK(listening.console.store.commits() == commits);
    listening.console.clock.advance(2min);
    CHECK(listening.is_closed());
    CHECK(listening.line->code == api::live_ended_session);
}

TEST_CASE("live: who signs out is told at once that the session is over")
{
    Listening listening;
    listening.live.end_session(listening.caller.session_key);
    CHECK(listening.is_closed());
    CHECK(listening.line->code == api::live_ended_session);
}

TEST_CASE("live: who reads too slowly is sent away to come again")
{
    Listening listening;
    for (std::size_t i = 0; i <= api::live_backlog_max + 1; ++i) {
        store::Batch batch;
        batch.notices.push_back({mirai.text, "desk", "", 0});
        CHECK(listening.console.store.apply(batch).ok());
    }
    CHECK(listening.is_closed());
    CHECK(listening.line->code == http::live_ended_try_again);
}

TEST_CASE("live: a role that sees no list hears that something changed, never of whom")
{
    Listening listening(handoff::Role::peer_concierge);
    const auto conversation = listening.console.say("U1", "こんにちは");
    CHECK(listening.until([&] { return listening.line->heard.size() >= 3; }));
    for (const auto& message : listening.line->heard) CHECK(message.dump().find(conversation.id.text) == std::string::npos);
    listening.live.end_session(listening.caller.session_key);
    CHECK(listening.is_closed());
}
