#pragma once
#include "server/http/server.h"

#include <nlohmann/json.hpp>

#include <deque>
#include <list>
#include <memory>
#include <string>

namespace tsunagi::sandbox {

namespace net = boost::asio;
using json = nlohmann::json;

/// Tells the open phone pages what changes. A page that falls behind is disconnected; it comes again and reads everything.
class LiveFeed {
public:
    /// Hands a record to every page. What only the journal needs is left out.
    void publish(const json& record);

    /// A row for the server's table; it refers to this object. `gate` decides who may listen.
    http::Route route(const std::string& pattern, http::Gate gate);

    /// Ends all connections, for a quick stop.
    void close();

private:
    struct Listener;
    net::awaitable<void> listen(std::shared_ptr<http::WebSocket> socket);
    static net::awaitable<void> write_all(std::shared_ptr<Listener> listener);

    std::list<std::shared_ptr<Listener>> listeners_;
};

}  // namespace tsunagi::sandbox
