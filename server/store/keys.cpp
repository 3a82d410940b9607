#include "server/store/keys.h"

#include "bot/base/ulid.h"

#include <openssl/sha.h>

#include <utility>

namespace tsunagi::store {
namespace {

/// Puts a key together, part by part, in the order of the drawing.
class KeyBuilder {
public:
    explicit KeyBuilder(std::size_t expected_bytes = 64) { key_.reserve(expected_bytes); }

    KeyBuilder& text(std::string_view part)
    {
        for (const char byte : part) {
            if (byte == '\0' || byte == '\1') {
                key_.push_back('\1');
                key_.push_back(byte == '\0' ? '\1' : '\2');
            } else {
                key_.push_back(byte);
            }
        }
        key_.push_back('\0');
        return *this;
    }
    KeyBuilder& u8(std::uint8_t number)
    {
        key_.push_back(static_cast<char>(number));
        return *this;
    }
    KeyBuilder& u32(std::uint32_t number) { return big_endian(number, 4); }
    KeyBuilder& u64(std::uint64_t number) { return big_endian(number, 8); }
    KeyBuilder& time(TimePoint at)
    {
        constexpr std::uint64_t sign_bit = 1ULL << 63U;
        return u64(static_cast<std::uint64_t>(to_unix_ms(at)) ^ sign_bit);
    }
    KeyBuilder& hash(const Hash& bytes)
    {
        for (const auto byte : bytes) key_.push_back(static_cast<char>(byte));
        return *this;
    }
    KeyBuilder& mark(char letter)
    {
        key_.push_back(letter);
        return *this;
    }
    std::string key() { return std::move(key_); }

private:
    KeyBuilder& big_endian(std::uint64_t number, int width)
    {
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8)
            key_.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift))));
        return *this;
    }
    std::string key_;
};

KeyBuilder of(const DeskId& desk)
{
    KeyBuilder builder;
    builder.text(desk.text);
    return builder;
}

Range between(Space space, std::string from, std::string to)
{
    return Range{.space = space, .from = std::move(from), .to = std::move(to)};
}

/// The end of the text part that begins at `at`, or npos.
std::size_t end_of_text(std::string_view key, std::size_t at)
{
    const auto end = key.find('\0', at);
    return end == std::string_view::npos ? end : end + 1;
}

std::string unescaped(std::string_view part)
{
    std::string text;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '\1' && i + 1 < part.size()) {
            ++i;
            text.push_back(part[i] == '\1' ? '\0' : '\1');
        } else {
            text.push_back(part[i]);
        }
    }
    return text;
}

constexpr char entry_mark = 'e';
constexpr char message_mark = 'm';
constexpr char sighting_mark = 's';
constexpr char event_mark = 'e';
constexpr char command_mark = 'c';
constexpr char due_mark = 'd';
constexpr char name_mark = 'n';
constexpr char account_mark = 'a';
constexpr char login_mark = 'l';

Range days(const DeskId& desk, char mark, std::uint32_t from_day, std::uint32_t to_day)
{
    return between(Space::event, of(desk).mark(mark).u32(from_day).key(), of(desk).mark(mark).u32(to_day).key());
}

}  // namespace

Range starting_with(Space space, std::string prefix)
{
    std::string to = prefix;
    while (!to.empty() && to.back() == '\xFF') to.pop_back();
    // Nothing but FF cannot happen with the layouts here (a text part ends with 0); it would mean "to the end".
    if (to.empty()) to.assign(prefix.size() + 1, '\xFF');
    else to.back() = static_cast<char>(static_cast<std::uint8_t>(to.back()) + 1);
    return between(space, std::move(prefix), std::move(to));
}

Range resume_after(Range range, const std::string& last_key)
{
    if (range.backwards) range.to = last_key;
    else range.from = last_key + '\0';
    return range;
}

std::string meta_key(std::string_view name) { return KeyBuilder().text(name).key(); }

std::string identity_key(const DeskId& desk, bot::ChannelKind kind, std::string_view channel, const Hash& user_hmac)
{
    return of(desk).u8(static_cast<std::uint8_t>(kind)).text(channel).hash(user_hmac).key();
}
Range identities_of(const DeskId& desk) { return starting_with(Space::identity, of(desk).key()); }
Range identities_everywhere() { return {.space = Space::identity, .from = {}, .to = std::string(1, '\xFF')}; }

std::optional<KnownDoor> door_of_identity_key(std::string_view key)
{
    const auto kind = end_of_text(key, 0);
    if (kind == std::string_view::npos || kind >= key.size()) return std::nullopt;
    const auto channel = kind + 1;
    const auto end = end_of_text(key, channel);
    if (end == std::string_view::npos || end + std::tuple_size_v<Hash> != key.size()) return std::nullopt;
    return KnownDoor{DeskId{unescaped(key.substr(0, kind - 1))}, static_cast<bot::ChannelKind>(key[kind]),
                unescaped(key.substr(channel, end - 1 - channel))};
}

