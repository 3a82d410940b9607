#include "tests/unit/desk/busy_desk.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("verify: a desk in the middle of its work holds every promise")
{
    BusyDesk desk;
    const auto verified = desk.verify();
    for (const auto& broken : verified.broken) FAIL_CHECK(broken.what);
    CHECK(verified.ok());
    CHECK(verified.conversations == 3);
    CHECK(verified.entries > 8);
    CHECK(verified.outbox_rows == 6);
    CHECK(verified.timers >= 2);
}

TEST_CASE("verify: each damage is named")
{
    BusyDesk desk;
    SUBCASE("bytes that are no record")
    {
        desk.put(Space::conversation, desk.store.rows(Space::conversation).begin()->first, "\x01nonsense");
        CHECK(desk.finding() == "a record cannot be read: conversation, the record is of another kind");
        CHECK_FALSE(desk.verify().ok());
    }
    SUBCASE("a conversation lost")
    {
        desk.lose(Space::conversation, desk.store.rows(Space::conversation).begin()->first);
        const auto verified = desk.verify();
        CHECK(std::any_of(verified.broken.begin(), verified.broken.end(), [](const auto& broken) {
            return broken.what == "an identity names a conversation that is not there" && broken.count == 1;
        }));
    }
    SUBCASE("a place in the line lost")
    {
        desk.lose(Space::queue, desk.store.rows(Space::queue).begin()->first);
        CHECK(desk.finding() == "a conversation is missing from the list of its holder");
    }
    SUBCASE("a second place")
    {
        desk.put(Space::queue, desk.store.rows(Space::queue).begin()->first + "x", "");
        CHECK(desk.finding() == "rows in the lists of the console that belong to no holder");
    }
    SUBCASE("a request lost: her answer would never come")
    {
        desk.lose(Space::outbox, desk.store.rows(Space::outbox).begin()->first);
        CHECK(desk.finding() == "a message waits in the log and nothing will send it");
    }
    SUBCASE("a settled message that would be sent again")
    {
        for (const auto& [key, value] : desk.store.rows(Space::entry)) {
            auto entry = store::decode<bot::Entry>(value.bytes);
            if (!entry.ok() || entry->state != bot::SendState::queued) continue;
            entry->state = bot::SendState::accepted;
            desk.put(Space::entry, std::string(key), store::encode(*entry, {"mirai", "p"}));
            break;
        }
        CHECK(desk.finding() == "a settled message still waits in the outbox");
    }
    SUBCASE("the log entry of a message lost, its place still there")
    {
        for (const auto& [key, value] : desk.store.rows(Space::entry)) {
            const auto entry = store::decode<bot::Entry>(value.bytes);
            if (!entry.ok() || entry->kind != bot::EntryKind::inbound) continue;
            desk.lose(Space::entry, std::string(key));
            break;
        }
        CHECK(desk.finding() == "a message's place points at no entry");
    }
    SUBCASE("the place of a message lost: it could be taken twice")
    {
        desk.lose(Space::entry, desk.first<store::EntryPlace>(Space::entry).first);
        CHECK(desk.finding() == "a message could be taken twice: its id is not noted");
    }
    SUBCASE("one of a timer's two rows lost")
    {
        desk.lose(Space::timer, desk.store.rows(Space::timer).begin()->first);
        CHECK(desk.finding() == "the two rows of a timer disagree");
    }
    SUBCASE("an account lost")
    {
        desk.lose(Space::staff, desk.first<store::StaffAccount>(Space::staff).first);
        CHECK(desk.finding() == "a conversation is held by an account that is not there");
    }
    SUBCASE("a playbook lost")
    {
        desk.lose(Space::playbook, desk.store.rows(Space::playbook).begin()->first);
        CHECK(desk.finding() == "a flow runs on a playbook version that is not kept");
    }
    SUBCASE("media of nobody")
    {
        const store::MediaBlob blob{.mime = "image/png", .file_name = "a.png", .bytes = "bytes"};
        desk.put(Space::media, store::media_key(mirai, ConversationId{"nobody"}, 1), store::encode(blob, {"mirai", "p"}));
        CHECK(desk.finding() == "media that belong to no conversation");
    }
    SUBCASE("a message taken twice")
    {
        auto [key, entry] = desk.first_inbound();
        entry.seq = 2;  // the number of the bot's own words, which are lost with it
        const auto conversation = desk.first<bot::Conversation>(Space::conversation).second;
        desk.put(Space::entry, store::entry_key(mirai, conversation.id, entry.at, entry.seq), store::encode(entry, {"mirai", "p"}));
        CHECK(desk.finds("one message stands in the log twice, or its id leads to another"));
    }
    SUBCASE("the id of a message leads to another message")
    {
        auto [key, place] = desk.first<store::EntryPlace>(Space::entry);
        for (const auto& [other_key, value] : desk.store.rows(Space::entry)) {
            const auto other = store::decode<store::EntryPlace>(value.bytes);
            if (!other.ok() || other_key == key) continue;
            desk.put(Space::entry, key, value.bytes);
            break;
        }
        CHECK(desk.finds("one message stands in the log twice, or its id leads to another"));
    }
    SUBCASE("an identity lost: she would begin anew, and nobody would know her")
    {
        desk.lose(Space::identity, desk.store.rows(Space::identity).begin()->first);
        CHECK(desk.finding() == "nobody's identity leads to a conversation: when she writes, another one begins");
    }
    SUBCASE("somebody's conversation at another's place")
    {
        const auto& rows = desk.store.rows(Space::conversation);
        const std::string first_key = rows.begin()->first;
        desk.put(Space::conversation, first_key, rows.rbegin()->second.bytes);
        CHECK(desk.finds("a conversation lies at another place than its own"));
    }
    SUBCASE("a login lost, or of somebody else")
    {
        const auto key = desk.first<store::LoginOwner>(Space::staff).first;
        SUBCASE("lost") { desk.lose(Space::staff, key); }
        SUBCASE("of somebody else")
        {
            desk.hire("佐藤");
            for (const auto& [other_key, value] : desk.store.rows(Space::staff))
                if (other_key != key && store::decode<store::LoginOwner>(value.bytes).ok()) {
                    desk.put(Space::staff, key, value.bytes);
                    break;
                }
        }
        CHECK(desk.finding() == "nobody can sign in to an account: its login leads elsewhere");
    }
    SUBCASE("a picture lost that stands in the log")
    {
        const auto waiting = desk.held_by_yamada();
        auto bytes = std::make_shared<const std::string>("picture");
        REQUIRE(desk.command(waiting.id, desk.yamada, desk::SendMedia{"image/png", "a.png", bytes}, "01K0000000000000000000000B").ok());
        REQUIRE(desk.verify().ok());
        desk.lose(Space::media, desk.store.rows(Space::media).begin()->first);
        CHECK(desk.finding() == "a picture or file of the log is not there");
    }
    SUBCASE("a picture she sent, and nothing left that would fetch it")
    {
        auto inbound = desk.text("U1", "picture", "");
        inbound.content = bot::MediaReceived{.kind = bot::MediaKind::image};
        REQUIRE(run_on(desk.context, desk.desks.receive(inbound)) == desk::Received::committed);
        REQUIRE(desk.verify().ok());
        desk.lose(Space::media, desk.store.rows(Space::media).begin()->first);
        CHECK(desk.finding() == "a picture or file she sent is not kept, and nothing will fetch it");
    }
    SUBCASE("rows that nothing leads to cannot be read")
    {
        SUBCASE("audit") { desk.put(Space::audit, store::audit_key(mirai, desk.clock.now(), 1), "x"); }
        SUBCASE("playbook") { desk.put(Space::playbook, store::playbook_key(mirai, PlaybookVersion{"old"}), "x"); }
        SUBCASE("a picture's bytes") { desk.put(Space::media, store::media_key(mirai, desk.held_by_yamada().id, 1), "x"); }
        SUBCASE("session")
        {
            auto session = store::encode(store::ConsoleSession{desk.yamada, mirai, "csrf", desk.clock.now(), desk.clock.now()});
            desk.put(Space::session, std::string(32, 'k'), session.substr(0, session.size() - 3));
        }
        CHECK(desk.finding().starts_with("a record cannot be read: "));
    }
}
