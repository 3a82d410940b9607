#include "server/store/keys.h"

#include "bot/base/ulid.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace tsunagi;
using namespace tsunagi::store;

namespace {

const DeskId mirai{"mirai"};
const ConversationId first{"01JD000000000000000000000A"};
const ConversationId second{"01JD000000000000000000000B"};

bool inside(const Range& range, const std::string& key) { return range.from <= key && key < range.to; }

/// Texts that try to reach out of their part of a key.
const std::vector<std::string> forged = {"",     "a",          "ab",         std::string("a\0", 2), std::string("a\0b", 3),
                                         "a\x01", "a\x01\x01",  "a\x01\x02",  std::string("\0", 1),  "\x01",
                                         "\x02",  "\xFF",       "\xFF\xFF",   "a\xFF",               "mirai",
                                         "mirai2", std::string("mirai\0e", 7), "みらい"};

}  // namespace

TEST_CASE("keys: texts of any bytes keep their order and never run into each other")
{
    for (const auto& a : forged) {
        for (const auto& b : forged) {
            const auto key_a = conversation_key(DeskId{a}, first);
            const auto key_b = conversation_key(DeskId{b}, first);
            CHECK((a < b) == (key_a < key_b));
            CHECK((a == b) == (key_a == key_b));
        }
    }
}

TEST_CASE("keys: no desk id, however spelled, lies in another desk's range")
{
    for (const auto& a : forged) {
        for (const auto& b : forged) {
            const auto same = a == b;
            const DeskId owner{a};
            const DeskId other{b};
            CHECK(inside(conversations_of(owner), conversation_key(other, first)) == same);
            CHECK(inside(conversations_of(owner), conversation_key(other, ConversationId{a})) == same);
            CHECK(inside(outbox_of(owner), outbox_key(other, first, ~0ULL)) == same);
            CHECK(inside(persons_of(owner), person_key(other, PersonId{"p"})) == same);
            CHECK(inside(staff_of(owner), staff_key(other, CounselorId{"c"})) == same);
            CHECK(inside(playbooks_of(owner), playbook_key(other, PlaybookVersion{"v"})) == same);
            CHECK(inside(identities_of(owner), identity_key(other, bot::ChannelKind::line, "line-main", {})) == same);
            CHECK(inside(entries_of(mirai, ConversationId{a}), entry_key(mirai, ConversationId{b}, TimePoint{}, 1)) == same);
            CHECK(inside(media_of(mirai, ConversationId{a}), media_key(mirai, ConversationId{b}, 1)) == same);
            CHECK(inside(timers_of(mirai, ConversationId{a}), timer_name_key(mirai, ConversationId{b}, "remind")) == same);
            CHECK(inside(held_by(owner, CounselorId{"c"}), queue_key(other, bot::HolderKind::counselor, CounselorId{"c"},
                                                                     bot::Priority::high, TimePoint{}, first)) == same);
        }
    }
}

TEST_CASE("keys: entries lie in the order of a screen, by (at, seq)")
{
    const auto key = [](std::int64_t ms, std::uint64_t seq) { return entry_key(mirai, first, from_unix_ms(ms), seq); };
    const std::vector<std::string> screen = {key(-5, 9), key(0, 0),  key(0, 1),           key(255, 1),
                                             key(256, 0), key(256, 255), key(256, 256),    key(1'700'000'000'000, 3),
                                             key(1'700'000'000'001, 2)};
    CHECK(std::is_sorted(screen.begin(), screen.end()));
    for (const auto& entry : screen) CHECK(inside(entries_of(mirai, first), entry));

    const auto before = entries_before(mirai, first, from_unix_ms(256), 255);
    CHECK(inside(before, key(256, 254)));
    CHECK_FALSE(inside(before, key(256, 255)));
    CHECK_FALSE(inside(before, entry_key(mirai, second, TimePoint{}, 1)));
    CHECK_FALSE(inside(entries_of(mirai, first), message_key(mirai, bot::ChannelKind::line, "line-main", "468")));
}

