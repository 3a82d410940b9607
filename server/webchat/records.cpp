#include "server/webchat/records.h"

#include "server/store/tagged.h"

namespace tsunagi::store {

using webchat::Bell;
using webchat::Door;
using webchat::Guest;
using webchat::ReturnCode;
using webchat::Visit;

template <>
struct Layout<Visit> {
    static constexpr RecordKind kind = RecordKind::web_visit;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& visit)
    {
        auto& [desk, user, opened_at, last_seen_at] = visit;
        field(1, desk);
        field(2, user);
        field(3, opened_at);
        field(4, last_seen_at);
    }
};

template <>
struct Layout<ReturnCode> {
    static constexpr RecordKind kind = RecordKind::web_code;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& code)
    {
        auto& [desk, user, used_at] = code;
        field(1, desk);
        field(2, user);
        field(3, used_at);
    }
};

template <>
struct Layout<Guest> {
    static constexpr RecordKind kind = RecordKind::web_guest;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& guest)
    {
        auto& [code_key, at] = guest;
        field(1, code_key);
        field(2, at);
    }
};

template <>
struct Layout<Door> {
    static constexpr RecordKind kind = RecordKind::web_door;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& door)
    {
        auto& [desk, person, conversation, expires_at] = door;
        field(1, desk);
        field(2, person);
        field(3, conversation);
        field(4, expires_at);
    }
};

template <>
struct Layout<Bell> {
    static constexpr RecordKind kind = RecordKind::web_bell;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& bell)
    {
        auto& [wanted, rung, at, open_door, waits, lost_told, refused] = bell;
        field(1, wanted);
        field(2, rung);
        field(3, at);
        field(4, open_door);
        field(5, waits);
        field(6, lost_told);
        field(7, refused);
    }
};

}  // namespace tsunagi::store

namespace tsunagi::webchat {
namespace {

template <class Record>
std::optional<Record> read(std::string_view bytes)
{
    auto record = store::from_bytes<Record>(bytes);
    if (!record.ok()) return std::nullopt;
    return std::move(record).value();
}

}  // namespace

std::string encode(const Visit& visit) { return store::to_bytes(visit, {}); }
std::string encode(const ReturnCode& code) { return store::to_bytes(code, {}); }
std::string encode(const Guest& guest) { return store::to_bytes(guest, {}); }
std::string encode(const Door& door) { return store::to_bytes(door, {}); }
std::string encode(const Bell& bell) { return store::to_bytes(bell, {}); }

template <> std::optional<Visit> decode(std::string_view bytes) { return read<Visit>(bytes); }
template <> std::optional<ReturnCode> decode(std::string_view bytes) { return read<ReturnCode>(bytes); }
template <> std::optional<Guest> decode(std::string_view bytes) { return read<Guest>(bytes); }
template <> std::optional<Door> decode(std::string_view bytes) { return read<Door>(bytes); }
template <> std::optional<Bell> decode(std::string_view bytes) { return read<Bell>(bytes); }

bool is_over(std::string_view bytes, TimePoint now)
{
    if (const auto visit = decode<Visit>(bytes))
        return now - visit->last_seen_at > visit_idle_max || now - visit->opened_at > visit_life_max;
    if (const auto code = decode<ReturnCode>(bytes)) return now - code->used_at > code_idle_max;
    if (const auto guest = decode<Guest>(bytes)) return now - guest->at > code_idle_max;
    if (const auto door = decode<Door>(bytes)) return now > door->expires_at;
    if (const auto bell = decode<Bell>(bytes)) return !bell->wanted && now - bell->at > code_idle_max;
    return false;
}

}  // namespace tsunagi::webchat
