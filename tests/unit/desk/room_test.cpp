// One counselor, room for one more, and two who would take it in the same instant.
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// A counselor with room for one conversation; two people she talked with today, both closed.
struct Evening : DeskFixture {
    CounselorId yamada;
    ConversationId first;
    ConversationId second;

    Evening()
    {
        config.desks.front().capacity_per_counselor = 1;
        yamada = hire("山田");
        first = talked_with("U1");
        second = talked_with("U2");
    }
    ConversationId id_of(const std::string& user)
    {
        for (const auto& conversation : conversations())
            if (conversation.address.user == user) return conversation.id;
        return {};
    }
    ConversationId talked_with(const std::string& user)
    {
        wait_in_line(user);
        const auto id = id_of(user);
        REQUIRE(command(id, yamada, desk::Claim{}, "claim" + user).ok());
        REQUIRE(command(id, yamada, desk::Close{"listened", false, handoff::all_seen}, "close" + user).ok());
        return id;
    }
    void wait_in_line(const std::string& user)
    {
        say(user, "hello" + user, "こんにちは");
        say(user, "human" + user, "人と話したい");
    }
    /// While the next commit is on its way, `other` happens from its beginning to its end.
    void meanwhile(std::function<void(net::io_context&)> other)
    {
        const auto is_done = std::make_shared<bool>(false);
        store.before_commit = [is_done, other = std::move(other)](const store::Batch&) -> std::optional<store::CommitFailure> {
            if (std::exchange(*is_done, true)) return std::nullopt;
            net::io_context elsewhere;
            other(elsewhere);
            return std::nullopt;
        };
    }
    int held()
    {
        int count = 0;
        for (const auto& conversation : conversations()) count += conversation.holder.is_counselor() ? 1 : 0;
        return count;
    }
    bool waits(const ConversationId& id) { return run_on(context, desks.load(mirai, id))->conversation.holder.is_queue(); }
};

}  // namespace

TEST_CASE("room: two come back to one counselor in the same instant; who finds no room waits")
{
    Evening desk;
    desk.meanwhile([&desk](net::io_context& elsewhere) {
        CHECK(run_on(elsewhere, desk.desks.receive(desk.text("U2", "back2", "まだ困っています"))) == desk::Received::committed);
    });
    CHECK(desk.say("U1", "back1", "また来ました") == desk::Received::committed);
    CHECK(desk.held() == 1);
    CHECK(desk.waits(desk.second));  // the first one's room was kept while it was being written down
}

TEST_CASE("room: she claims while somebody comes back to her, and the other way round")
{
    Evening desk;
    desk.wait_in_line("U3");
    const auto third = desk.id_of("U3");
    SUBCASE("the claim first")
    {
        desk.meanwhile([&desk](net::io_context& elsewhere) {
            CHECK(run_on(elsewhere, desk.desks.receive(desk.text("U1", "back1", "また来ました"))) == desk::Received::committed);
        });
        CHECK(desk.command(third, desk.yamada, desk::Claim{}, "k1").ok());
        CHECK(desk.waits(desk.first));
    }
    SUBCASE("who comes back first")
    {
        desk.meanwhile([&desk, &third](net::io_context& elsewhere) {
            const auto claimed = run_on(elsewhere, desk.desks.command({mirai, third, desk.yamada, "k1", desk::Claim{}}));
            REQUIRE_FALSE(claimed.ok());
            CHECK(claimed.error().refusal == handoff::Refusal::at_capacity);
        });
        CHECK(desk.say("U1", "back1", "また来ました") == desk::Received::committed);
        CHECK(desk.waits(third));
    }
    CHECK(desk.held() == 1);
}

TEST_CASE("room: what could not be kept gives its room back")
{
    Evening desk;
    desk.store.before_commit = [](const store::Batch&) { return store::CommitFailure::unavailable; };
    CHECK(desk.say("U1", "back1", "また来ました") == desk::Received::refused);
    desk.store.before_commit = nullptr;
    CHECK(desk.say("U2", "back2", "まだ困っています") == desk::Received::committed);
    CHECK(desk.held() == 1);
}
