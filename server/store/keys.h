#pragma once
#include "bot/base/ids.h"
#include "bot/base/time.h"
#include "bot/conversation/conversation.h"
#include "server/store/store.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::store {

// Every key of the store is built in this file and nowhere else. Byte order is logical order.
//
// Parts of a key, as the drawings below name them:
//   text   the bytes, 0x00 written as 01 01 and 0x01 as 01 02, closed by 0x00. No text can reach past its own end, so
//          no desk id, however it is spelled, begins another desk's range; "a" sorts before "ab" and before "a\0".
//   u8 u32 u64   big-endian, fixed width
//   time   milliseconds since 1970, u64 with the sign bit flipped (times before 1970 sort first)
//   hash   32 bytes as they are
//   'x'    one byte that keeps two kinds of rows of one space apart
//
// Pure functions; all desk ids and ids are taken as they are (never user text: see identity_key and message_key).

/// HMAC-SHA-256 or SHA-256.
using Hash = std::array<std::uint8_t, 32>;

/// The rows of `space` whose key begins with `prefix`.
Range starting_with(Space space, std::string prefix);

/// The page that follows `last_key` in `range`'s direction.
Range resume_after(Range range, const std::string& last_key);

// ---------------------------------------------------------------------------- Space::meta

/// | name | : the store's own rows. Never written by anybody but the engine.
std::string meta_key(std::string_view name);

// ---------------------------------------------------------------------------- Space::identity

/// | desk text | kind u8 | channel text | hash |   `user_hmac`: HMAC of the user id with the key derived from the master
/// key; a user id itself never stands in a key.
std::string identity_key(const DeskId& desk, bot::ChannelKind kind, std::string_view channel, const Hash& user_hmac);
Range identities_of(const DeskId& desk);
Range identities_everywhere();

/// By which door the person of an identity key came; nothing when it is no such key.
struct KnownDoor {
    DeskId desk;
    bot::ChannelKind kind = bot::ChannelKind::line;
    std::string channel;
};
std::optional<KnownDoor> door_of_identity_key(std::string_view key);
/// Everything behind the people of `door`, so that one row of each door can be read.
Range identities_beyond(const KnownDoor& door);

// ---------------------------------------------------------------------------- Space::conversation

/// | desk text | conversation text |
std::string conversation_key(const DeskId& desk, const ConversationId& conversation);
Range conversations_of(const DeskId& desk);

// ---------------------------------------------------------------------------- Space::entry

/// | desk text | 'e' | conversation text | at time | seq u64 |   the order of a screen
std::string entry_key(const DeskId& desk, const ConversationId& conversation, TimePoint at, std::uint64_t seq);
Range entries_of(const DeskId& desk, const ConversationId& conversation);
/// Older than (at, seq), for scrolling back: set `backwards` and `limit`.
Range entries_before(const DeskId& desk, const ConversationId& conversation, TimePoint at, std::uint64_t seq);

/// | desk text | 'm' | hash |   from LINE's message id to the entry (EntryPlace), for unsend and quotes. Message ids are
/// unique within a channel; hashed here because their length and letters are the sender's choice.
std::string message_key(const DeskId& desk, bot::ChannelKind kind, std::string_view channel, std::string_view message_id);

/// | desk text | 's' | conversation text | counselor text |   what each member of staff has had on screen (Sighting)
std::string sighting_key(const DeskId& desk, const ConversationId& conversation, const CounselorId& counselor);
Range sightings_of(const DeskId& desk, const ConversationId& conversation);

// ---------------------------------------------------------------------------- Space::event

/// | desk text | 'e' | day u32 | event text |   days since 1970 in UTC; an id without a time has the day `undated`.
///
/// De-duplication: commit with this key expected absent. The day is the one inside the id (LINE's webhookEventId and
/// the console's keys are ULIDs), never the day of receipt: a redelivery after midnight must build the same key. Because
/// the time in an id is a stranger's word (a phone with a wrong clock), forgetting looks at the row's own received_at as
/// well: the day only tells where old rows lie, see retention.h.
std::string event_key(const DeskId& desk, const EventId& event);

/// | desk text | 'c' | day u32 | counselor text | key text |   the answer given to a console command (CommandResult)
std::string command_key(const DeskId& desk, const CounselorId& counselor, std::string_view idempotency_key);

