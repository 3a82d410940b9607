#include "server/http/wire.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

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

/// `Date: ...` of this second. Kept per thread: formatting a time for each response would cost more than the rest of the head.
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
        const int written = std::snprintf(text.data(), text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                          days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900,
                                          utc.tm_hour, utc.tm_min, utc.tm_sec);
        size = written > 0 ? std::min(static_cast<std::size_t>(written), text.size() - 1) : 0;
    }
    return {text.data(), size};
}

/// Fields that only the connection may set.
bool is_connection_field(std::string_view name)
{
    static constexpr std::array<std::string_view, 5> names{"content-length", "transfer-encoding", "connection", "date", "server"};
    return std::any_of(names.begin(), names.end(), [name](std::string_view one) { return same_name(one, name); });
}

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

bool is_field_name(std::string_view name) { return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char); }

bool is_field_value(std::string_view value)
{
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::string_view reason_phrase(unsigned status)
{
    switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return {};
    }
}

std::string_view method_name(Method method)
{
    switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: break;
    }
    return {};
}

Response refusal(unsigned status, std::string_view code) { return problem(status, code, reason_phrase(status)); }

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
