#pragma once
#include "bot/base/ids.h"
#include "bot/base/time.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tsunagi::bot {

/// Which door a person came through.
enum class ChannelKind : std::uint8_t { line = 1, web = 2 };

/// Where a person is reached: one identity on one channel. `user` is LINE's user id or the web chat's own id; it never
/// appears in a log, a metric, an error or a key (keys carry its HMAC).
struct ChannelAddress {
    ChannelKind kind = ChannelKind::line;
    std::string channel;  ///< the channel's name in desk.yaml, for example `line-main`
    std::string user;
    friend bool operator==(const ChannelAddress&, const ChannelAddress&) = default;
};

// ---------------------------------------------------------------------------- what a person sends

struct TextReceived {
    std::string text;               ///< valid UTF-8; LINE emoji already replaced by their names
    std::string quoted_message_id;  ///< empty when nothing is quoted
    bool is_edit = false;           ///< new words for the message `quoted_message_id`, which is no quote then
};
struct StickerReceived {
    std::string text;                   ///< only message stickers carry text
    std::vector<std::string> keywords;  ///< at most 15, LINE's own words for the picture
    std::string quoted_message_id = {};  ///< empty when nothing is quoted
};
enum class MediaKind : std::uint8_t { image = 1, video = 2, audio = 3, file = 4 };
struct MediaReceived {
    MediaKind kind = MediaKind::image;
    std::string file_name;  ///< only files; chosen by the sender, never used as a path
    std::int64_t size_bytes = 0;
    std::int64_t duration_ms = 0;
    std::string image_set_id;       ///< pictures sent together share it
    std::int32_t image_set_index = 0;
    std::int32_t image_set_total = 0;
    bool external = false;          ///< content lies with a third party, not on LINE's data host
};
struct LocationReceived {
    std::string title;
    std::string address;
    double latitude = 0;
    double longitude = 0;
};
struct PostbackReceived {
    std::string data;                           ///< untrusted: buttons can be tapped again years later
    std::map<std::string, std::string> params;  ///< date, time or datetime of a picker; rich menu switch results
};
struct Followed {
    bool unblocked = false;
};
struct Unfollowed {};
struct Unsent {
    std::string message_id;
};
/// Anything not listed above: kept raw and counted, never an error (facts.md 13).
struct OtherReceived {
    std::string type;  ///< LINE's own name for it, cut to 64 bytes
    std::string raw_json;
};

using InboundContent = std::variant<TextReceived, StickerReceived, MediaReceived, LocationReceived, PostbackReceived,
                                    Followed, Unfollowed, Unsent, OtherReceived>;

/// A reply token and when we received it. Works once and for one minute (facts.md 57); our own budget is 30 s.
struct ReplyToken {
    std::string token;
    TimePoint received_at;
};

/// One event from a person, already authenticated and decoded.
struct Inbound {
    DeskId desk;
    EventId event;  ///< the key of de-duplication; never empty (server/line derives one when LINE sent none)
    ChannelAddress from;
    std::string message_id;           ///< LINE's, empty for events that are not messages
    TimePoint sent_at;                ///< LINE's timestamp: what a screen sorts by
    TimePoint received_at;            ///< our clock when the webhook arrived
    std::optional<ReplyToken> reply;
    bool standby = false;             ///< another tool holds the chat: store, never answer (facts.md 19)
    InboundContent content;
    std::string mark_as_read_token = {};  ///< LINE's; shows her "read" for this and all before it (facts.md 75); may be empty
};

// ---------------------------------------------------------------------------- what is sent to a person

/// A button under the last message. On LINE a postback with `data`, shown as `label`.
struct QuickReply {
    std::string label;  ///< at most 20 grapheme clusters
    std::string data;   ///< at most 300 UTF-16 units
    friend bool operator==(const QuickReply&, const QuickReply&) = default;
};

/// One programme or line as a card: Flex on LINE, a card on web chat. Everything in the person's language.
struct CardRow {
    std::string label;  ///< 「だれのため」「窓口」「持ち物」「いつまで」
    std::string text;
    friend bool operator==(const CardRow&, const CardRow&) = default;
};
struct CardButton {
    std::string label;
    std::string uri;   ///< `tel:` or `https:`; empty: a postback with `data`
    std::string data;  ///< at most 300 UTF-16 units; empty: a link
    friend bool operator==(const CardButton&, const CardButton&) = default;
};
struct Card {
    std::string title;
    std::string text;
    std::vector<CardRow> rows;
    std::vector<CardButton> buttons;
    friend bool operator==(const Card&, const Card&) = default;
};
constexpr std::size_t cards_per_message_max = 3;  ///< more is a wall for a tired person (issue C, the guide)

/// A picture or file a counselor sends. The bytes lie in the store's blob space under `blob`.
struct OutboundMedia {
    MediaKind kind = MediaKind::image;
    std::string blob;       ///< id of the blob
    std::string file_name;  ///< shown to the person
    std::string mime;       ///< found by content, never by name
    std::int64_t size_bytes = 0;
    friend bool operator==(const OutboundMedia&, const OutboundMedia&) = default;
};

constexpr std::size_t messages_per_request_max = 5;  ///< LINE takes one to five messages a request (facts.md 57, 59)

/// One bubble. At most 5,000 UTF-16 units and 13 quick replies (facts.md 86); the flow checker holds flows to that.
///
/// `text` always says all of it in words: it is what the log keeps, and the alternative text of cards and media.
struct OutboundMessage {
    std::string text;
    std::vector<QuickReply> quick_replies;
    std::vector<Card> cards = {};                   ///< shown instead of `text` where the channel can
    std::optional<OutboundMedia> media = {};
    friend bool operator==(const OutboundMessage&, const OutboundMessage&) = default;
};

}  // namespace tsunagi::bot
