#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tsunagi::http {

enum class Method { get, head, post, put, patch, delete_, options, other };

/// Case-insensitive in names, in order of arrival.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// The first value of `name`, or nothing.
std::optional<std::string_view> find_field(const Fields& fields, std::string_view name);

/// A request as a handler sees it: complete, within its limits, with the path split by the route's pattern.
/// No Beast type is in it, so that handlers compile without Beast.
struct Request {
    Method method = Method::get;
    std::string path;                          ///< percent-decoded, without the query
    std::map<std::string, std::string> query;  ///< percent-decoded, first of each name
    std::map<std::string, std::string> captures;  ///< `{name}` parts of the route's pattern
    Fields fields;
    std::string body;        ///< the exact bytes received
    std::string peer;        ///< remote address without port, for rate limits; never logged together with content
    bool by_proxy = false;   ///< the remote address is a proxy of ours (Listen::proxies): what it says in X-Forwarded-* is believed
    bool secure = false;     ///< arrived over TLS, here or at a proxy of ours that says so

    std::string_view field(std::string_view name) const;   ///< empty when absent
    std::string_view cookie(std::string_view name) const;  ///< empty when absent
};

/// Whether the request comes from a page of ours, at `public_url` or at the host it was sent to. Browsers name the page's origin
/// with every POST and every WebSocket; a page of another site must not open a socket with our cookie. False without an origin.
bool same_origin(const Request& request, std::string_view public_url);

struct Response {
    unsigned status = 200;
    Fields fields;
    std::string body;
};

/// `body` as `application/json; charset=utf-8`, never cached.
Response json_response(unsigned status, std::string body);

/// RFC 9457 `application/problem+json`. `code` is a stable word for programs, `title` for people; no user text in either.
Response problem(unsigned status, std::string_view code, std::string_view title);

}  // namespace tsunagi::http
