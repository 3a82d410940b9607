#pragma once
#include "server/desk/desk_service.h"
#include "server/webchat/records.h"
#include "server/webchat/secrets.h"

#include <optional>
#include <string>

namespace tsunagi::webchat {

namespace net = boost::asio;

/// Opened pages: who may read and write which conversation. A visit is all that a page holds, in its memory alone, so
/// nothing of it stays on the device. Thread-safe.
class Visits {
public:
    Visits(desk::DeskService& desks, const Secrets& secrets) : desks_(desks), secrets_(secrets) {}

    /// A new person's visit: its token. Nothing when it could not be kept.
    net::awaitable<std::optional<std::string>> open(DeskId desk);

    /// Back to a conversation by the code she wrote down.
    struct Entry {
        enum class Outcome { opened, unknown, unavailable } outcome = Outcome::unavailable;
        std::string token;
    };
    net::awaitable<Entry> open_by_code(DeskId desk, std::string typed);

    /// In by the personal link out of LINE: the new web identity is joined to the same person and conversation, and the
    /// link is used up, in one commit.
    net::awaitable<Entry> open_by_door(DeskId desk, std::string door);

    /// The visit of `token` at `desk`; nothing when there is none or it is over. Notes now and then that it lives.
    net::awaitable<std::optional<Visit>> find(DeskId desk, std::string token);

    /// Ends a visit: its token opens nothing any more. False when it could not be kept.
    net::awaitable<bool> close(std::string token);

    /// A code that leads back, replacing an earlier one. Nothing when it could not be kept.
    net::awaitable<std::optional<std::string>> new_code(Visit visit);

    /// Removes visits, codes and links that nobody can use any more. A bell stays as long as its conversation; the console's
    /// sessions beside them are the console's to remove.
    net::awaitable<void> sweep();

    static bot::ChannelAddress address_of(const Visit& visit) { return {bot::ChannelKind::web, desk::web_channel, visit.user}; }

private:
    std::string add_visit(store::Batch& batch, const DeskId& desk, const std::string& user);

    desk::DeskService& desks_;
    const Secrets& secrets_;
};

}  // namespace tsunagi::webchat
