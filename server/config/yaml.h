#pragma once
#include "server/config/problems.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::config {

// What a config file may cost us. A file beyond these is a mistake or an attack, never a need.
constexpr std::size_t file_bytes_max = 1 << 20;  ///< the largest real flow is some 60 KB
constexpr std::size_t yaml_depth_max = 32;       ///< our deepest format needs 9
constexpr std::size_t yaml_values_max = 100'000; ///< counted with aliases written out ("billion laughs")

struct Field;

/// One value of a YAML file that remembers where it stands. A tree; aliases are written out.
class Value {
public:
    enum class Kind : std::uint8_t { null, scalar, sequence, map };

    Kind kind = Kind::null;
    int line = 0;          ///< counted from 1; of a value that is not there, its parent's
    std::string text;      ///< of a scalar
    bool plain = true;     ///< a scalar without quotes or block sign: `8080` is then a number and `true` a truth value
    bool replaced = false; ///< the text came through `${...}`: it may be a secret, no problem may show it
    std::vector<Value> items;  ///< of a sequence
    std::vector<Field> fields; ///< of a map, in the order written; no key twice

    const std::string& file() const;
    void set_file(std::shared_ptr<const std::string> name) { file_ = std::move(name); }

    bool is_null() const { return kind == Kind::null; }
    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_sequence() const { return kind == Kind::sequence; }
    bool is_map() const { return kind == Kind::map; }

    /// The value of `key`; null when this is no map or has no such key.
    const Value* find(std::string_view key) const;

    /// The value of `key`, or an empty value that stands on this line: for reading what may be left out.
    Value operator[](std::string_view key) const;

    /// Line of the key itself, where an editor's cursor belongs; this value's line when there is no such key.
    int line_of(std::string_view key) const;

    std::optional<double> number() const; ///< only plain scalars
    std::optional<bool> truth() const;    ///< only plain `true` and `false`, as YAML 1.2 has it

    /// The texts of a sequence of scalars, or of one scalar alone; anything else is left out.
    std::vector<std::string> words() const;

private:
    std::shared_ptr<const std::string> file_;
};

struct Field {
    std::string key;
    int line = 0;
    Value value;
};

/// Reads one YAML document. Nothing, and a problem named, when it is not one: bad syntax, not UTF-8, two documents, a
/// key twice in a map, a key that is no word, or beyond the limits above. Never throws for what `bytes` hold.
std::optional<Value> parse_yaml(const std::string& bytes, const std::string& file, Problems& problems);

} // namespace tsunagi::config