TEST_CASE("keys: a message id is looked up within its channel only")
{
    const auto key = message_key(mirai, bot::ChannelKind::line, "line-main", "468");
    CHECK(key == message_key(mirai, bot::ChannelKind::line, "line-main", "468"));
    CHECK(key != message_key(mirai, bot::ChannelKind::line, "line-night", "468"));
    CHECK(key != message_key(mirai, bot::ChannelKind::web, "line-main", "468"));
    CHECK(message_key(mirai, bot::ChannelKind::line, "a", "b468") != message_key(mirai, bot::ChannelKind::line, "ab", "468"));
    CHECK(message_key(mirai, bot::ChannelKind::line, "line-main", std::string(1'000'000, 'x')).size() < 64);
}

TEST_CASE("keys: a redelivered event has the same key on any day; old days are one range")
{
    using namespace std::chrono;
    const TimePoint noon = sys_days{2026y / 11 / 22} + 12h;
    const auto id_at = [](TimePoint at) { return EventId{make_ulid(at, {})}; };
    const auto day = static_cast<std::uint32_t>(sys_days{2026y / 11 / 22}.time_since_epoch().count());

    CHECK(day_of_id(id_at(noon).text) == day);
    CHECK(day_of_id("not a ulid") == undated);
    CHECK(inside(events_of_days(mirai, day, day + 1), event_key(mirai, id_at(noon))));
    CHECK_FALSE(inside(events_of_days(mirai, day, day + 1), event_key(mirai, id_at(noon + 12h))));
    CHECK(inside(events_of_days(mirai, 0, undated), event_key(mirai, id_at(noon))));
    CHECK_FALSE(inside(events_of_days(mirai, 0, undated), event_key(mirai, EventId{"derived-1"})));
    CHECK(inside(undated_events(mirai), event_key(mirai, EventId{"derived-1"})));

    const auto command = command_key(mirai, CounselorId{"tanaka"}, id_at(noon).text);
    CHECK(inside(commands_of_days(mirai, day, day + 1), command));
    CHECK_FALSE(inside(events_of_days(mirai, 0, undated), command));
    CHECK(command != command_key(mirai, CounselorId{"sato"}, id_at(noon).text));
    CHECK(inside(undated_commands(mirai), command_key(mirai, CounselorId{"tanaka"}, "again")));
}

