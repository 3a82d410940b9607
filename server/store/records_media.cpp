#include "server/store/layout_message.h"

namespace tsunagi::store {

template <>
struct Layout<MediaWork> {
    static constexpr RecordKind kind = RecordKind::media_work;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& work)
    {
        auto& [desk, conversation, person, entry_seq, entry_at, channel, message_id, created_at] = work;
        field(1, desk);
        field(2, conversation);
        field(3, person);
        field(4, entry_seq);
        field(5, entry_at);
        field(6, channel);
        field(7, message_id);
        field(8, created_at);
    }
};

std::string encode(const MediaWork& work) { return to_bytes(work, {work.desk.text, work.person.text}); }

template <>
Result<MediaWork, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<MediaWork>(bytes);
}

template <>
struct Layout<MediaBlob> {
    static constexpr RecordKind kind = RecordKind::media_blob;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& blob)
    {
        auto& [mime, file_name, content] = blob;
        field(1, mime);
        field(2, file_name);
        field(3, content);
    }
};

std::string encode(const MediaBlob& blob, const PersonScope& scope) { return to_bytes(blob, scope); }

template <>
Result<MediaBlob, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<MediaBlob>(bytes);
}

}  // namespace tsunagi::store
