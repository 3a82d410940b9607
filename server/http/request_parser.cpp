#include "server/http/request_parser.h"

#include "server/http/url.h"
#include "server/http/wire.h"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>

namespace tsunagi::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr Refused malformed{400, "malformed_request"};

/// How far a claimed Content-Length is believed: memory is reserved up to here, beyond it as bytes arrive.
constexpr std::size_t body_reserve_bytes_max = 64 * 1024;

Method to_method(beast_http::verb verb)
{
    switch (verb) {
    case beast_http::verb::get: return Method::get;
    case beast_http::verb::head: return Method::head;
    case beast_http::verb::post: return Method::post;
    case beast_http::verb::put: return Method::put;
    case beast_http::verb::patch: return Method::patch;
    case beast_http::verb::delete_: return Method::delete_;
    case beast_http::verb::options: return Method::options;
    default: return Method::other;
    }
}

/// A request line that is fine but for its version, so that HTTP/2 and the future hear 505 and nonsense hears 400.
bool names_other_version(std::string_view head)
{
    const auto line = head.substr(0, head.find('\r'));
    const auto version = line.substr(line.rfind(' ') + 1);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) && version[6] == '.' &&
           digit(version[7]) && version != "HTTP/1.0" && version != "HTTP/1.1";
}

}  // namespace

RequestParser::RequestParser()
{
    // The head arrives in one piece that was measured before; the body has the limit of its route (limit_body).
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
}

std::optional<Refused> RequestParser::take_head(std::string_view head)
{
    request_.fields.reserve(static_cast<std::size_t>(std::count(head.begin(), head.end(), '\n')));
    Error error;
    const auto taken = put(boost::asio::buffer(head), error);
    if (error == beast_http::error::bad_version && names_other_version(head))
        return Refused{505, "version_not_supported"};
    if (error || taken != head.size() || !is_header_done()) return malformed;
    if (const auto refused = check_framing()) return refused;

    auto target = tsunagi::http::parse_target(target_);
    if (!target) return Refused{400, "malformed_target"};
    if (target->path == "*" && request_.method != Method::options) return Refused{400, "malformed_target"};
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    return std::nullopt;
}

/// RFC 9112 6.3: where the body ends must have one answer only, or the next request on this connection is the
/// attacker's.
std::optional<Refused> RequestParser::check_framing() const
{
    if (hosts_ > 1 || (hosts_ == 0 && !http_1_0_)) return malformed;
    if (lengths_ > 1) return malformed;
    if (lengths_ > 0 && transfer_codings_ > 0) return malformed;
    if (transfer_codings_ > 0 && http_1_0_) return malformed;
    if (transfer_codings_ > 1 || (transfer_codings_ == 1 && !same_name(transfer_coding_, "chunked")))
        return Refused{501, "unknown_transfer_coding"};
    if (!expectation_.empty() && !same_name(expectation_, "100-continue")) return Refused{417, "expectation_failed"};
    return std::nullopt;
}

std::optional<Refused> RequestParser::limit_body(std::size_t bytes_max)
{
    const auto length = content_length();
    if (length && *length > bytes_max) return Refused{413, "body_too_large"};
    body_limit(bytes_max);
    if (length)
        request_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, body_reserve_bytes_max)));
    return std::nullopt;
}

std::optional<Refused> RequestParser::take_body(std::string_view bytes, std::size_t& taken)
{
    taken = 0;
    eager(true);
    Error error;
    taken = put(boost::asio::buffer(bytes), error);
    if (error == beast_http::error::body_limit) return Refused{413, "body_too_large"};
    if (error && error != beast_http::error::need_more) return malformed;
    return std::nullopt;
}

std::optional<std::uint64_t> RequestParser::bytes_left() const
{
    const auto left = content_length_remaining();
    if (!left) return std::nullopt;
    return *left;
}

std::size_t RequestParser::bytes_wanted() const { return chunked() ? 5 : 1; }

void RequestParser::on_request_impl(Verb verb, Text, Text target, int version, Error&)
{
    request_.method = to_method(verb);
    target_.assign(target.data(), target.size());
    http_1_0_ = version == 10;
}

void RequestParser::on_field_impl(Field field, Text name, Text value, Error&)
{
    if (head_done_) return;  // a trailer: nothing of ours reads one, and it must not pass for a header field
    switch (field) {
    case Field::host: ++hosts_; break;
    case Field::content_length: ++lengths_; break;
    case Field::transfer_encoding:
        ++transfer_codings_;
        transfer_coding_.assign(value.data(), value.size());
        break;
    case Field::expect:
        expectation_.assign(value.data(), value.size());
        expects_continue_ = !http_1_0_;
        break;
    default: break;
    }
    request_.fields.emplace_back(std::string_view(name.data(), name.size()),
                                 std::string_view(value.data(), value.size()));
}

std::size_t RequestParser::on_body_impl(Text bytes, Error&)
{
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
}

}  // namespace tsunagi::http
