#pragma once
#include "server/api/console_api.h"
#include "server/desk/clock.h"
#include "server/http/client.h"
#include "server/line/account_watch.h"
#include "server/line/api.h"
#include "server/line/caller.h"
#include "server/line/content.h"
#include "server/line/groups.h"
#include "server/line/issued_tokens.h"
#include "server/line/outbox.h"
#include "server/line/pace.h"
#include "server/line/profiles.h"
#include "server/line/quota.h"
#include "server/line/read_marks.h"
#include "server/line/rich_menus.h"
#include "server/line/typing.h"
#include "server/ops/metrics.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace tsunagi::ops {

namespace net = boost::asio;

/// All that speaks with LINE in the running program: tokens, pace, quota, menus, profiles, and who looks after the accounts.
/// The references outlive it. `executor` is where its requests run; `options` are of every connection to LINE.
class LineSide {
public:
    LineSide(const config::Loaded& config, desk::DeskService& desks, desk::Clock& clock, Metrics& metrics,
             const net::any_io_executor& executor, const http::ClientOptions& options);

    /// For the outbox and whoever fetches what people send.
    line::Api& api() { return api_; }
    line::Content& content() { return content_; }

    /// Hands LINE's answers to whom they concern. While sending is paused by config only what is known is shown, and not a word
    /// goes to LINE. Before anybody is served; `outbox` and `console` must not be used after this is gone.
    void use(line::Outbox& outbox, api::ConsoleApi& console);
    /// Begins what runs for ever: the watch over the accounts, the menus. Nothing while sending is paused.
    void start();

    /// Says why we go, and goes (pitfalls.md 17). Nobody waits for it.
    void leave(const DeskId& desk, const std::string& channel, line::GroupVisit visit);

    /// What an operator should know, in words; empty when all is well.
    std::vector<std::string> remarks();
    /// Whether something is under way that must not be torn apart.
    bool is_busy() const { return background_ > 0 || tokens_.busy() > 0; }

private:
    void begin(net::awaitable<void> work);
    void show_quota(const DeskId& desk, const std::string& channel);
    std::vector<api::ChannelStatus> status(const DeskId& desk);
    std::string group_notice(const DeskId& desk);

    const config::Loaded& config_;
    desk::DeskService& desks_;
    Metrics& metrics_;
    const net::any_io_executor executor_;
    http::Client client_;
    http::Client data_client_;
    line::IssuedTokens tokens_;
    line::Pace pace_;
    line::HttpCaller caller_;
    line::QuotaWatch quota_;
    line::AccountWatch accounts_;
    line::HttpApi api_;
    line::Groups groups_;
    line::Content content_;
    line::Profiles profiles_;
    line::ReadMarks read_marks_;
    line::RichMenus rich_menus_;
    line::Typing typing_;
    std::atomic<int> background_{0};
};

}  // namespace tsunagi::ops
