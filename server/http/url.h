#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::http {

/// How many `name=value` pairs a query may have: ours have fewer than ten, and each costs a node of a map.
inline constexpr std::size_t query_pairs_max = 64;

/// `%E3%81%82` -> `あ`. Nothing when an escape is broken or the result is not UTF-8 or holds a control character.
std::optional<std::string> percent_decode(std::string_view text);

/// Everything but RFC 3986's unreserved characters escaped: fit for one path segment or one query value.
std::string percent_encode(std::string_view text);

/// `a=1&b=%20`, `+` is a space, the first of each name counts. Nothing when an escape is broken (see percent_decode;
/// line breaks and tabs are allowed here) or there are more than query_pairs_max pairs.
std::optional<std::map<std::string, std::string>> parse_query(std::string_view query);

/// What a request line asks for.
struct Target {
    std::string path;  ///< percent-decoded, begins with '/'; or "*" alone
    std::map<std::string, std::string> query;
};

/// Reads origin-form (`/a?b=c`), absolute-form (`http://host/a`; the host is a proxy's business) and `*`.
///
/// Strict, because a path is what access rests on: nothing for broken escapes, control characters, bytes that are not
/// UTF-8, `.` and `..` segments however they are written, and for escaped slashes and backslashes.
std::optional<Target> parse_target(std::string_view target);

/// Where a client goes: `http(s)://host[:port]`, nothing behind it but an optional '/'.
struct BaseAddress {
    bool secure = false;
    std::string host;  ///< without the brackets of an IPv6 address
    std::uint16_t port = 0;
    std::string authority;  ///< as the Host field wants it
};

/// Nothing when `base` is not such an address.
std::optional<BaseAddress> parse_base(std::string_view base);

/// Something on the web: where a client goes, and what it asks for there.
struct WebAddress {
    std::string base;  ///< for parse_base
    std::string path;  ///< with query, begins with '/'
};

/// Nothing when `url` does not begin with such a base address, has a fragment, or any byte that cannot stand in a request
/// line: only visible ASCII can.
std::optional<WebAddress> parse_web_address(std::string_view url);

}  // namespace tsunagi::http
