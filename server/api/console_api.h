#pragma once
#include "server/api/line_status.h"
#include "server/config/config.h"
#include "server/desk/desk_service.h"
#include "server/http/server.h"
#include "server/ops/metrics.h"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::api {

namespace net = boost::asio;

/// What the API needs of LINE beyond sending. Each only begins the work or looks up what is known.
struct LineHooks {
    std::function<std::vector<ChannelStatus>(const DeskId&)> status;
    std::function<void(bot::Conversation)> on_screen;  ///< who holds the conversation has her newest words on screen
    std::function<void(bot::Conversation)> typing;     ///< who holds the conversation is writing to her
};

/// The console's API (openapi.yaml beside this file): everything under /api/v1.
///
/// Every query is made inside the caller's desk and role (permissions.h); what belongs to another desk does not exist.
/// Thread-safe. `pool` runs what blocks (Argon2id). All references must outlive this object, and this object its routes.
class ConsoleApi {
public:
    /// Set before routes().
    void set_line(LineHooks hooks);
    /// Told, too, when who holds a conversation is writing to her: for the web chat's page. Set before routes().
    void on_typing(std::function<void(const bot::Conversation&)> listener);
    ConsoleApi(desk::DeskService& desks, ops::Metrics& metrics, const config::ServerConfig& config,
               net::any_io_executor pool);
    ~ConsoleApi();

    /// Forgets sessions that are over. Now and then, from anywhere.
    net::awaitable<void> sweep();

    /// Ends the duty of who is signed in no more. Every few minutes, from anywhere.
    net::awaitable<void> end_duty_of_absent();

    /// The visible table of routes.
    std::vector<http::Route> routes();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tsunagi::api
