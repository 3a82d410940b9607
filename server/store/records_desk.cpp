#include "server/store/tagged.h"

namespace tsunagi::store {

template <>
struct Layout<Identity> {
    static constexpr RecordKind kind = RecordKind::identity;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& identity)
    {
        auto& [person, conversation] = identity;
        field(1, person);
        field(2, conversation);
    }
};

std::string encode(const Identity& identity) { return to_bytes(identity, {}); }

template <>
Result<Identity, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<Identity>(bytes);
}

template <>
struct Layout<EventTaken> {
    static constexpr RecordKind kind = RecordKind::event_taken;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& event)
    {
        auto& [received_at] = event;
        field(1, received_at);
    }
};

std::string encode(const EventTaken& event) { return to_bytes(event, {}); }

template <>
Result<EventTaken, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<EventTaken>(bytes);
}

template <>
struct Layout<CommandResult> {
    static constexpr RecordKind kind = RecordKind::command_result;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& result)
    {
        auto& [status, body, at] = result;
        field(1, status);
        field(2, body);
        field(3, at);
    }
};

std::string encode(const CommandResult& result) { return to_bytes(result, {}); }

template <>
Result<CommandResult, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<CommandResult>(bytes);
}

template <>
struct Layout<PlaybookSources> {
    static constexpr RecordKind kind = RecordKind::playbook_sources;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& sources)
    {
        auto& [files] = sources;
        field(1, files);
    }
};

std::string encode(const PlaybookSources& sources) { return to_bytes(sources, {}); }

template <>
Result<PlaybookSources, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<PlaybookSources>(bytes);
}

template <>
struct Layout<AuditEntry> {
    static constexpr RecordKind kind = RecordKind::audit;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& entry)
    {
        auto& [at, who, action, subject, values] = entry;
        field(1, at);
        field(2, who);
        field(3, action);
        field(4, subject);
        field(5, values);
    }
};

std::string encode(const AuditEntry& entry) { return to_bytes(entry, {}); }

template <>
Result<AuditEntry, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<AuditEntry>(bytes);
}

std::string_view to_text(DecodeError error)
{
    switch (error) {
    case DecodeError::truncated: return "the record ends too early";
    case DecodeError::wrong_kind: return "the record is of another kind";
    case DecodeError::newer: return "the record was written by a newer program";
    case DecodeError::malformed: return "a value of the record is out of its range";
    }
    return "the record cannot be read";
}

}  // namespace tsunagi::store
