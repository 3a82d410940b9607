#include "server/line/webhook.h"

#include "server/line/decode.h"
#include "server/line/signature.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace tsunagi::line {

namespace net = boost::asio;

namespace {

/// The channel of `desk` one of whose secrets signed `body`; a desk may have several channels and one webhook address.
const config::LineChannel* signed_by(const config::DeskConfig& desk, const http::Request& request)
{
    const auto signature = request.field("x-line-signature");
    const config::LineChannel* found = nullptr;
    for (const auto& channel : desk.line_channels)
        if (signature_matches(request.body, signature, channel.secrets)) found = &channel;
    return found;
}

/// Counts down the events of one request; they all run on the request's own thread.
struct Waiting {
    std::size_t left = 0;
    bool refused = false;
    net::any_io_executor executor;
    std::function<void()> done;

    void one_ended(bool kept)
    {
        refused = refused || !kept;
        if (--left > 0 || !done) return;
        net::post(executor, std::move(done));
    }
};

net::awaitable<bool> keep_all(desk::DeskService& desks, std::vector<bot::Inbound> events, ops::Metrics& metrics)
{
    if (events.size() == 1) {
        const auto received = co_await desks.receive(std::move(events.front()));
        if (received == desk::Received::repeated) metrics.event_repeated();
        co_return received != desk::Received::refused;
    }
    auto waiting = std::make_shared<Waiting>();
    waiting->left = events.size();
    waiting->executor = co_await net::this_coro::executor;
    for (auto& event : events) {
        auto ended = [waiting, &metrics](std::exception_ptr failure, desk::Received received) {
            if (!failure && received == desk::Received::repeated) metrics.event_repeated();
            if (failure) metrics.handler_failed("event");
            waiting->one_ended(!failure && received != desk::Received::refused);
        };
        net::co_spawn(waiting->executor, desks.receive(std::move(event)), std::move(ended));
    }
    auto wait = [waiting](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        waiting->done = [shared] { std::move(*shared)(); };
    };
    auto token = net::use_awaitable;
    if (waiting->left > 0) co_await net::async_initiate<decltype(token), void()>(std::move(wait), token);
    co_return !waiting->refused;
}

class WebhookHandler {
public:
    WebhookHandler(desk::DeskService& desks, ops::Metrics& metrics, TakeLeave take_leave)
        : desks_(desks), metrics_(metrics), take_leave_(std::move(take_leave))
    {
    }

    net::awaitable<http::Response> answer(http::Request request)
    {
        const auto found = request.captures.find("desk");
        const DeskId id{found == request.captures.end() ? std::string() : found->second};
        const auto* desk = desks_.desk(id);
        if (desk == nullptr || desk->line_channels.empty())
            co_return http::problem(404, "no_such_desk", "There is no such desk.");
        auto response = co_await answer_for(*desk, std::move(request));
        metrics_.webhook_answered(id.text, response.status);
        co_return response;
    }

private:
    net::awaitable<http::Response> answer_for(const config::DeskConfig& desk, http::Request request)
    {
        const auto* channel = signed_by(desk, request);
        if (channel == nullptr) {
            metrics_.signature_refused(desk.id.text);
            co_return http::problem(401, "signature", "The signature is missing or wrong.");
        }
        auto webhook = decode_webhook(request.body, desk.id, channel->name, desks_.clock().now());
        if (!webhook) co_return http::problem(400, "not_a_webhook", "The body is not a webhook request.");
        if (!channel->bot_user_id.empty() && webhook->destination != channel->bot_user_id)
            co_return http::problem(400, "destination", "The request is for another channel.");
        for (const auto& kind : webhook->kinds) metrics_.event_received(kind);
        for (std::size_t i = 0; i < webhook->from_groups; ++i) metrics_.event_from_group();
        for (std::size_t i = 0; i < webhook->without_user; ++i) metrics_.event_without_user();
        bool kept = true;
        if (!webhook->events.empty()) kept = co_await keep_all(desks_, std::move(webhook->events), metrics_);
        if (take_leave_)
            for (auto& visit : webhook->visits) take_leave_(desk.id, channel->name, std::move(visit));
        if (!kept) co_return http::problem(500, "not_kept", "Could not be kept just now. Please deliver it again.");
        co_return http::Response{};
    }

    desk::DeskService& desks_;
    ops::Metrics& metrics_;
    TakeLeave take_leave_;
};

}  // namespace

http::Route webhook_route(desk::DeskService& desks, ops::Metrics& metrics, TakeLeave take_leave)
{
    auto webhook = std::make_shared<WebhookHandler>(desks, metrics, std::move(take_leave));
    return {.method = http::Method::post,
            .pattern = "/line/{desk}/webhook",
            .handler = [webhook](http::Request request) { return webhook->answer(std::move(request)); },
            .body_limit_bytes = webhook_body_bytes_max,
            .live_gate = {},
            .live = {}};
}

}  // namespace tsunagi::line
