#pragma once
#include "bot/base/ids.h"
#include "bot/base/result.h"
#include "bot/base/time.h"
#include "server/store/records.h"
#include "server/store/seal.h"

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tsunagi::store {

// The format of a value. Only the records_*.cpp files and server/webchat/records.cpp include this.
//
//   record  = kind u8 | format version u8 | sealing u8 | field*          (the first three: seal.h)
//   field   = varint(number * 4 + wire) | content
//   content = wire 0: varint (signed numbers zigzag)     wire 1: varint length, bytes     wire 2: 8 bytes, little-endian
//
// A number is never used for another meaning and never given away again. Scalars are always written, so that a default
// in a struct can change without changing what old bytes mean; a list writes one field for each element; an absent
// optional writes nothing. A version is raised only when old bytes can no longer be read by these rules.

/// Which record a value holds: its first byte. On disk, so append only.
enum class RecordKind : std::uint8_t {
    identity = 1, conversation = 2, entry = 3, event_taken = 4, command_result = 5, entry_place = 6, outbox = 7,
    timer = 8, staff_account = 9, login_owner = 10, console_session = 11, playbook_sources = 12, audit = 13,
    sighting = 14,
    media_work = 30, media_blob = 31,
    web_visit = 32, web_code = 33, web_guest = 34, web_door = 35, web_bell = 36,  // server/webchat/records.cpp
};

/// The table of a type's fields, the same for writing and reading:
///     static void fields(auto& field, auto& answer)
///     {
///         auto& [name, value] = answer;   // all members: a new one does not compile until it has its number here
///         field(1, name);
///         field(2, value);
///     }
/// A record that stands alone also has `kind` and `version`.
template <class Type>
struct Layout;

/// The values an enum may have on disk.
template <class Enum>
struct Bounds;  // static constexpr Enum first, last

struct MapEntry {
    std::string key;
    std::string value;
};
template <>
struct Layout<MapEntry> {
    static void fields(auto& field, auto& entry)
    {
        auto& [key, value] = entry;
        field(1, key);
        field(2, value);
    }
};

enum class Wire : std::uint8_t { varint = 0, bytes = 1, fixed64 = 2 };

class FieldWriter {
    static constexpr std::size_t usual_bytes = 1023;  // nearly every conversation (some 550 in the middle); saves growing

public:
    explicit FieldWriter(std::string header) : out_(std::move(header)) { out_.reserve(usual_bytes); }
    std::string take() { return std::move(out_); }

    template <class Type>
    void operator()(unsigned number, const Type& value)
    {
        put(number, value);
    }
    template <class Element>
    void operator()(unsigned number, const std::vector<Element>& list)
    {
        for (const auto& element : list) put(number, element);
    }
    template <class Type>
    void operator()(unsigned number, const std::optional<Type>& value)
    {
        if (value) put(number, *value);
    }
    void operator()(unsigned number, const std::map<std::string, std::string>& map)
    {
        for (const auto& [key, value] : map) put(number, MapEntry{key, value});
    }
    /// One alternative of a variant, written only when it is the one.
    template <class Alternative, class Variant>
    void one_of(unsigned number, const Variant& variant)
    {
        if (const auto* value = std::get_if<Alternative>(&variant)) put(number, *value);
    }

private:
    void put(unsigned number, const std::string& text);
    void put(unsigned number, double value);
    void put(unsigned number, TimePoint at) { put(number, to_unix_ms(at)); }
    template <class Tag>
    void put(unsigned number, const Id<Tag>& id)
    {
        put(number, id.text);
    }
    template <std::unsigned_integral Number>
    void put(unsigned number, const Number& value)
    {
        put_number(number, value);
    }
    template <std::signed_integral Number>
    void put(unsigned number, const Number& value)
    {
        const auto wide = static_cast<std::int64_t>(value);
        put_number(number, static_cast<std::uint64_t>(wide) << 1U ^ static_cast<std::uint64_t>(wide >> 63));
    }
    template <class Type>
    void put(unsigned number, const Type& value)
    {
        if constexpr (std::is_enum_v<Type>) {
            put_number(number, static_cast<std::uint64_t>(value));
        } else {
            const auto length_at = begin_nested(number);
            Layout<Type>::fields(*this, value);
            end_nested(length_at);
        }
    }
    std::size_t begin_nested(unsigned number);
    void end_nested(std::size_t length_at);
    void put_number(unsigned number, std::uint64_t value);
    void put_tag(unsigned number, Wire wire);
    void put_varint(std::uint64_t value);

    std::string out_;
};

/// Walks the fields of a record and fills what `Layout` names. Never reads past the end; stops at the first error.
class FieldReader {
public:
    explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

    /// What was wrong, or nothing.
    template <class Type>
    std::optional<DecodeError> read(Type& value)
    {
        while (next()) Layout<Type>::fields(*this, value);
        if (!error_ && expects_alternative_ && !found_alternative_) error_ = DecodeError::newer;
        return error_;
    }

    template <class Type>
    void operator()(unsigned number, Type& value)
    {
        if (is(number)) get(value);
    }
    template <class Element>
    void operator()(unsigned number, std::vector<Element>& list)
    {
        if (is(number)) get(list.emplace_back());
    }
    template <class Type>
    void operator()(unsigned number, std::optional<Type>& value)
    {
        if (is(number)) get(value.emplace());
    }
    void operator()(unsigned number, std::map<std::string, std::string>& map)
    {
        if (!is(number)) return;
        MapEntry entry;
        get(entry);
        map.insert_or_assign(std::move(entry.key), std::move(entry.value));
    }
    template <class Alternative, class Variant>
    void one_of(unsigned number, Variant& variant)
    {
        expects_alternative_ = true;
        if (!is(number)) return;
        found_alternative_ = true;
        get(variant.template emplace<Alternative>());
    }

private:
    bool is(unsigned number) const { return !error_ && number == number_; }
    bool next();
    void fail(DecodeError error) { error_ = error; }
    bool holds(Wire wire);
    std::optional<std::uint64_t> take_varint();

    void get(std::string& text);
    void get(double& value);
    void get(bool& value);
    void get(TimePoint& at);
    template <class Tag>
    void get(Id<Tag>& id)
    {
        get(id.text);
    }
    template <std::unsigned_integral Number>
    void get(Number& value)
    {
        if (!holds(Wire::varint)) return;
        if (!std::in_range<Number>(scalar_)) return fail(DecodeError::malformed);
        value = static_cast<Number>(scalar_);
    }
    template <std::signed_integral Number>
    void get(Number& value)
    {
        if (!holds(Wire::varint)) return;
        const auto wide = static_cast<std::int64_t>(scalar_ >> 1U ^ (~(scalar_ & 1U) + 1U));
        if (!std::in_range<Number>(wide)) return fail(DecodeError::malformed);
        value = static_cast<Number>(wide);
    }
    template <class Type>
    void get(Type& value)
    {
        if constexpr (std::is_enum_v<Type>) {
            if (!holds(Wire::varint)) return;
            if (scalar_ < static_cast<std::uint64_t>(Bounds<Type>::first)) return fail(DecodeError::malformed);
            if (scalar_ > static_cast<std::uint64_t>(Bounds<Type>::last)) return fail(DecodeError::malformed);
            value = static_cast<Type>(scalar_);
        } else {
            if (!holds(Wire::bytes)) return;
            if (const auto error = FieldReader(bytes_).read(value)) fail(*error);
        }
    }

    std::string_view rest_;
    std::optional<DecodeError> error_;
    unsigned number_ = 0;          // of the field at hand; 0 is never a field's number
    Wire wire_ = Wire::varint;
    std::uint64_t scalar_ = 0;     // its content: wire varint and fixed64
    std::string_view bytes_;       // wire bytes
    bool expects_alternative_ = false;
    bool found_alternative_ = false;
};

/// A record as bytes, sealed for `scope`.
template <class Record>
std::string to_bytes(const Record& record, const PersonScope& scope)
{
    using Table = Layout<Record>;
    FieldWriter writer(record_header(static_cast<std::uint8_t>(Table::kind), Table::version));
    Table::fields(writer, record);
    return seal(scope, writer.take());
}

template <class Record>
Result<Record, DecodeError> from_bytes(std::string_view bytes)
{
    using Table = Layout<Record>;
    std::string room;
    const auto fields = unseal(bytes, static_cast<std::uint8_t>(Table::kind), Table::version, room);
    if (!fields.ok()) return fields.error();
    Record record;
    if (const auto error = FieldReader(*fields).read(record)) return *error;
    return record;
}

}  // namespace tsunagi::store
