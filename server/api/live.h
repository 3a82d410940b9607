#pragma once
#include "server/api/sessions.h"
#include "server/http/server.h"
#include "server/store/store.h"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::api {

constexpr std::size_t live_backlog_max = 256;  ///< messages waiting for one slow reader before it is let go
/// Silence after which a connection shows that it lives (at least every 25 s); also how often its session is looked at.
constexpr std::chrono::seconds live_beat{20};
constexpr std::uint16_t live_ended_session = 4401;  ///< to sign in again is the only way on

/// Tells every open console of a desk what changed, numbered without a hole so that a gap shows. Thread-safe.
class Live {
public:
    Live(store::Store& store, Sessions& sessions, desk::Clock& clock, desk::Random& random, Milliseconds beat = live_beat);
    ~Live();

    /// Serves one connection until either side ends it (1000), the session ends (live_ended_session) or the reader is too slow
    /// (1013). An open connection is no sign of a person: it does not keep its session alive.
    net::awaitable<void> serve(Caller caller, std::string token, std::shared_ptr<http::WebSocket> socket);

    /// Ends the connections of a session that was signed out.
    void end_session(const std::string& session_key);

    std::size_t connections() const;

private:
    struct Connection;
    struct Desk {
        std::uint64_t seq = 0;
        std::vector<std::weak_ptr<Connection>> connections;
    };
    void changed(const store::Change& change);
    static net::awaitable<void> watch_for_end(std::shared_ptr<Connection> connection);

    Sessions& sessions_;
    const Milliseconds beat_;
    const std::string epoch_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Desk> desks_;
    std::shared_ptr<void> watch_;
};

}  // namespace tsunagi::api
