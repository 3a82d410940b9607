#include "server/store/layout_message.h"

namespace tsunagi::store {

template <>
struct Bounds<bot::AuthorKind> {
    static constexpr auto first = bot::AuthorKind::person, last = bot::AuthorKind::system;
};
template <>
struct Bounds<bot::EntryKind> {
    static constexpr auto first = bot::EntryKind::inbound, last = bot::EntryKind::event;
};

template <>
struct Layout<bot::TextReceived> {
    static void fields(auto& field, auto& received)
    {
        auto& [text, quoted_message_id, is_edit] = received;
        field(1, text);
        field(2, quoted_message_id);
        field(3, is_edit);
    }
};

template <>
struct Layout<bot::StickerReceived> {
    static void fields(auto& field, auto& sticker)
    {
        auto& [text, keywords, quoted_message_id] = sticker;
        field(1, text);
        field(2, keywords);
        field(3, quoted_message_id);
    }
};

template <>
struct Layout<bot::MediaReceived> {
    static void fields(auto& field, auto& media)
    {
        auto& [kind, file_name, size_bytes, duration_ms, image_set_id, image_set_index, image_set_total, external] = media;
        field(1, kind);
        field(2, file_name);
        field(3, size_bytes);
        field(4, duration_ms);
        field(5, image_set_id);
        field(6, image_set_index);
        field(7, image_set_total);
        field(8, external);
    }
};

template <>
struct Layout<bot::LocationReceived> {
    static void fields(auto& field, auto& location)
    {
        auto& [title, address, latitude, longitude] = location;
        field(1, title);
        field(2, address);
        field(3, latitude);
        field(4, longitude);
    }
};

template <>
struct Layout<bot::PostbackReceived> {
    static void fields(auto& field, auto& postback)
    {
        auto& [data, params] = postback;
        field(1, data);
        field(2, params);
    }
};

template <>
struct Layout<bot::Followed> {
    static void fields(auto& field, auto& followed)
    {
        auto& [unblocked] = followed;
        field(1, unblocked);
    }
};

template <>
struct Layout<bot::Unfollowed> {
    static_assert(std::is_empty_v<bot::Unfollowed>);
    static void fields(auto& /*field*/, auto& /*unfollowed*/) {}
};

template <>
struct Layout<bot::Unsent> {
    static void fields(auto& field, auto& unsent)
    {
        auto& [message_id] = unsent;
        field(1, message_id);
    }
};

template <>
struct Layout<bot::OtherReceived> {
    static void fields(auto& field, auto& other)
    {
        auto& [type, raw_json] = other;
        field(1, type);
        field(2, raw_json);
    }
};

template <>
struct Layout<bot::InboundContent> {
    static_assert(std::variant_size_v<bot::InboundContent> == 9, "a new kind of content needs its number below");
    static void fields(auto& field, auto& content)
    {
        field.template one_of<bot::TextReceived>(1, content);
        field.template one_of<bot::StickerReceived>(2, content);
        field.template one_of<bot::MediaReceived>(3, content);
        field.template one_of<bot::LocationReceived>(4, content);
        field.template one_of<bot::PostbackReceived>(5, content);
        field.template one_of<bot::Followed>(6, content);
        field.template one_of<bot::Unfollowed>(7, content);
        field.template one_of<bot::Unsent>(8, content);
        field.template one_of<bot::OtherReceived>(9, content);
    }
};

template <>
struct Layout<bot::Author> {
    static void fields(auto& field, auto& author)
    {
        auto& [kind, counselor, name] = author;
        field(1, kind);
        field(2, counselor);
        field(3, name);
    }
};

template <>
struct Layout<bot::LoggedEvent> {
    static void fields(auto& field, auto& event)
    {
        auto& [name, values] = event;
        field(1, name);
        field(2, values);
    }
};

template <>
struct Layout<bot::RiskMark::Span> {
    static void fields(auto& field, auto& span)
    {
        auto& [from, to, rule] = span;
        field(1, from);
        field(2, to);
        field(3, rule);
    }
};

template <>
struct Layout<bot::RiskMark> {
    static void fields(auto& field, auto& mark)
    {
        auto& [level, categories, spans, dismissed_by, dismissed_reason] = mark;
        field(1, level);
        field(2, categories);
        field(3, spans);
        field(4, dismissed_by);
        field(5, dismissed_reason);
    }
};

template <>
struct Layout<bot::Entry> {
    static constexpr RecordKind kind = RecordKind::entry;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& entry)
    {
        auto& [seq, at, entry_kind, author, text, content, quick_replies, event, state, failure, message_id, risk, cards,
               media] = entry;
        field(1, seq);
        field(2, at);
        field(3, entry_kind);
        field(4, author);
        field(5, text);
        field(6, content);
        field(7, quick_replies);
        field(8, event);
        field(9, state);
        field(10, failure);
        field(11, message_id);
        field(12, risk);
        field(13, cards);
        field(14, media);
    }
};

std::string encode(const bot::Entry& entry, const PersonScope& scope) { return to_bytes(entry, scope); }

template <>
Result<bot::Entry, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<bot::Entry>(bytes);
}

template <>
struct Layout<EntryPlace> {
    static constexpr RecordKind kind = RecordKind::entry_place;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& place)
    {
        auto& [conversation, at, seq] = place;
        field(1, conversation);
        field(2, at);
        field(3, seq);
    }
};

template <>
struct Layout<Sighting::Range> {
    static void fields(auto& field, auto& range)
    {
        auto& [from, to] = range;
        field(1, from);
        field(2, to);
    }
};

template <>
struct Layout<Sighting> {
    static constexpr RecordKind kind = RecordKind::sighting;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& sighting)
    {
        auto& [name, ranges] = sighting;
        field(1, name);
        field(2, ranges);
    }
};

std::string encode(const Sighting& sighting) { return to_bytes(sighting, {}); }

template <>
Result<Sighting, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<Sighting>(bytes);
}

std::string encode(const EntryPlace& place) { return to_bytes(place, {}); }

template <>
Result<EntryPlace, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<EntryPlace>(bytes);
}

}  // namespace tsunagi::store
