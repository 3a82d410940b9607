// What she withdraws: nothing of it stays, and staff read on its tombstone who had seen it.
#include "server/desk/sightings.h"
#include "tests/unit/desk/desk_fixture.h"

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::testing;
using desk::Received;
using Range = store::Sighting::Range;

namespace {

struct UnsendFixture : DeskFixture {
    Received unsend(const std::string& event, const std::string& withdraws)
    {
        auto inbound = text("U1", event, "");
        inbound.message_id.clear();
        inbound.reply.reset();
        inbound.content = bot::Unsent{"m-" + withdraws};
        return run_on(context, desks.receive(inbound));
    }
    std::vector<bot::Entry> lines() { return log(only_conversation().id); }
    std::uint64_t seq_of(const std::string& words)
    {
        for (const auto& entry : lines())
            if (entry.text == words) return entry.seq;
        return 0;
    }
    bool sees(const CounselorId& by, std::uint64_t from, std::uint64_t to)
    {
        return run_on(context, desks.note_on_screen(mirai, only_conversation().id, by, {from, to}));
    }
    /// What the tombstone of her only withdrawn message says.
    bot::LoggedEvent tombstone()
    {
        for (const auto& entry : lines())
            if (entry.kind == bot::EntryKind::inbound && entry.content && std::holds_alternative<bot::Unsent>(*entry.content))
                return entry.event.value();
        return {};
    }
};

}  // namespace

TEST_CASE("tombstone: names those who had it on screen, and nobody else")
{
    UnsendFixture desk;
    const auto sato = desk.hire("佐藤");
    const auto suzuki = desk.hire("鈴木");
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "一つめ");
    const auto first = desk.seq_of("一つめ");
    CHECK(desk.sees(yamada, 1, first));  // went home before the second
    desk.say("U1", "e2", "ひみつのことば");
    const auto second = desk.seq_of("ひみつのことば");
    CHECK(desk.sees(sato, first, second));
    CHECK(desk.sees(suzuki, second, second));
    CHECK(desk.unsend("e3", "e2") == Received::committed);
    const auto told = desk.tombstone();
    CHECK(told.name == "event.unsent.seen");
    CHECK(told.values.at("names") == "佐藤\n鈴木");
    for (std::size_t space = 0; space < store::space_count; ++space)
        for (const auto& [key, value] : desk.store.rows(static_cast<store::Space>(space)))
            CHECK(value.bytes.find("ひみつ") == std::string::npos);
}

TEST_CASE("tombstone: says that nobody saw it, also when somebody opens the conversation afterwards")
{
    UnsendFixture desk;
    const auto sato = desk.hire("佐藤");
    desk.say("U1", "e1", "ひみつのことば");
    const auto seq = desk.seq_of("ひみつのことば");
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(desk.sees(sato, 1, seq));
    CHECK(desk.tombstone().name == "event.unsent.unseen");
}

TEST_CASE("tombstone: a message whose unsend came first was seen by nobody")
{
    UnsendFixture desk;
    const auto sato = desk.hire("佐藤");
    desk.say("U1", "e0", "こんにちは");
    CHECK(desk.sees(sato, 1, 1));
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(desk.say("U1", "e1", "ひみつのことば") == Received::committed);
    const auto lines = desk.lines();
    CHECK(std::ranges::count_if(lines, [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.unsent.unseen"; }) == 1);
    CHECK(std::ranges::none_of(lines, [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.unsent.seen"; }));
}

namespace {

/// The bot reads her story back to her in the first request that waits for U1.
store::OutboxRow reads_back(UnsendFixture& desk, const std::string& words, bool tried)
{
    auto row = desk.outbox.front();
    row.messages.front().message.text = "こう聞きました\n\n・お話: " + words + "\n\nありがとう";
    if (tried) {
        row.attempts = 1;
        row.first_attempt_at = desk.clock.now();
    }
    store::Batch batch;
    batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), store::encode(row)});
    CHECK(run_on(desk.context, desk.store.commit(std::move(batch))).ok());
    return row;
}
std::string waiting_text(UnsendFixture& desk, const store::OutboxRow& row)
{
    const auto stored = desk.store.read(store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq));
    return store::decode<store::OutboxRow>(stored.value().bytes).value().messages.front().message.text;
}

}  // namespace

TEST_CASE("unsend: of a picture neither bytes nor what is left to fetch stays, and of her words no mark of danger")
{
    UnsendFixture desk;
    auto picture = desk.text("U1", "e1", "");
    picture.content = bot::MediaReceived{};
    REQUIRE(run_on(desk.context, desk.desks.receive(picture)) == Received::committed);
    const auto id = desk.only_conversation().id;
    const auto seq = desk.lines().front().seq;
    REQUIRE(desk.store.rows(store::Space::media).size() == 1);  // to be fetched
    desk.store.put_back(store::Space::media, store::media_key(mirai, id, seq), store::Value{"her picture", 1});
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(desk.store.rows(store::Space::media).empty());

    desk.say("U1", "e3", "薬を飲んだ");
    desk.mark(desk.seq_of("薬を飲んだ"));
    CHECK(desk.unsend("e4", "e3") == Received::committed);
    for (const auto& entry : desk.lines()) CHECK_FALSE(entry.risk);
}

TEST_CASE("unsend: nor does what she answered with a later version of it, nor what was kept of that for context")
{
    UnsendFixture desk;
    desk.say("U1", "e1", "こんにちは");
    auto edited = desk.text("U1", "e2", "ひみつのことば");
    edited.message_id = "edit/m-e1/2";
    REQUIRE(run_on(desk.context, desk.desks.receive(edited)) == Received::committed);
    REQUIRE_FALSE(desk.only_conversation().answers.empty());
    CHECK(desk.unsend("e3", "e1") == Received::committed);
    const auto conversation = desk.only_conversation();
    CHECK(conversation.answers.empty());
    CHECK(conversation.recent_texts.empty());
    CHECK(store::encode(conversation).find("ひみつ") == std::string::npos);
}

TEST_CASE("unsend: what waits to be sent no longer reads her words back to her")
{
    UnsendFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    const auto row = reads_back(desk, "ひみつのことば", false);
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(waiting_text(desk, row) == "こう聞きました\n\n・お話: …\n\nありがとう");
}

TEST_CASE("unsend: a counselor's own words that wait go out as she wrote them")
{
    UnsendFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    auto row = reads_back(desk, "ひみつのことば", false);
    row.by_human = true;
    store::Batch batch;
    batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), store::encode(row)});
    REQUIRE(run_on(desk.context, desk.store.commit(std::move(batch))).ok());
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(waiting_text(desk, row) == row.messages.front().message.text);
}

