#pragma once
#include "bot/base/ids.h"
#include "bot/base/time.h"
#include "bot/conversation/message.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::bot {

/// A language a person can choose: BCP 47, with `ja-easy` for やさしい日本語.
using Language = std::string;

/// Who holds a conversation: exactly one of these at any time.
enum class HolderKind : std::uint8_t { bot = 1, queue = 2, counselor = 3, closed = 4 };

struct Holder {
    HolderKind kind = HolderKind::bot;
    CounselorId counselor;       ///< only when kind is counselor
    std::string counselor_name;  ///< the name colleagues see; only when kind is counselor
    TimePoint since;             ///< when this holder got it

    bool is_bot() const { return kind == HolderKind::bot; }
    bool is_queue() const { return kind == HolderKind::queue; }
    bool is_counselor() const { return kind == HolderKind::counselor; }
    bool is_closed() const { return kind == HolderKind::closed; }
};

/// How soon a human is needed. Higher is more urgent; the queue sorts by it, then by waiting time.
enum class Priority : std::uint8_t { normal = 0, soon = 1, high = 2, emergency = 3 };

/// What waits in the queue and why. Present while the holder is the queue; kept for the counselor after a claim.
struct HandoffRequest {
    std::string reason;                ///< a key of the message catalogue (`handoff.reason.*`) or the flow's own word
    std::vector<std::string> skills;   ///< what the counselor should be able to do; empty: anyone
    Priority priority = Priority::normal;
    TimePoint requested_at;            ///< the place in line counts from here and survives transfers
    bool kept_told = false;            ///< she was told once, while waiting, that what she writes is kept
    std::uint32_t notices = 0;         ///< how often she was told again, unasked, how she stands
};

/// One answer a person gave, in the order given. `shown` is what she saw or typed, for the summary.
struct Answer {
    std::string name;   ///< the flow's name for it, for example `topic`
    std::string value;  ///< choice id, number, ISO date or the text itself; several ids joined by `,`
    std::string shown;
    std::string message_id = {};  ///< the message it came from, so that unsending takes the answer back, too; may be empty
};

/// Where a person stands in a flow, with the flows to come back to.
struct FlowPosition {
    PlaybookVersion playbook;  ///< a conversation finishes on the version it began with; empty when no flow is running
    FlowId flow;                ///< stays after the flow ended; empty: nobody has been greeted yet
    NodeId node;                ///< the ask that waits for an answer; empty when no flow is running
    std::uint32_t attempts = 0; ///< answers to this ask that were not understood
    struct Return {
        FlowId flow;
        NodeId node;
    };
    std::vector<Return> returns;      ///< where sub-flows return to, innermost last
    std::vector<std::string> chosen = {};  ///< ids tapped so far at the `choices` ask that waits
    std::optional<Answer> held = {};       ///< what she wrote before any question: answers the flow's first free-text ask
    std::optional<TimePoint> question_until = {};  ///< she was asked what she would like to know: what she writes next, until then, is her question
    bool running() const { return !node.empty(); }
};

/// One of the last few things she wrote, kept so that danger split over two messages is seen (crisis-language.md).
struct RecentText {
    TimePoint at;
    std::string text;        ///< cut to recent_text_bytes_max
    std::string message_id;  ///< so that unsending takes it away, too
};
constexpr std::size_t recent_texts_max = 4;
constexpr std::size_t recent_text_bytes_max = 600;  ///< 200 Japanese letters
constexpr std::chrono::minutes recent_texts_span{15};

/// Whether somebody else may read her screen (practice.md section 12). Asked before anything that shows why she writes.
enum class ScreenSafety : std::uint8_t { unknown = 0, asked = 1, safe = 2, watched = 3 };

/// Days and hours at which a word of ours is safe for her, in Japanese time. Past midnight it belongs to the day it began on.
struct ContactHours {
    std::uint8_t weekdays = 0;  ///< bits; 1 is Sunday, 2 Monday, as std::chrono::weekday counts
    int from_minute = 0;        ///< of the day, 0..1439
    int to_minute = 0;          ///< exclusive, 1..1440; before `from_minute`: of the next day. Never the same
    bool operator==(const ContactHours&) const = default;
};
constexpr std::size_t contact_hours_max = 7;

