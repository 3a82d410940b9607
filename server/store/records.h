#pragma once
#include "bot/base/ids.h"
#include "bot/base/result.h"
#include "bot/base/time.h"
#include "bot/conversation/conversation.h"
#include "bot/conversation/decision.h"
#include "handoff/roster/counselor.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::store {

// What a value holds. encode/decode below are the one place where values become bytes; the format is in tagged.h:
// numbered fields, unknown numbers are skipped, missing ones keep the default written here.

// ---------------------------------------------------------------------------- records that only the store's users know

/// Space::identity
struct Identity {
    PersonId person;
    ConversationId conversation;
};

/// Space::event, 'e': the event was taken.
struct EventTaken {
    TimePoint received_at;
};

/// Space::event, 'c': what a console command was answered, so that the same key again gets the same answer.
struct CommandResult {
    std::uint32_t status = 0;
    std::string body;  ///< ids and states only, never what somebody wrote: it is not sealed per person
    TimePoint at;
};

/// Space::entry, 'm': where the entry of a message lies (entry_key).
struct EntryPlace {
    ConversationId conversation;
    TimePoint at;
    std::uint64_t seq = 0;
};

/// Space::entry, 's': what of a conversation a member of staff has had on screen, so that a withdrawn message can tell who
/// saw it.
struct Sighting {
    /// Numbers of log entries, both included.
    struct Range {
        std::uint64_t from = 0;
        std::uint64_t to = 0;
        friend bool operator==(const Range&, const Range&) = default;
    };
    std::string name;           ///< the staff member's, as colleagues knew it then
    std::vector<Range> ranges;  ///< ascending, apart from each other
};

/// Space::outbox: one request to the channel. Deleted when settled; its entries in the log keep the outcome.
struct OutboxRow {
    /// A message and the log entry that shows its state.
    struct Message {
        bot::OutboundMessage message;
        std::uint64_t entry_seq = 0;
        TimePoint entry_at;
    };
    DeskId desk;
    ConversationId conversation;
    std::uint64_t seq = 0;
    PersonId person;
    bot::ChannelAddress to;
    TimePoint created_at;
    std::string retry_key;  ///< X-Line-Retry-Key, a UUID derived from the event id
    bool by_human = false;
    bool must_deliver = false;
    std::optional<bot::ReplyToken> reply;
    std::vector<Message> messages;
    std::uint32_t attempts = 0;
    std::optional<TimePoint> first_attempt_at;
    TimePoint next_attempt_at;
    bot::SendState state = bot::SendState::queued;
    std::string last_failure;  ///< a key of the catalogue (`send.failed.*`)
    bool refused_so_far = false;  ///< it was tried, and LINE has it for certain from no attempt
    bool to_blocker = false;      ///< written to somebody who had blocked us: whether she has us back is asked first
    bool begun_by_us = false;     ///< no answer to her words (bot::Send)
    bool is_ring = false;         ///< the doorway's 「お知らせがあります」: neutral, and shown by no entry
};

/// Space::media, 'w': what a person sent and is still to be fetched. Deleted when it is stored, given up or withdrawn.
struct MediaWork {
    DeskId desk;
    ConversationId conversation;
    PersonId person;
    std::uint64_t entry_seq = 0;
    TimePoint entry_at;
    std::string channel;     ///< the channel's name in desk.yaml
    std::string message_id;
    TimePoint created_at;
};

/// Space::media: a picture, recording or file, of an inbound or an outbound entry.
struct MediaBlob {
    std::string mime;       ///< found by content
    std::string file_name;  ///< safe to show and to save under
    std::string bytes;
};

/// Space::staff, 'a'
struct StaffAccount {
    CounselorId id;
    DeskId desk;
    std::string login;
    std::string name;
    handoff::Role role = handoff::Role::counselor;
    std::vector<std::string> skills;
    std::string password_hash;  ///< Argon2id, as libsodium's crypto_pwhash_str writes it
    bool on_duty = false;
    TimePoint duty_since;
    std::optional<std::string> totp_secret;  ///< raw bytes
    std::uint64_t totp_step = 0;             ///< of the newest code taken: a code opens one session
    bool disabled = false;                   ///< signs in no more; its name stays in logs
};

