#include "server/http/url.h"

#include "server/http/wire.h"

#include <algorithm>
#include <charconv>

namespace tsunagi::http {
namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Length of the UTF-8 sequence at the front of `text`; 0 for none, overlong forms and surrogates (RFC 3629).
std::size_t utf8_sequence(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto follows = [&](std::size_t at, unsigned low = 0x80, unsigned high = 0xbf) {
        return at < text.size() && byte(at) >= low && byte(at) <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
        const unsigned high = lead == 0xed ? 0x9f : 0xbf;
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
        return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

enum class Controls { none, whitespace };

/// UTF-8, and of the control characters at most tab and line breaks.
bool is_clean_text(std::string_view text, Controls allowed)
{
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text[0]);
        const bool whitespace = c == '\t' || c == '\n' || c == '\r';
        if ((c < 0x20 && !(whitespace && allowed == Controls::whitespace)) || c == 0x7f) return false;
        const auto size = utf8_sequence(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::optional<std::string> unescaped(std::string_view text, bool plus_is_space)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[at] != '%') {
            out += text[at];
        } else {
            if (at + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[at + 1]);
            const int low = hex_digit(text[at + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            at += 2;
        }
    }
    return out;
}

/// The encoded path of a target in absolute-form, or the target itself. Nothing for any other form.
std::optional<std::string_view> origin_form(std::string_view target)
{
    if (target.starts_with('/')) return target;
    const auto scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return std::nullopt;
    const auto scheme = target.substr(0, scheme_end);
    if (!same_name(scheme, "http") && !same_name(scheme, "https")) return std::nullopt;
    const auto rest = target.substr(scheme_end + 3);
    const auto authority_end = rest.find_first_of("/?#");
    if (authority_end == 0) return std::nullopt;
    if (authority_end == std::string_view::npos) return "/";
    if (rest[authority_end] != '/') return std::nullopt;
    return rest.substr(authority_end);
}

/// The path when every segment is what it says. A slash that was escaped would move the borders of segments.
std::optional<std::string> decode_path(std::string_view encoded)
{
    auto path = percent_decode(encoded);
    if (!path) return std::nullopt;
    if (std::count(encoded.begin(), encoded.end(), '/') != std::count(path->begin(), path->end(), '/'))
        return std::nullopt;
    if (path->find('\\') != std::string::npos) return std::nullopt;
    for (std::string_view rest = *path; !rest.empty();) {
        rest.remove_prefix(1);
        const auto segment = rest.substr(0, rest.find('/'));
        if (segment == "." || segment == "..") return std::nullopt;
        rest.remove_prefix(segment.size());
    }
    return path;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text)
{
    auto out = unescaped(text, false);
    if (out && !is_clean_text(*out, Controls::none)) return std::nullopt;
    return out;
}

std::string percent_encode(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::optional<std::map<std::string, std::string>> parse_query(std::string_view query)
{
    std::map<std::string, std::string> pairs;
    std::size_t count = 0;
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (pair.empty()) continue;
        if (++count > query_pairs_max) return std::nullopt;
        const auto equals = pair.find('=');
        auto name = unescaped(pair.substr(0, equals), true);
        auto value = unescaped(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        if (!is_clean_text(*name, Controls::none) || !is_clean_text(*value, Controls::whitespace)) return std::nullopt;
        pairs.emplace(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::optional<Target> parse_target(std::string_view target)
{
    if (target == "*") return Target{.path = "*", .query = {}};
    const auto origin = origin_form(target);
    if (!origin || origin->find('#') != std::string_view::npos) return std::nullopt;

    const auto question = origin->find('?');
    auto path = decode_path(origin->substr(0, question));
    if (!path) return std::nullopt;
    Target result{.path = std::move(*path), .query = {}};
    if (question != std::string_view::npos) {
        auto query = parse_query(origin->substr(question + 1));
        if (!query) return std::nullopt;
        result.query = std::move(*query);
    }
    return result;
}

std::optional<BaseAddress> parse_base(std::string_view base)
{
    BaseAddress address;
    if (base.starts_with("https://")) {
        address.secure = true;
        base.remove_prefix(8);
    } else if (base.starts_with("http://")) {
        base.remove_prefix(7);
    } else {
        return std::nullopt;
    }
    if (base.ends_with('/')) base.remove_suffix(1);
    address.authority = base;

    std::string_view port;
    if (base.starts_with('[')) {
        const auto end = base.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        address.host = base.substr(1, end - 1);
        base.remove_prefix(end + 1);
        if (!base.empty() && base[0] != ':') return std::nullopt;
        if (!base.empty()) port = base;
    } else {
        const auto colon = base.find(':');
        address.host = base.substr(0, colon);
        if (colon != std::string_view::npos) port = base.substr(colon);
        const auto allowed = [](char c) { return is_field_name({&c, 1}) && c != '%'; };
        if (!std::all_of(address.host.begin(), address.host.end(), allowed)) return std::nullopt;
    }
    if (address.host.empty()) return std::nullopt;

    address.port = address.secure ? 443 : 80;
    if (!port.empty()) {
        const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), address.port);
        if (error != std::errc{} || end != port.data() + port.size() || address.port == 0) return std::nullopt;
    }
    return address;
}

std::optional<WebAddress> parse_web_address(std::string_view url)
{
    const auto fits = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (!std::all_of(url.begin(), url.end(), fits)) return std::nullopt;
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    const auto end = std::min(url.find_first_of("/?", scheme + 3), url.size());
    WebAddress address{.base = std::string(url.substr(0, end)), .path = std::string(url.substr(end))};
    if (!address.path.starts_with('/')) address.path.insert(0, "/");
    if (!parse_base(address.base)) return std::nullopt;
    return address;
}

}  // namespace tsunagi::http
