#include "server/http/wire.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <utility>

namespace tsunagi::http {
namespace {

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_token_char(char c)
{
    if ((c >= '0' && c <= '9') || (lowered(c) >= 'a' && lowered(c) <= 'z')) return true;
    return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

void append_number(std::string& out, std::size_t number)
{
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

/// `Date: ...` of this second. Kept per thread: formatting it for each response would cost more than the rest of the
/// head.
std::string_view date_field()
{
    thread_local std::time_t second = -1;
    thread_local std::array<char, 48> text;
    thread_local std::size_t size = 0;
    const auto now = std::time(nullptr);
    if (now != second) {
        second = now;
        std::tm utc{};
        gmtime_r(&now, &utc);
        static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const int written =
            std::snprintf(text.data(), text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[utc.tm_wday],
                          utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
        size = written > 0 ? std::min(static_cast<std::size_t>(written), text.size() - 1) : 0;
    }
    return {text.data(), size};
}

/// Fields that only the connection may set.
bool is_connection_field(std::string_view name)
{
    static constexpr std::array<std::string_view, 5> names{"content-length", "transfer-encoding", "connection", "date",
                                                           "server"};
    return std::any_of(names.begin(), names.end(), [name](std::string_view one) { return same_name(one, name); });
}

/// RFC 9110 15, and 426, 428, 429 and 431 from their own RFCs. 200 first: it is asked for most.
constexpr std::pair<unsigned, std::string_view> reasons[] = {
    {200, "OK"},
    {100, "Continue"},
    {101, "Switching Protocols"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

bool carries_length(unsigned status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

bool same_name(std::string_view left, std::string_view right)
{
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lowered(a) == lowered(b); });
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_token(std::string_view list, std::string_view token)
{
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (same_name(trimmed(list.substr(0, comma)), token)) return true;
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return false;
}

bool is_field_name(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char);
}

bool is_field_value(std::string_view value)
{
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::string_view reason_phrase(unsigned status)
{
    for (const auto& [known, reason] : reasons)
        if (known == status) return reason;
    return {};
}

std::string_view method_name(Method method)
{
    static constexpr std::string_view names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", ""};
    return names[static_cast<std::size_t>(method)];
}

bool fit_to_send(const Response& response)
{
    return response.status >= 200 && response.status <= 599 &&
           std::all_of(response.fields.begin(), response.fields.end(),
                       [](const auto& field) { return is_field_name(field.first) && is_field_value(field.second); });
}

void append_head(std::string& out, const Response& response, bool keep_alive)
{
    out += "HTTP/1.1 ";
    append_number(out, response.status);
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    out += date_field();
    for (const auto& [name, value] : response.fields) {
        if (is_connection_field(name)) continue;
        out.append(name).append(": ").append(value).append("\r\n");
    }
    if (!find_field(response.fields, "x-content-type-options")) out += "X-Content-Type-Options: nosniff\r\n";
    if (carries_length(response.status)) {
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
}

}  // namespace tsunagi::http
