// She blocks us: LINE would say 200 to whatever is sent, so nothing is, and staff see why.
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;

namespace {

/// A counselor talks with her; LINE is out of reach, so what is written waits.
struct Blocking : DeskFixture {
    CounselorId yamada = hire("山田");
    ConversationId id;

    Blocking()
    {
        say("U1", "e1", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, yamada, desk::Claim{}, "claim").ok());
        for (const auto& row : std::exchange(outbox, {})) write(row, false);
    }
    void write(const store::OutboxRow& row, bool keeps = true)
    {
        store::Batch batch;
        const auto key = store::outbox_key(row.desk, row.conversation, row.seq);
        batch.writes.push_back({store::Space::outbox, key, keeps ? std::optional(store::encode(row)) : std::nullopt});
        REQUIRE(store.apply(batch).ok());
    }
    store::OutboxRow writes(const std::string& words)
    {
        REQUIRE(command(id, yamada, desk::SendText{words}, "k" + words).ok());
        return outbox.back();
    }
    void hears(const std::string& event, bot::InboundContent content, TimePoint sent_at)
    {
        auto inbound = text("U1", event, "");
        inbound.message_id.clear();
        inbound.sent_at = sent_at;
        inbound.content = std::move(content);
        REQUIRE(run_on(context, desks.receive(std::move(inbound))) == desk::Received::committed);
    }
    bot::Entry entry(const std::string& words)
    {
        for (const auto& one : log(id))
            if (one.text == words) return one;
        return {};
    }
};

}  // namespace

TEST_CASE("blocked: what waits is held back with the reason, and what LINE may have is not said to be")
{
    Blocking desk;
    desk.writes("今日はいかがですか");
    auto tried = desk.writes("届いたかもしれません");
    tried.attempts = 1;
    tried.first_attempt_at = desk.clock.now();
    desk.write(tried);
    desk.clock.advance(1min);
    desk.hears("e2", bot::Unfollowed{}, desk.clock.now());
    CHECK(desk.store.rows(store::Space::outbox).empty());
    CHECK(desk.entry("今日はいかがですか").state == bot::SendState::failed);
    CHECK(desk.entry("今日はいかがですか").failure == "send.failed.blocked");
    CHECK(desk.entry("届いたかもしれません").state == bot::SendState::unknown);
    CHECK(desk.only_conversation().blocked_at == desk.clock.now());
}

TEST_CASE("blocked: an unfollow that comes late, after words of hers, holds nothing back")
{
    Blocking desk;
    desk.writes("今日はいかがですか");
    desk.hears("e2", bot::Unfollowed{}, desk.clock.now() - 1h);
    CHECK(desk.store.rows(store::Space::outbox).size() == 1);
    CHECK(desk.entry("今日はいかがですか").state == bot::SendState::queued);
    CHECK_FALSE(desk.only_conversation().blocked_at);
}

TEST_CASE("blocked: what a counselor writes to her is asked about before it goes; once she is back it goes as ever")
{
    Blocking desk;
    desk.clock.advance(1min);
    desk.hears("e2", bot::Unfollowed{}, desk.clock.now());
    CHECK(desk.writes("もしもし").to_blocker);
    desk.clock.advance(1min);
    desk.hears("e3", bot::Followed{true}, desk.clock.now());
    CHECK_FALSE(desk.writes("おかえりなさい").to_blocker);
    CHECK_FALSE(desk.only_conversation().blocked_at);
}
