#include "deploy/sandbox/webhooks.h"
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <ctime>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t client_connections = 32;  // LINE's edge comes on many; a hundred people at once are few

struct Address {
    std::string base, path;
};

/// `http://host:1/a?b` -> `http://host:1` and `/a?b`
Address split_url(const std::string& url)
{
    const auto host = url.find("://");
    const auto slash = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
    if (slash == std::string::npos) return {url, "/"};
    return {url.substr(0, slash), url.substr(slash)};
}

bool redelivery_flag(RedeliveryFlag mode, bool truth)
{
    switch (mode) {
    case RedeliveryFlag::right: return truth;
    case RedeliveryFlag::always_false: return false;
    case RedeliveryFlag::always_true: return true;
    case RedeliveryFlag::random: return random_between(0, 1) == 1;
    }
    return truth;
}

}  // namespace

WebhookSender::WebhookSender(net::any_io_executor executor, World& world, Faults& faults, RunningLog& log)
    : executor_(std::move(executor)), world_(world), faults_(faults), log_(log)
{
}

void WebhookSender::send(const std::string& channel_id, const std::string& lane, json event)
{
    const Channel* channel = world_.channel(channel_id);
    if (channel == nullptr || !channel->webhook_active || channel->webhook_url.empty()) return;
    const WebhookTuning& tuning = faults_.webhooks;
    if (tuning.batch_ms > 0) {
        auto& batch = batches_[channel_id];
        batch.push_back(std::move(event));
        ++waiting_;
        if (batch.size() == 1) start(executor_, flush_batch_after(tuning.batch_ms, channel_id));
        return;
    }
    Job job;
    job.channel_id = channel_id;
    job.events.push_back(std::move(event));
    begin(lane, std::move(job));
}

void WebhookSender::begin(const std::string& lane, Job job)
{
    const WebhookTuning& tuning = faults_.webhooks;
    const std::int64_t copies = random_between(tuning.copies_min, tuning.copies_max);
    for (std::int64_t copy = 0; copy < copies; ++copy) {
        Job one = job;
        one.is_copy = copy > 0;
        one.generation = generation_;
        ++waiting_;
        if (tuning.shuffle_ms > 0) {
            start(executor_, send_after(random_between(0, tuning.shuffle_ms), std::move(one)));
            continue;
        }
        auto& queue = lanes_[lane];
        queue.push_back(std::move(one));
        if (queue.size() == 1) start(executor_, run_lane(lane));
    }
}

net::awaitable<void> WebhookSender::run_lane(std::string lane)
{
    while (!lanes_[lane].empty()) {
        Job job = lanes_[lane].front();  // stays in the queue, so that nobody starts this lane a second time
        co_await attempt(std::move(job));
        lanes_[lane].pop_front();
        finished();
    }
    lanes_.erase(lane);
}

net::awaitable<void> WebhookSender::send_after(std::int64_t wait_ms, Job job)
{
    co_await pause_ms(wait_ms);
    if (job.generation == generation_) co_await attempt(std::move(job));
    finished();
}

net::awaitable<void> WebhookSender::flush_batch_after(std::int64_t wait_ms, std::string channel_id)
{
    co_await pause_ms(wait_ms);
    Job job;
    job.channel_id = channel_id;
    job.events = std::move(batches_[channel_id]);
    batches_.erase(channel_id);
    const std::size_t waited = job.events.size();
    begin("batch " + channel_id, std::move(job));
    finished(waited);
}

net::awaitable<void> WebhookSender::attempt(Job job)
{
    WebhookTuning& tuning = faults_.webhooks;
    co_await pause_ms(tuning.delay_ms);
    const Channel* channel = world_.channel(job.channel_id);
    if (channel == nullptr) co_return;
    std::string url = channel->webhook_url;
    std::string body = body_of(*channel, job);
    std::string signature = sign(channel->secret, body);
    if (tuning.wrong_signature_next > 0) {
        --tuning.wrong_signature_next;
        signature = sign("not the secret", body);
    }
    const std::int64_t begun_ms = now_ms();
    const std::size_t bytes = body.size();
    Delivered delivered;
    if (tuning.lose_next > 0) {
        --tuning.lose_next;
        delivered.failure = "lost";
    } else {
        delivered = co_await post(std::move(url), std::move(body), std::move(signature));
    }
    log_attempt(job, delivered, now_ms() - begun_ms, bytes);
    if (!delivered.ok()) try_again_later(std::move(job));
}