Range identities_beyond(const KnownDoor& door)
{
    auto range = identities_everywhere();
    range.from = starting_with(Space::identity, of(door.desk).u8(static_cast<std::uint8_t>(door.kind)).text(door.channel).key()).to;
    return range;
}

std::string conversation_key(const DeskId& desk, const ConversationId& conversation)
{
    return of(desk).text(conversation.text).key();
}
Range conversations_of(const DeskId& desk) { return starting_with(Space::conversation, of(desk).key()); }

std::string entry_key(const DeskId& desk, const ConversationId& conversation, TimePoint at, std::uint64_t seq)
{
    return of(desk).mark(entry_mark).text(conversation.text).time(at).u64(seq).key();
}
Range entries_of(const DeskId& desk, const ConversationId& conversation)
{
    return starting_with(Space::entry, of(desk).mark(entry_mark).text(conversation.text).key());
}
Range entries_before(const DeskId& desk, const ConversationId& conversation, TimePoint at, std::uint64_t seq)
{
    auto range = entries_of(desk, conversation);
    range.to = entry_key(desk, conversation, at, seq);
    return range;
}

std::string message_key(const DeskId& desk, bot::ChannelKind kind, std::string_view channel, std::string_view message_id)
{
    // The channel's text part is closed, so no channel and id run into each other.
    const auto named = KeyBuilder().u8(static_cast<std::uint8_t>(kind)).text(channel).key() + std::string(message_id);
    Hash digest{};
    SHA256(reinterpret_cast<const unsigned char*>(named.data()), named.size(), digest.data());
    return of(desk).mark(message_mark).hash(digest).key();
}

std::string sighting_key(const DeskId& desk, const ConversationId& conversation, const CounselorId& counselor)
{
    return of(desk).mark(sighting_mark).text(conversation.text).text(counselor.text).key();
}
Range sightings_of(const DeskId& desk, const ConversationId& conversation)
{
    return starting_with(Space::entry, of(desk).mark(sighting_mark).text(conversation.text).key());
}

std::uint32_t day_of_id(std::string_view id)
{
    const auto time = ulid_time(id);
    if (!time) return undated;
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count());
}
std::string event_key(const DeskId& desk, const EventId& event)
{
    return of(desk).mark(event_mark).u32(day_of_id(event.text)).text(event.text).key();
}
std::string command_key(const DeskId& desk, const CounselorId& counselor, std::string_view idempotency_key)
{
    const auto day = day_of_id(idempotency_key);
    return of(desk).mark(command_mark).u32(day).text(counselor.text).text(idempotency_key).key();
}
Range events_of_days(const DeskId& desk, std::uint32_t from_day, std::uint32_t to_day)
{
    return days(desk, event_mark, from_day, to_day);
}
Range commands_of_days(const DeskId& desk, std::uint32_t from_day, std::uint32_t to_day)
{
    return days(desk, command_mark, from_day, to_day);
}
Range undated_events(const DeskId& desk)
{
    return starting_with(Space::event, of(desk).mark(event_mark).u32(undated).key());
}
Range undated_commands(const DeskId& desk)
{
    return starting_with(Space::event, of(desk).mark(command_mark).u32(undated).key());
}

std::string outbox_key(const DeskId& desk, const ConversationId& conversation, std::uint64_t seq)
{
    return of(desk).text(conversation.text).u64(seq).key();
}
Range outbox_of(const DeskId& desk) { return starting_with(Space::outbox, of(desk).key()); }
Range outbox_of(const DeskId& desk, const ConversationId& conversation)
{
    return starting_with(Space::outbox, of(desk).text(conversation.text).key());
}

std::string timer_key(TimePoint due, const DeskId& desk, const ConversationId& conversation, std::string_view name)
{
    return KeyBuilder().mark(due_mark).time(due).text(desk.text).text(conversation.text).text(name).key();
}
Range timers_due(TimePoint now)
{
    auto range = timers_all();
    range.to = KeyBuilder().mark(due_mark).time(now + Milliseconds{1}).key();
    return range;
}
Range timers_all() { return starting_with(Space::timer, std::string(1, due_mark)); }
std::string timer_name_key(const DeskId& desk, const ConversationId& conversation, std::string_view name)
{
    return KeyBuilder().mark(name_mark).text(desk.text).text(conversation.text).text(name).key();
}
Range timers_of(const DeskId& desk, const ConversationId& conversation)
{
    return starting_with(Space::timer, KeyBuilder().mark(name_mark).text(desk.text).text(conversation.text).key());
}

