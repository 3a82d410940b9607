// Damage that no single lost row makes: rows at a wrong place, numbers given twice, and what is left of somebody who is gone.
#include "tests/unit/desk/busy_desk.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

const store::PersonScope scope{"mirai", "p"};

/// Puts `record` of the row at `key` back there after `change`.
template <class Record>
void alter(BusyDesk& desk, Space space, const std::pair<std::string, Record>& row, const std::function<void(Record&)>& change)
{
    Record record = row.second;
    change(record);
    desk.put(space, row.first, store::encode(record));
}

/// The row at `key` lies at `other_key` instead.
void move(BusyDesk& desk, Space space, const std::string& key, const std::string& other_key)
{
    const auto bytes = desk.store.rows(space).at(key).bytes;
    desk.lose(space, key);
    desk.put(space, other_key, bytes);
}

}  // namespace

TEST_CASE("verify: each damage of a conversation and its log is named")
{
    BusyDesk desk;
    const auto conversation = desk.held_by_yamada();
    const auto key = store::conversation_key(mirai, conversation.id);
    const auto own_entry = [&](bot::EntryKind kind) {
        for (const auto& entry : desk.log(conversation.id))
            if (entry.kind == kind) return entry;
        FAIL("no such entry");
        return bot::Entry{};
    };
    const auto key_of = [&](const bot::Entry& entry) { return store::entry_key(mirai, conversation.id, entry.at, entry.seq); };

    SUBCASE("she waits, and nothing says for what")
    {
        auto waiting = conversation;
        waiting.holder.kind = bot::HolderKind::queue;
        waiting.handoff.reset();
        desk.put(Space::conversation, key, store::encode(waiting));
        CHECK(desk.finds("somebody waits and nothing says for what"));
    }
    SUBCASE("an entry whose number is still to be given: the next would overwrite it")
    {
        auto behind = conversation;
        behind.next_seq = desk.log(conversation.id).back().seq;
        desk.put(Space::conversation, key, store::encode(behind));
        CHECK(desk.finding() == "a log entry has a number not given yet");
    }
    SUBCASE("two entries of one number")
    {
        auto twin = own_entry(bot::EntryKind::inbound);
        twin.at += Milliseconds{1};
        twin.message_id.clear();
        desk.put(Space::entry, key_of(twin), store::encode(twin, scope));
        CHECK(desk.finding() == "two log entries have one number");
    }
    SUBCASE("an entry at another time than its own: a screen would show it elsewhere")
    {
        const auto entry = own_entry(bot::EntryKind::outbound);
        auto elsewhere = entry;
        elsewhere.at += Milliseconds{1};
        move(desk, Space::entry, key_of(entry), key_of(elsewhere));
        CHECK(desk.finding() == "a log entry lies at another place than its own");
    }
    SUBCASE("the words that a request is to send are not in the log")
    {
        for (const auto& entry : desk.log(conversation.id))
            if (entry.state == bot::SendState::queued) desk.lose(Space::entry, key_of(entry));
        CHECK(desk.finding() == "a request waits for a log entry that is not there");
    }
    SUBCASE("an entry that cannot be read is told once, with its conversation")
    {
        const auto entry = own_entry(bot::EntryKind::inbound);
        desk.put(Space::entry, key_of(entry), "x");
        const auto verified = desk.verify();
        const auto is_entry = [](const auto& broken) { return broken.what.starts_with("a record cannot be read: log entry"); };
        REQUIRE(std::ranges::count_if(verified.broken, is_entry) == 1);
        CHECK(std::ranges::find_if(verified.broken, is_entry)->where == std::vector{conversation.id.text});
        CHECK_FALSE(desk.finds("log entries that belong to no conversation"));
    }
}

TEST_CASE("verify: what is left of a conversation that is gone is named")
{
    BusyDesk desk;
    const auto conversation = desk.held_by_yamada();
    desk.lose(Space::conversation, store::conversation_key(mirai, conversation.id));
    for (const auto* what : {"an identity names a conversation that is not there", "rows in the lists of the console that belong to no holder",
                             "log entries that belong to no conversation", "requests that belong to no conversation",
                             "a timer is set for a conversation that is not there"}) {
        CAPTURE(what);
        CHECK(desk.finds(what));
    }
}