TEST_CASE("keys: timers of all desks lie in order of time, and due includes this millisecond")
{
    const auto at = [](std::int64_t ms, const char* desk) { return timer_key(from_unix_ms(ms), DeskId{desk}, first, "remind"); };
    CHECK(at(1'000, "zzz") < at(1'001, "aaa"));
    CHECK(inside(timers_due(from_unix_ms(1'000)), at(1'000, "mirai")));
    CHECK(inside(timers_due(from_unix_ms(1'000)), at(-1, "mirai")));
    CHECK_FALSE(inside(timers_due(from_unix_ms(1'000)), at(1'001, "mirai")));
    CHECK_FALSE(inside(timers_all(), timer_name_key(mirai, first, "remind")));
}

TEST_CASE("keys: the queue is ordered by urgency, then by who asked first")
{
    const auto waiting = [](bot::Priority priority, std::int64_t since_ms) {
        return queue_key(mirai, bot::HolderKind::queue, {}, priority, from_unix_ms(since_ms), first);
    };
    const std::vector<std::string> line = {waiting(bot::Priority::emergency, 900), waiting(bot::Priority::high, 100),
                                           waiting(bot::Priority::high, 500), waiting(bot::Priority::soon, 10),
                                           waiting(bot::Priority::normal, 1)};
    CHECK(std::is_sorted(line.begin(), line.end()));
    const auto ahead = waiting_at_least(mirai, bot::Priority::high);
    CHECK(inside(ahead, line[0]));
    CHECK(inside(ahead, line[2]));
    CHECK_FALSE(inside(ahead, line[3]));
    CHECK(inside(waiting_at_least(mirai, bot::Priority::normal), line[4]));
    CHECK_FALSE(inside(held_by(mirai, bot::HolderKind::bot), line[0]));
}

TEST_CASE("keys: a conversation's place in the lists follows its holder, and a transfer keeps the place in line")
{
    bot::Conversation conversation;
    conversation.desk = mirai;
    conversation.id = first;
    conversation.holder.since = from_unix_ms(5'000);
    CHECK(inside(held_by(mirai, bot::HolderKind::bot), queue_key(conversation)));

    conversation.holder.kind = bot::HolderKind::queue;
    conversation.handoff = bot::HandoffRequest{.reason = {}, .skills = {}, .priority = bot::Priority::soon,
                                               .requested_at = from_unix_ms(1'000)};
    CHECK(queue_key(conversation) == queue_key(mirai, bot::HolderKind::queue, {}, bot::Priority::soon,
                                               from_unix_ms(1'000), first));

    conversation.holder.kind = bot::HolderKind::counselor;
    conversation.holder.counselor = CounselorId{"tanaka"};
    CHECK(inside(held_by(mirai, CounselorId{"tanaka"}), queue_key(conversation)));
    CHECK(inside(held_by(mirai, bot::HolderKind::counselor), queue_key(conversation)));
    CHECK_FALSE(inside(held_by(mirai, CounselorId{"tan"}), queue_key(conversation)));
    CHECK(queue_key(conversation) == queue_key(mirai, bot::HolderKind::counselor, CounselorId{"tanaka"}, bot::Priority::soon,
                                               from_unix_ms(5'000), first));  // her most urgent one first

    // Closed: no urgency any more, only time, so that backwards means newest first.
    conversation.holder.kind = bot::HolderKind::closed;
    CHECK(queue_key(conversation) ==
          queue_key(mirai, bot::HolderKind::closed, {}, bot::Priority::normal, from_unix_ms(5'000), first));
}

TEST_CASE("keys: a list's key names its conversation, and anything else names none")
{
    for (const auto& text : forged) {
        const auto key = queue_key(mirai, bot::HolderKind::counselor, CounselorId{text}, bot::Priority::high,
                                   from_unix_ms(1'700'000'000'000), ConversationId{text});
        CHECK(conversation_of_queue_key(key) == ConversationId{text});
        for (std::size_t cut = 0; cut < key.size(); ++cut)
            CHECK_FALSE(conversation_of_queue_key(std::string_view(key).substr(0, cut)));
    }
    CHECK_FALSE(conversation_of_queue_key(""));
    CHECK_FALSE(conversation_of_queue_key("mirai"));
}

TEST_CASE("keys: paging goes on behind the last row, in both directions")
{
    auto range = entries_of(mirai, first);
    const auto last = entry_key(mirai, first, from_unix_ms(10), 1);
    CHECK_FALSE(inside(resume_after(range, last), last));
    CHECK(inside(resume_after(range, last), entry_key(mirai, first, from_unix_ms(10), 2)));
    range.backwards = true;
    CHECK_FALSE(inside(resume_after(range, last), last));
    CHECK(inside(resume_after(range, last), entry_key(mirai, first, from_unix_ms(9), 7)));
}

TEST_CASE("keys: a prefix that ends in FF still has an end")
{
    CHECK(inside(starting_with(Space::meta, "a\xFF"), "a\xFF\xFF"));
    CHECK_FALSE(inside(starting_with(Space::meta, "a\xFF"), "b"));
    CHECK(inside(starting_with(Space::meta, "\xFF"), "\xFFzz"));
}

TEST_CASE("keys: an audit's range ends before its end")
{
    const auto range = audit_between(mirai, from_unix_ms(10), from_unix_ms(20));
    CHECK(inside(range, audit_key(mirai, from_unix_ms(10), 0)));
    CHECK(inside(range, audit_key(mirai, from_unix_ms(19), ~0ULL)));
    CHECK_FALSE(inside(range, audit_key(mirai, from_unix_ms(20), 0)));
    CHECK(inside(sessions_all(), session_key(Hash{})));
    Hash highest;
    highest.fill(0xFF);
    CHECK(inside(sessions_all(), session_key(highest)));
}
