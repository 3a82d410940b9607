#pragma once
#include "server/http/message.h"

#include <boost/beast/http/basic_parser.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::http {

/// Why the server answers a request itself: a status and the stable word for it.
struct Refused {
    unsigned status;
    std::string_view code;
};

/// One request on its way in. Beast parses; what it finds goes straight into our Request, without a copy in between,
/// and what it lets pass although RFC 9112 calls it dangerous is refused here.
///
/// First `take_head` with the whole head, then, while `!is_done()`, `take_body` with whatever has arrived.
class RequestParser final : private boost::beast::http::basic_parser<true> {
public:
    RequestParser();

    /// `head` is complete (HeadScanner). Nothing when it is well-formed: method, fields, path and query are then in
    /// `request()`. Everything refused here leaves the connection unusable.
    std::optional<Refused> take_head(std::string_view head);

    /// Body bytes counted from now, framing not included. Call between head and body.
    std::optional<Refused> limit_body(std::size_t bytes_max);

    /// Takes what it can of `bytes`; `taken` says how many. Trailer fields of a chunked body are dropped.
    std::optional<Refused> take_body(std::string_view bytes, std::size_t& taken);

    /// The fewest bytes that take_body can work with: a chunked body ends with five (`0\r\n\r\n`) or more, and Beast
    /// 1.81 asserts that it is never given less of such an end.
    std::size_t bytes_wanted() const;

    /// How many bytes of the body are still to come, framing left out; nothing when only its end will tell (chunked).
    std::optional<std::uint64_t> bytes_left() const;

    bool done() const { return is_done(); }
    bool keep_alive() const { return basic_parser::keep_alive(); }
    bool expects_continue() const { return expects_continue_; }
    Request& request() { return request_; }

private:
    using Verb = boost::beast::http::verb;
    using Field = boost::beast::http::field;
    using Text = boost::beast::string_view;
    using Error = boost::system::error_code;

    void on_request_impl(Verb verb, Text method, Text target, int version, Error& error) override;
    void on_response_impl(int, Text, int, Error&) override {}
    void on_field_impl(Field field, Text name, Text value, Error& error) override;
    void on_header_impl(Error&) override { head_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(Text bytes, Error& error) override;
    void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Error& error) override
    {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(Error&) override {}

    std::optional<Refused> check_framing() const;

    Request request_;
    std::string target_;
    std::string transfer_coding_;
    std::string expectation_;
    unsigned hosts_ = 0;
    unsigned lengths_ = 0;
    unsigned transfer_codings_ = 0;
    bool http_1_0_ = false;
    bool head_done_ = false;
    bool expects_continue_ = false;
};

}  // namespace tsunagi::http