TEST_CASE("verify: each damage of a row that stands alone is named")
{
    BusyDesk desk;
    SUBCASE("a request that could not be tried twice under one key")
    {
        alter<store::OutboxRow>(desk, Space::outbox, desk.first<store::OutboxRow>(Space::outbox), [](auto& row) { row.retry_key.clear(); });
        CHECK(desk.finding() == "a request has no retry key");
    }
    SUBCASE("a request out of its order")
    {
        const auto [key, row] = desk.first<store::OutboxRow>(Space::outbox);
        move(desk, Space::outbox, key, store::outbox_key(mirai, row.conversation, row.seq + 100));
        CHECK(desk.finding() == "a request lies at another place than its own");
    }
    SUBCASE("a timer that would wake at another time than it says")
    {
        const auto [key, timer] = desk.first<store::Timer>(Space::timer);
        SUBCASE("in one of its rows")
        {
            alter<store::Timer>(desk, Space::timer, {key, timer}, [](auto& row) { row.due += Milliseconds{1}; });
            CHECK(desk.finds("the two rows of a timer disagree"));
        }
        SUBCASE("in both")
        {
            move(desk, Space::timer, key, store::timer_key(timer.due + Milliseconds{1}, mirai, timer.conversation, timer.name));
            CHECK(desk.finds("a timer lies at another place than its own"));
        }
    }
    SUBCASE("somebody's login when the account is gone")
    {
        const auto gone = desk.hire("佐藤");
        desk.lose(Space::staff, store::staff_key(mirai, gone));
        CHECK(desk.finding() == "a login belongs to no account");
    }
    SUBCASE("an account under another's id")
    {
        const auto key = desk.first<store::StaffAccount>(Space::staff).first;
        desk.put(Space::staff, store::staff_key(mirai, CounselorId{"another"}), desk.store.rows(Space::staff).at(key).bytes);
        CHECK(desk.finding() == "a staff account lies at another place than its own");
    }
    SUBCASE("media to be fetched for what is not in the log")
    {
        auto work = store::MediaWork{.desk = mirai, .conversation = desk.held_by_yamada().id, .entry_seq = 99, .entry_at = desk.clock.now()};
        desk.put(Space::media, store::media_work_key(mirai, work.conversation, work.entry_seq), store::encode(work));
        CHECK(desk.finding() == "media are to be fetched for a log entry that is not there");
    }
}

TEST_CASE("verify: a row that is cut short is named for what it was")
{
    BusyDesk desk;
    const auto cut = [](std::string bytes) { return bytes.substr(0, bytes.size() - 3); };
    const auto cut_row = [&](Space space, const std::string& key) { desk.put(space, key, cut(desk.store.rows(space).at(key).bytes)); };
    const auto names = [&](std::string_view what) {
        const auto verified = desk.verify();
        return std::ranges::any_of(verified.broken, [&](const auto& broken) { return broken.what.starts_with("a record cannot be read: " + std::string(what)); });
    };
    SUBCASE("identity")
    {
        cut_row(Space::identity, desk.first<store::Identity>(Space::identity).first);
        CHECK(names("identity"));
    }
    SUBCASE("message place")
    {
        cut_row(Space::entry, desk.first<store::EntryPlace>(Space::entry).first);
        CHECK(names("message place"));
    }
    SUBCASE("sighting")
    {
        const store::Sighting sighting{.name = "山田", .ranges = {{1, 2}}};
        const auto key = store::sighting_key(mirai, desk.held_by_yamada().id, desk.yamada);
        desk.put(Space::entry, key, store::encode(sighting));
        CHECK(desk.verify().ok());
        desk.put(Space::entry, key, cut(store::encode(sighting)));
        CHECK(names("sighting"));
    }
    SUBCASE("event")
    {
        cut_row(Space::event, desk.first<store::EventTaken>(Space::event).first);
        CHECK(names("event"));
    }
    SUBCASE("login")
    {
        cut_row(Space::staff, desk.first<store::LoginOwner>(Space::staff).first);
        CHECK(names("login"));
    }
    SUBCASE("outbox row")
    {
        cut_row(Space::outbox, desk.first<store::OutboxRow>(Space::outbox).first);
        CHECK(names("outbox row"));
    }
    SUBCASE("timer")
    {
        cut_row(Space::timer, desk.first<store::Timer>(Space::timer).first);
        CHECK(names("timer"));
    }
}

TEST_CASE("verify: an unsend that came before its message points at no entry, and that is right")
{
    BusyDesk desk;
    auto unsend = desk.text("U1", "late", "");
    unsend.message_id.clear();
    unsend.content = bot::Unsent{"m-that-never-came"};
    REQUIRE(run_on(desk.context, desk.desks.receive(unsend)) == desk::Received::committed);
    for (const auto& broken : desk.verify().broken) FAIL_CHECK(broken.what);
}

TEST_CASE("verify: of many broken rows ten are named and all are counted")
{
    BusyDesk desk;
    for (std::uint64_t seq = 1; seq <= 12; ++seq) desk.put(Space::audit, store::audit_key(mirai, desk.clock.now(), seq), "x");
    const auto verified = desk.verify();
    REQUIRE(verified.broken.size() == 1);
    CHECK(verified.broken.front().count == 12);
    CHECK(verified.broken.front().where.size() == 10);
}