namespace {

std::uint8_t most_urgent_first(bot::Priority priority)
{
    return static_cast<std::uint8_t>(static_cast<std::uint8_t>(bot::Priority::emergency) -
                                     static_cast<std::uint8_t>(priority));
}

KeyBuilder of_holder(const DeskId& desk, bot::HolderKind holder)
{
    auto builder = of(desk);
    builder.u8(static_cast<std::uint8_t>(holder));
    return builder;
}

}  // namespace

std::string queue_key(const DeskId& desk, bot::HolderKind holder, const CounselorId& counselor, bot::Priority priority,
                      TimePoint since, const ConversationId& conversation)
{
    return of_holder(desk, holder)
        .text(counselor.text)
        .u8(most_urgent_first(priority))
        .time(since)
        .text(conversation.text)
        .key();
}

std::string queue_key(const bot::Conversation& conversation)
{
    const auto& holder = conversation.holder;
    const bool ranked = conversation.handoff && (holder.is_queue() || holder.is_counselor());
    const auto priority = ranked ? conversation.handoff->priority : bot::Priority::normal;
    const auto since = holder.is_queue() && conversation.handoff ? conversation.handoff->requested_at : holder.since;
    const auto counselor = holder.is_counselor() ? holder.counselor : CounselorId{};
    return queue_key(conversation.desk, holder.kind, counselor, priority, since, conversation.id);
}

std::optional<ConversationId> conversation_of_queue_key(std::string_view key)
{
    constexpr std::size_t holder_bytes = 1;
    constexpr std::size_t place_bytes = 1 + 8;  // priority and since
    const auto holder = end_of_text(key, 0);
    if (holder == std::string_view::npos || holder + holder_bytes > key.size()) return std::nullopt;
    const auto place = end_of_text(key, holder + holder_bytes);
    if (place == std::string_view::npos || place + place_bytes > key.size()) return std::nullopt;
    const auto id = place + place_bytes;
    const auto end = end_of_text(key, id);
    if (end != key.size()) return std::nullopt;
    return ConversationId{unescaped(key.substr(id, end - 1 - id))};
}

Range held_by(const DeskId& desk, bot::HolderKind holder)
{
    return starting_with(Space::queue, of_holder(desk, holder).key());
}
Range held_by(const DeskId& desk, const CounselorId& counselor)
{
    return starting_with(Space::queue, of_holder(desk, bot::HolderKind::counselor).text(counselor.text).key());
}
Range waiting_at_least(const DeskId& desk, bot::Priority priority)
{
    const auto waiting = of_holder(desk, bot::HolderKind::queue).text({}).key();
    const auto after = static_cast<char>(most_urgent_first(priority) + 1);
    return between(Space::queue, waiting, waiting + after);
}

std::string staff_key(const DeskId& desk, const CounselorId& counselor)
{
    return of(desk).mark(account_mark).text(counselor.text).key();
}
Range staff_of(const DeskId& desk) { return starting_with(Space::staff, of(desk).mark(account_mark).key()); }
std::string login_key(const DeskId& desk, std::string_view login) { return of(desk).mark(login_mark).text(login).key(); }

std::string session_key(const Hash& secret_hash) { return KeyBuilder().hash(secret_hash).key(); }
Range sessions_all() { return between(Space::session, {}, std::string(sizeof(Hash) + 1, '\xFF')); }

std::string playbook_key(const DeskId& desk, const PlaybookVersion& version)
{
    return of(desk).text(version.text).key();
}
Range playbooks_of(const DeskId& desk) { return starting_with(Space::playbook, of(desk).key()); }

std::string media_key(const DeskId& desk, const ConversationId& conversation, std::uint64_t entry_seq)
{
    return of(desk).text(conversation.text).u64(entry_seq).key();
}
Range media_of(const DeskId& desk, const ConversationId& conversation)
{
    return starting_with(Space::media, of(desk).text(conversation.text).key());
}

std::string media_work_key(const DeskId& desk, const ConversationId& conversation, std::uint64_t entry_seq)
{
    return of(desk).mark('w').text(conversation.text).u64(entry_seq).key();
}
Range media_work_of(const DeskId& desk) { return starting_with(Space::media, of(desk).mark('w').key()); }

std::string audit_key(const DeskId& desk, TimePoint at, std::uint64_t seq) { return of(desk).time(at).u64(seq).key(); }
Range audit_between(const DeskId& desk, TimePoint from, TimePoint to)
{
    return between(Space::audit, of(desk).time(from).key(), of(desk).time(to).key());
}

std::string person_key(const DeskId& desk, const PersonId& person) { return of(desk).text(person.text).key(); }
Range persons_of(const DeskId& desk) { return starting_with(Space::person, of(desk).key()); }

}  // namespace tsunagi::store