/// How she may be reached when she is not writing (practice.md section 12): the default is never to begin.
struct SafeContact {
    bool may_push = false;         ///< we may write first, neutral words only
    std::string channel;           ///< `line`, `web` or `phone`; empty: not agreed
    std::string when;              ///< days and hours as she said them: for people, no program reads it
    std::string safe_word;         ///< turns the chat into something harmless and tells staff; empty: none agreed
    std::string if_other_answers;  ///< what to say when somebody else answers
    std::vector<ContactHours> hours = {};  ///< when we may begin, at most contact_hours_max; empty: no hours were agreed
};

/// What is known of danger beyond the level itself.
struct RiskState {
    TimePoint raised_at;                 ///< when the present level was reached, or danger was heard again after an answer
    std::uint8_t told_level = 0;         ///< the level the bot has already answered with its words of safety
    TimePoint told_at;                   ///< when she was asked about her screen or, once she said it is safe, when she did
    std::optional<TimePoint> answered_at;  ///< a human's first words after `raised_at`, or that danger is over said at closing: stops the target's clock
    ScreenSafety screen = ScreenSafety::unknown;
    bool disguised = false;              ///< her safe word was written: nothing but harmless words until staff end it
    std::uint64_t safe_word_seq = 0;     ///< the log's entry that tells so, of the last time: who has not seen it wrote before; 0: never
    std::uint64_t watched_seq = 0;       ///< her words by which we knew last that somebody else may read her screen; 0: never
};

/// One thread with one person: the aggregate. A value; changed only by pure functions, stored whole at each commit.
struct Conversation {
    DeskId desk;
    ConversationId id;
    PersonId person;
    ChannelAddress address;      ///< where answers go
    Holder holder;
    Language language = "ja";
    FlowPosition position;
    std::vector<Answer> answers;
    std::optional<HandoffRequest> handoff;
    std::optional<CounselorId> last_counselor;  ///< who talked last, for coming back within a day
    std::uint8_t risk_level = 0;                ///< running maximum R0..R4; a machine raises, only a human lowers
    std::vector<std::string> risk_categories;
    bool reachable = true;                      ///< false after unfollow until follow or the next message
    std::string nickname;                       ///< what she asked to be called, or the channel's display name
    std::string outcome;                        ///< set when closed
    TimePoint opened_at;
    TimePoint last_inbound_at;
    TimePoint last_activity_at;
    std::uint64_t next_seq = 1;  ///< number of the next log entry and outbound request
    std::uint64_t revision = 0;  ///< counts changes; consoles compare it
    RiskState risk = {};
    std::vector<RecentText> recent_texts = {};  ///< oldest first, at most recent_texts_max
    SafeContact safe_contact = {};
    std::uint32_t idle_reminders = 0;  ///< gentle reminders since she last wrote
    std::string mark_as_read_token = {};  ///< of her newest message not yet shown to her as read; empty: none
    std::string rich_menu = {};  ///< the menu LINE shows under her chat, as far as we know; empty: the account's own
    bool language_settled = false;  ///< she chose `language`, or was heard in it: what she writes changes it no more
    TimePoint staff_acted_at = {};  ///< when a member of staff last took it, wrote to her or passed it on; never: the epoch
    std::optional<TimePoint> blocked_at = {};  ///< since when LINE reaches her no more; also where `reachable` means another door
    bool led_elsewhere = false;  ///< another tool held the chat when she was last heard of: nothing goes out unasked (facts.md 19)
    TimePoint away_told_at = {};  ///< when she was last told that nobody reads now; never, or a counselor took her since: the epoch
    TimePoint unanswered_since = {};  ///< when the first of her words came that her counselor has not acted on; older than `staff_acted_at`: none
    std::uint64_t heard_seq = 0;  ///< the log's newest entry in which she says something or danger rose: who has not seen it decides without it
    std::string image_set = {};  ///< the pictures sent at once of which the last one came: one answer to all of them
};

/// As Conversation::rich_menu: LINE does not say what became of her menu, so it is set anew.
inline constexpr const char* rich_menu_unknown = "?";

}  // namespace tsunagi::bot