std::string WebhookSender::body_of(const Channel& channel, Job& job)
{
    const bool again = job.attempt > 1 || job.is_copy;
    for (json& event : job.events) {
        if (const std::string token = text_of(event, "replyToken"); !token.empty())
            world_.reply_tokens().carried(token, now_ms());
        if (auto context = event.find("deliveryContext"); context != event.end() && context->is_object())
            (*context)["isRedelivery"] = redelivery_flag(faults_.webhooks.flag, again);
    }
    json body = json::object();
    body["destination"] = channel.bot_user_id;
    body["events"] = job.events;
    return body.dump(-1, ' ', faults_.webhooks.escape_unicode, json::error_handler_t::replace);
}

void WebhookSender::try_again_later(Job job)
{
    const WebhookTuning& tuning = faults_.webhooks;
    if (!tuning.redelivery || job.attempt >= tuning.attempts_max || job.generation != generation_) return;
    const std::int64_t doubled = tuning.first_wait_ms << std::min<std::int64_t>(job.attempt - 1, 20);
    const std::int64_t wait = std::min(doubled, std::max(tuning.first_wait_ms, tuning.wait_max_ms));
    ++job.attempt;
    ++waiting_;
    start(executor_, send_after(wait, std::move(job)));
}

void WebhookSender::finished(std::size_t jobs)
{
    waiting_ -= jobs;
    bell_.ring();
}

void WebhookSender::log_attempt(const Job& job, const Delivered& delivered, std::int64_t took_ms, std::size_t bytes)
{
    json row = json::object();
    row["at_ms"] = now_ms();
    row["channel"] = job.channel_id;
    row["attempt"] = job.attempt;
    row["copy"] = job.is_copy;
    row["events"] = job.events;
    row["took_ms"] = took_ms;
    row["status"] = delivered.status;
    if (!delivered.failure.empty()) row["failure"] = delivered.failure;
    log_.add(std::move(row), bytes);
}

http::Client& WebhookSender::client_for(const std::string& base)
{
    const std::int64_t timeout_ms = faults_.webhooks.timeout_ms;
    auto& client = clients_[base + " " + std::to_string(timeout_ms)];
    if (client) return *client;
    http::ClientOptions options;
    options.connections_max = client_connections;
    options.deadlines.read = std::chrono::milliseconds(timeout_ms);
    client = std::make_unique<http::Client>(executor_, base, options);
    return *client;
}

net::awaitable<Delivered> WebhookSender::post(std::string url, std::string body, std::string signature)
{
    const Address address = split_url(url);
    http::ClientRequest request;
    request.method = http::Method::post;
    request.path = address.path;
    request.fields.emplace_back("content-type", "application/json; charset=utf-8");
    request.fields.emplace_back("user-agent", "LineBotWebhook/2.0");
    if (!signature.empty()) request.fields.emplace_back("x-line-signature", std::move(signature));
    request.body = std::move(body);

    Delivered delivered;
    http::Client* client = nullptr;
    try {
        client = &client_for(address.base);
    } catch (const std::invalid_argument&) {
        delivered.failure = "could_not_connect";
    }
    if (client == nullptr) co_return delivered;
    const auto result = co_await client->send(std::move(request));
    if (result.ok()) delivered.status = result.value().status;
    else delivered.failure = result.error() == http::ClientFailure::not_sent ? "could_not_connect" : "timeout";
    co_return delivered;
}

std::string utc_text(std::int64_t ms)
{
    const std::time_t seconds = ms / 1'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    const std::string fraction = std::to_string(1'000 + ms % 1'000).substr(1);
    return text + ("." + fraction) + "Z";
}

}  // namespace tsunagi::sandbox
