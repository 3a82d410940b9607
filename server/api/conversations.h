#pragma once
#include "server/api/answers.h"
#include "server/api/call.h"
#include "server/desk/desk_service.h"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace tsunagi::api {

namespace net = boost::asio;

constexpr std::size_t page_rows_max = 100;
constexpr std::size_t page_rows_default = 50;
constexpr std::size_t counted_max = 1'000;      ///< lists are counted up to here
constexpr std::size_t log_read_max = 20'000;    ///< entries read to find a place far back in a log
constexpr std::size_t panel_entries = 200;      ///< newest entries the side panel's clocks are taken from

/// Everything the console reads. Each answers inside the caller's desk; what may not be seen is 404.
class Conversations {
public:
    explicit Conversations(desk::DeskService& desks) : desks_(desks) {}

    net::awaitable<http::Response> list(Call call);
    net::awaitable<http::Response> detail(Call call);
    net::awaitable<http::Response> log(Call call);
    net::awaitable<http::Response> staff(Call call);
    /// `low_quota`: openapi.yaml's `Desk.line_quota`.
    net::awaitable<http::Response> desk(Call call, json low_quota);

    /// The conversation as the caller sees it, in the shape of openapi.yaml's `Conversation`.
    net::awaitable<json> shown(bot::Conversation conversation, Caller caller, Words words);

    /// The conversation of the path, when the caller may see it.
    net::awaitable<std::optional<bot::Conversation>> visible(const Call& call);

private:
    struct Page {
        std::vector<bot::Conversation> rows;
        std::string next;  ///< cursor; empty at the end
    };
    net::awaitable<std::optional<Page>> read_page(store::Range range, DeskId desk, std::string cursor, std::size_t limit);
    std::optional<TimePoint> due(const bot::Conversation& conversation) const;
    net::awaitable<Page> read_colleagues(Call call);
    net::awaitable<std::size_t> count(store::Range range);
    net::awaitable<std::vector<bot::Entry>> newest_entries(DeskId desk, ConversationId conversation, std::size_t limit);

    desk::DeskService& desks_;
};

}  // namespace tsunagi::api