TEST_CASE("unsend: a request that LINE may have stays as it was tried, under its key")
{
    UnsendFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    const auto row = reads_back(desk, "ひみつのことば", true);
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(waiting_text(desk, row) == row.messages.front().message.text);
}

TEST_CASE("unsend: a first attempt kept in the same instant wins, and the unsend is decided again")
{
    UnsendFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    const auto row = reads_back(desk, "ひみつのことば", false);
    bool raced = false;
    desk.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (std::exchange(raced, true)) return std::nullopt;
        auto tried = row;
        tried.attempts = 1;
        tried.first_attempt_at = desk.clock.now();
        store::Batch batch;
        batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), store::encode(tried)});
        CHECK(desk.store.apply(batch).ok());
        return std::nullopt;
    };
    CHECK(desk.unsend("e2", "e1") == Received::committed);
    CHECK(waiting_text(desk, row) == row.messages.front().message.text);
    CHECK(desk.tombstone().name == "event.unsent.unseen");
}

TEST_CASE("sightings: a person's event writes nothing for them, and a screen that shows nothing new writes nothing")
{
    UnsendFixture desk;
    const auto sato = desk.hire("佐藤");
    desk.say("U1", "e1", "一つめ");
    const auto seq = desk.seq_of("一つめ");
    std::size_t sighting_writes = 0;
    desk.store.before_commit = [&](const store::Batch& batch) -> std::optional<store::CommitFailure> {
        for (const auto& write : batch.writes)
            if (write.space == store::Space::entry && write.bytes && store::decode<store::Sighting>(*write.bytes).ok()) ++sighting_writes;
        return std::nullopt;
    };
    CHECK(desk.sees(sato, 1, seq));
    CHECK(desk.sees(sato, 1, seq));
    CHECK(desk.sees(sato, seq, seq));
    CHECK(sighting_writes == 1);
    desk.say("U1", "e2", "二つめ");
    CHECK(sighting_writes == 1);
}

TEST_CASE("sightings: what is not in the log cannot have been seen")
{
    UnsendFixture desk;
    const auto sato = desk.hire("佐藤");
    desk.say("U1", "e1", "一つめ");
    const auto next = desk.only_conversation().next_seq;
    CHECK_FALSE(desk.sees(sato, 0, 1));
    CHECK_FALSE(desk.sees(sato, 2, 1));
    CHECK_FALSE(desk.sees(sato, 1, next));
    CHECK(desk.sees(sato, 1, next - 1));
    CHECK_FALSE(run_on(desk.context, desk.desks.note_on_screen(mirai, ConversationId{"no-such"}, sato, {1, 1})));
}

TEST_CASE("sightings: ranges that touch become one, ranges apart stay apart, the oldest go first")
{
    std::vector<Range> seen;
    CHECK(desk::add_seen(seen, {10, 20}));
    CHECK(desk::add_seen(seen, {1, 3}));
    CHECK(seen == std::vector<Range>{{1, 3}, {10, 20}});
    CHECK_FALSE(desk::add_seen(seen, {12, 20}));
    CHECK(desk::add_seen(seen, {4, 9}));
    CHECK(seen == std::vector<Range>{{1, 20}});
    CHECK(desk::add_seen(seen, {15, 30}));
    CHECK(seen == std::vector<Range>{{1, 30}});
    for (std::uint64_t i = 0; i < desk::seen_ranges_max; ++i) CHECK(desk::add_seen(seen, {100 + 2 * i, 100 + 2 * i}));
    CHECK(seen.size() == desk::seen_ranges_max);
    CHECK(seen.front() == Range{100, 100});
}