/// Space::staff, 'l'
struct LoginOwner {
    CounselorId counselor;
};

/// Space::session
struct ConsoleSession {
    CounselorId counselor;
    DeskId desk;
    std::string csrf;
    TimePoint created_at;
    TimePoint last_seen_at;
};

/// Space::timer, both rows
struct Timer {
    DeskId desk;
    ConversationId conversation;
    std::string name;
    TimePoint due;
};

/// Space::playbook: what the files said, so that a conversation finishes on the version it began with.
struct PlaybookSources {
    std::map<std::string, std::string> files;  ///< file name -> text
};

/// Space::audit. No user text.
struct AuditEntry {
    TimePoint at;
    CounselorId who;          ///< empty: the program itself
    std::string action;       ///< `session.opened`, `conversation.claimed`, ...
    std::string subject;      ///< the id it was done to
    std::map<std::string, std::string> values;
};

// ---------------------------------------------------------------------------- bytes

/// Whose data a value is. Sealing per person, once there is any (seal.h), will choose the data key by it.
struct PersonScope {
    std::string_view desk;
    std::string_view person;
};

/// Why stored bytes are not the record asked for. All but `newer` mean a damaged store or a wrong key.
enum class DecodeError {
    truncated,   ///< ends before it is complete
    wrong_kind,  ///< a record, but of another kind
    newer,       ///< written by a newer program in a format this one does not know
    malformed,   ///< a value out of its range
};
/// In words for a log line; without any content.
std::string_view to_text(DecodeError error);

/// Records about a person. Where the record does not say whose it is, the scope does.
std::string encode(const bot::Conversation& conversation);
std::string encode(const bot::Entry& entry, const PersonScope& scope);
std::string encode(const OutboxRow& row);
std::string encode(const MediaWork& work);
std::string encode(const MediaBlob& blob, const PersonScope& scope);

/// Records about the desk.
std::string encode(const Identity& identity);
std::string encode(const EventTaken& event);
std::string encode(const CommandResult& result);
std::string encode(const EntryPlace& place);
std::string encode(const Sighting& sighting);
std::string encode(const StaffAccount& account);
std::string encode(const LoginOwner& owner);
std::string encode(const ConsoleSession& session);
std::string encode(const Timer& timer);
std::string encode(const PlaybookSources& sources);
std::string encode(const AuditEntry& entry);

/// The record in `bytes`, from this or any older format version. Never throws or reads past the end, whatever they hold.
/// Usage: `decode<bot::Conversation>(value.bytes)`. Defined for every record above and no other.
template <class Record>
Result<Record, DecodeError> decode(std::string_view bytes);

template <> Result<bot::Conversation, DecodeError> decode(std::string_view bytes);
template <> Result<bot::Entry, DecodeError> decode(std::string_view bytes);
template <> Result<OutboxRow, DecodeError> decode(std::string_view bytes);
template <> Result<MediaWork, DecodeError> decode(std::string_view bytes);
template <> Result<MediaBlob, DecodeError> decode(std::string_view bytes);
template <> Result<Identity, DecodeError> decode(std::string_view bytes);
template <> Result<EventTaken, DecodeError> decode(std::string_view bytes);
template <> Result<CommandResult, DecodeError> decode(std::string_view bytes);
template <> Result<EntryPlace, DecodeError> decode(std::string_view bytes);
template <> Result<Sighting, DecodeError> decode(std::string_view bytes);
template <> Result<StaffAccount, DecodeError> decode(std::string_view bytes);
template <> Result<LoginOwner, DecodeError> decode(std::string_view bytes);
template <> Result<ConsoleSession, DecodeError> decode(std::string_view bytes);
template <> Result<Timer, DecodeError> decode(std::string_view bytes);
template <> Result<PlaybookSources, DecodeError> decode(std::string_view bytes);
template <> Result<AuditEntry, DecodeError> decode(std::string_view bytes);

}  // namespace tsunagi::store
