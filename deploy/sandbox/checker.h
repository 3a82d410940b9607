#pragma once
#include <nlohmann/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::sandbox {

using json = nlohmann::json;

/// One `details` row of LINE's error body.
struct Problem {
    std::string message;
    std::string property;
};

enum class CountedIn { utf16, graphemes };
enum class Presence { required, optional };

/// Reads fields of a request and collects what is wrong with them, in LINE's own words (facts.md 51-53).
///
/// A value of the wrong JSON type is worse than a wrong value: LINE then names just that property and looks no further.
/// `wrong_type` is the first such property, empty when there is none.
class Checker {
public:
    std::vector<Problem> problems;
    std::string wrong_type;
    bool accept_loopback_http = false;  ///< media on http://127.0.0.1 pass, for a demo without TLS

    void add(const std::string& property, std::string message) { problems.push_back({std::move(message), property}); }

    /// The text of a field that must have 1 to `max` units and not be blank. Null when absent or of another type.
    const std::string* text(const json& object, const std::string& path, const char* name, std::size_t max,
                            CountedIn unit = CountedIn::utf16, Presence presence = Presence::required);
    /// https (or http on loopback when accepted), at most 2,000 characters.
    void media_url(const json& object, const std::string& path, const char* name, Presence presence = Presence::required);
    /// The array of a field with `min` to `max` elements. Null when absent or of another type.
    const json* array(const json& object, const std::string& path, const char* name, std::size_t min, std::size_t max,
                      Presence presence = Presence::required);
    const json* object(const json& parent, const std::string& path, const char* name,
                       Presence presence = Presence::required);
    void flag(const json& object, const std::string& path, const char* name);
    /// Null when absent, no number or out of range.
    const json* number(const json& object, const std::string& path, const char* name, double min, double max,
                       Presence presence = Presence::required);
    /// The value when it is one of `allowed`, else empty.
    std::string one_of(const json& object, const std::string& path, const char* name,
                       std::initializer_list<std::string_view> allowed, Presence presence = Presence::required);

private:
    const json* field(const json& object, const std::string& path, const char* name, Presence presence);
    void wrong(const std::string& property);
};

/// `path.name`, or `name` at the top.
std::string join_path(const std::string& path, std::string_view name);
std::string item_path(const std::string& path, std::string_view name, std::size_t index);

}  // namespace tsunagi::sandbox