constexpr std::uint32_t undated = 0xFFFF'FFFF;
/// The day inside `id`, or `undated`.
std::uint32_t day_of_id(std::string_view id);
/// Rows dated from `from_day` to before `to_day`; with to_day = undated everything that carries a date.
Range events_of_days(const DeskId& desk, std::uint32_t from_day, std::uint32_t to_day);
Range commands_of_days(const DeskId& desk, std::uint32_t from_day, std::uint32_t to_day);
Range undated_events(const DeskId& desk);
Range undated_commands(const DeskId& desk);

// ---------------------------------------------------------------------------- Space::outbox

/// | desk text | conversation text | seq u64 |   order of sending within a conversation
std::string outbox_key(const DeskId& desk, const ConversationId& conversation, std::uint64_t seq);
Range outbox_of(const DeskId& desk);
Range outbox_of(const DeskId& desk, const ConversationId& conversation);

// ---------------------------------------------------------------------------- Space::timer

/// | 'd' | due time | desk text | conversation text | name text |   the one key that does not begin with its desk: one
/// loop wakes all desks in order of time. The value names the desk again.
std::string timer_key(TimePoint due, const DeskId& desk, const ConversationId& conversation, std::string_view name);
/// Due at `now` or before, earliest first.
Range timers_due(TimePoint now);
/// All that are set, earliest first: the first row tells when to wake.
Range timers_all();

/// | 'n' | desk text | conversation text | name text |   the same timer found by name (Timer): to replace and to cancel
std::string timer_name_key(const DeskId& desk, const ConversationId& conversation, std::string_view name);
Range timers_of(const DeskId& desk, const ConversationId& conversation);

// ---------------------------------------------------------------------------- Space::queue

/// | desk text | holder u8 | counselor text | 3 - priority u8 | since time | conversation text |   no value.
/// `counselor` is empty unless the holder is one.
std::string queue_key(const DeskId& desk, bot::HolderKind holder, const CounselorId& counselor, bot::Priority priority,
                      TimePoint since, const ConversationId& conversation);

/// The one place of `conversation` in the lists of the console: delete the old state's key and put the new one's when
/// they differ. Waiting: by priority, then by when the person first asked (survives transfers). With a counselor: by
/// priority, then since when. With the bot or closed: since when only.
std::string queue_key(const bot::Conversation& conversation);

/// The conversation a key of Space::queue stands for; nothing when it is not such a key.
std::optional<ConversationId> conversation_of_queue_key(std::string_view key);

Range held_by(const DeskId& desk, bot::HolderKind holder);
Range held_by(const DeskId& desk, const CounselorId& counselor);
/// Those who wait with `priority` or more: all of them are served before a newcomer of that priority.
Range waiting_at_least(const DeskId& desk, bot::Priority priority);

// ---------------------------------------------------------------------------- Space::staff

/// | desk text | 'a' | counselor text |
std::string staff_key(const DeskId& desk, const CounselorId& counselor);
Range staff_of(const DeskId& desk);
/// | desk text | 'l' | login text |   value: LoginOwner. Expect it absent when an account is made: logins are unique.
std::string login_key(const DeskId& desk, std::string_view login);

// ---------------------------------------------------------------------------- Space::session

/// | hash |   SHA-256 of the cookie's secret; the secret itself is never stored
std::string session_key(const Hash& secret_hash);
Range sessions_all();

// ---------------------------------------------------------------------------- Space::playbook

/// | desk text | version text |
std::string playbook_key(const DeskId& desk, const PlaybookVersion& version);
Range playbooks_of(const DeskId& desk);

// ---------------------------------------------------------------------------- Space::media

/// | desk text | conversation text | entry u64 |
std::string media_key(const DeskId& desk, const ConversationId& conversation, std::uint64_t entry_seq);
Range media_of(const DeskId& desk, const ConversationId& conversation);

/// | desk text | 'w' | conversation text | entry u64 |   MediaWork: still to be fetched. A conversation's id is a ULID and
/// never begins with a small letter, so these rows lie apart from the blobs and are found without walking over them.
std::string media_work_key(const DeskId& desk, const ConversationId& conversation, std::uint64_t entry_seq);
Range media_work_of(const DeskId& desk);

// ---------------------------------------------------------------------------- Space::audit

/// | desk text | at time | seq u64 |   seq keeps two acts of one millisecond apart
std::string audit_key(const DeskId& desk, TimePoint at, std::uint64_t seq);
/// From `from` to before `to`.
Range audit_between(const DeskId& desk, TimePoint from, TimePoint to);

// ---------------------------------------------------------------------------- Space::person

/// | desk text | person text |
std::string person_key(const DeskId& desk, const PersonId& person);
Range persons_of(const DeskId& desk);

}  // namespace tsunagi::store
