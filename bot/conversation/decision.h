#pragma once
#include "bot/conversation/conversation.h"

#include <string>
#include <variant>
#include <vector>

namespace tsunagi::bot {

/// Who wrote a log entry.
enum class AuthorKind : std::uint8_t { person = 1, bot = 2, counselor = 3, system = 4 };
struct Author {
    AuthorKind kind = AuthorKind::system;
    CounselorId counselor;
    std::string name;
};

enum class EntryKind : std::uint8_t { inbound = 1, outbound = 2, note = 3, event = 4 };

/// How far an outbound entry has come. Never "delivered": LINE does not tell (facts.md 60, 84).
enum class SendState : std::uint8_t { none = 0, queued = 1, sending = 2, accepted = 3, failed = 4, unknown = 5 };

/// Something that happened to a conversation and belongs on its screen: claimed, transferred, returned, closed,
/// queued, language changed... `name` is a key of the message catalogue (`event.*`), `values` fill its blanks.
struct LoggedEvent {
    std::string name;
    std::map<std::string, std::string> values;
};

/// What the detector says of an inbound line. Staff see the words and the rule; a dismissal is kept for evaluation.
struct RiskMark {
    struct Span {
        std::uint32_t from = 0;  ///< code points of the entry's text, half open
        std::uint32_t to = 0;
        std::string rule;
    };
    std::uint8_t level = 0;
    std::vector<std::string> categories;
    std::vector<Span> spans;
    std::string dismissed_by;      ///< the counselor's name; empty: stands
    std::string dismissed_reason;
};

/// One line of the conversation's log. Immutable but for `state`, and for unsend which removes the content.
struct Entry {
    std::uint64_t seq = 0;  ///< unique in its conversation, in order of commit
    TimePoint at;           ///< inbound: LINE's timestamp; else when it was decided. Screens sort by (at, seq)
    EntryKind kind = EntryKind::event;
    Author author;
    std::string text;                           ///< inbound and outbound text, note
    std::optional<InboundContent> content;      ///< inbound that is not plain text
    std::vector<QuickReply> quick_replies;      ///< outbound
    std::optional<LoggedEvent> event;
    SendState state = SendState::none;          ///< outbound
    std::string failure;                        ///< why a send failed, or still waits: a key of the catalogue (`send.failed.*`)
    std::string message_id;                     ///< LINE's id of the message, inbound and (once accepted) outbound
    std::optional<RiskMark> risk = {};          ///< inbound in which the detector found something
    std::vector<Card> cards = {};               ///< outbound
    std::optional<OutboundMedia> media = {};    ///< outbound
};

/// Messages for the person, to go out together in this order. server/ turns it into one or more LINE requests.
/// `entries` are the log's `seq` of these messages, in the same order.
struct Send {
    std::vector<OutboundMessage> messages;
    std::vector<std::uint64_t> entries;
    bool by_human = false;      ///< written by a counselor: always by push, never by a reply token (pitfalls.md 1)
    bool begun_by_us = false;   ///< no answer to her words: not pushed outside her hours (handoff/queue/may_begin.h)
    bool must_deliver = false;  ///< by push under a retry key, so that no outcome stays unknown; by token once the month is used up
};

/// The flow asks for a human. handoff/queue turns it into a place in line; bot/ knows no queue.
struct NeedHuman {
    std::string reason;
    std::vector<std::string> skills;
    Priority priority = Priority::normal;
};

/// Wake this conversation at `due`. `name` says what for; a newer timer of the same name replaces the older.
struct SetTimer {
    std::string name;
    TimePoint due;
};
struct CancelTimer {
    std::string name;
};

/// Fetch what a person sent from the channel's data host.
struct FetchMedia {
    std::string message_id;
    std::uint64_t entry = 0;
};

/// Somebody is in danger now (R3, R4), or wrote her safe word: tell staff beyond the console, too. server/ decides by whom and how.
struct AlarmStaff {
    std::uint8_t level = 3;
};

using Effect = std::variant<Send, NeedHuman, SetTimer, CancelTimer, FetchMedia, AlarmStaff>;

/// What one event changes. Commit all of it or nothing.
struct Decision {
    Conversation next;
    std::vector<Entry> log;
    std::vector<Effect> effects;
};

}  // namespace tsunagi::bot
