#include "server/desk/on_call.h"

#include "server/store/keys.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace tsunagi::desk {
namespace {

constexpr std::string_view waiting_prefix = "on-call-";
constexpr std::string_view told_prefix = "on-call-told-";
constexpr std::chrono::seconds look_every{2};  ///< in a night when seconds count little beside a person waking up
constexpr std::chrono::seconds pause_first{5};
constexpr std::chrono::seconds pause_max{120};
constexpr std::size_t rows_a_look = 100;

struct Address {
    std::string base;  ///< https://host[:port]
    std::string path;
};
Address split(const std::string& url)
{
    const auto host = url.find("://") + 3;
    const auto path = url.find_first_of("/?", host);
    if (path == std::string::npos) return {url, "/"};
    return {url.substr(0, path), (url[path] == '?' ? "/" : "") + url.substr(path)};
}

std::chrono::seconds pause_after(int attempts)
{
    auto pause = pause_first;
    for (int i = 1; i < attempts && pause < pause_max; ++i) pause *= 2;
    return std::min(pause, pause_max);
}

std::string name_of(const store::Timer& timer) { return timer.desk.text + '\n' + timer.conversation.text + '\n' + timer.name; }

}  // namespace

std::string on_call_timer(std::uint8_t level) { return std::string(waiting_prefix) + std::to_string(level); }
std::string on_call_told_timer(std::uint8_t level) { return std::string(told_prefix) + std::to_string(level); }

std::uint8_t on_call_level(std::string_view timer_name)
{
    for (const auto prefix : {told_prefix, waiting_prefix}) {
        if (!timer_name.starts_with(prefix)) continue;
        const auto level = timer_name.substr(prefix.size());
        if (level.size() == 1 && level[0] >= '0' && level[0] <= '9') return static_cast<std::uint8_t>(level[0] - '0');
    }
    return 0;
}

std::string on_call_body(const config::DeskConfig& desk, const store::Timer& timer, const std::string& public_url)
{
    nlohmann::json body;
    body["kind"] = "danger";
    body["desk"] = desk.id.text;
    body["desk_name"] = desk.name;
    body["level"] = on_call_level(timer.name);
    body["link"] = public_url + "/console/#/queue/" + timer.conversation.text;
    return body.dump();
}

OnCallNotices::OnCallNotices(net::any_io_executor executor, store::Store& store, const config::Loaded& config, Clock& clock,
                             http::ClientOptions options)
    : store_(store), config_(config), clock_(clock)
{
    for (const auto& desk : config.desks) {
        if (desk.on_call.webhook_url.empty()) continue;
        const auto address = split(desk.on_call.webhook_url);
        targets_[desk.id.text] = {std::make_unique<http::Client>(executor, address.base, options), address.path};
    }
}

net::awaitable<void> OnCallNotices::run()
{
    if (targets_.empty()) co_return;
    for (;;) {
        co_await tell_due();
        const auto next_look = clock_.now() + look_every;
        co_await clock_.sleep_until(next_look);
    }
}

net::awaitable<void> OnCallNotices::tell_due()
{
    auto range = store::timers_due(clock_.now());
    range.limit = rows_a_look;
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto timer = store::decode<store::Timer>(row.value.bytes);
            if (timer.ok() && on_call_level(timer.value().name) > 0) co_await handle(timer.value());
        }
        if (rows.size() < rows_a_look) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

net::awaitable<void> OnCallNotices::handle(store::Timer timer)
{
    if (timer.name.starts_with(told_prefix)) co_return co_await replace(timer, std::nullopt);
    const auto now = clock_.now();
    auto& attempt = attempts_.try_emplace(name_of(timer), Attempt{now, now, 0}).first->second;
    if (attempt.next > now) co_return;
    const bool told = co_await deliver(timer);
    const auto level = on_call_level(timer.name);
    if (!told && now - attempt.first < on_call_deadline) {
        ++attempt.count;
        attempt.next = clock_.now() + pause_after(attempt.count);
        co_return;
    }
    attempts_.erase(name_of(timer));
    ++(told ? told_ : given_up_);
    if (!told) spdlog::error("on-call of desk {} could not be told of R{} within {} h", timer.desk.text, level, on_call_deadline.count());
    store::Timer done = timer;
    done.name = on_call_told_timer(level);
    done.due = clock_.now() + on_call_quiet;
    co_await replace(timer, done);
}

net::awaitable<bool> OnCallNotices::deliver(store::Timer timer)
{
    const auto* desk_config = desk(timer.desk);
    const auto target = targets_.find(timer.desk.text);
    if (desk_config == nullptr || target == targets_.end()) co_return true;  // no longer configured: nobody to tell
    http::ClientRequest request;
    request.method = http::Method::post;
    request.path = target->second.path;
    request.fields = {{"Content-Type", "application/json"},
                      // The same danger repeated after a lost answer is the same notice to whoever counts.
                      {"Idempotency-Key", timer.conversation.text + "-" + std::to_string(timer.due.time_since_epoch().count())}};
    request.body = on_call_body(*desk_config, timer, config_.server.public_url);
    const auto answer = co_await target->second.client->send(std::move(request));
    if (answer.ok() && answer.value().status >= 200 && answer.value().status < 300) co_return true;
    spdlog::warn("on-call of desk {} did not answer: {}", timer.desk.text,
                 answer.ok() ? std::to_string(answer.value().status) : std::string("no connection"));
    co_return false;
}

/// One of a conversation's rows takes the place of another.
net::awaitable<void> OnCallNotices::replace(store::Timer timer, std::optional<store::Timer> by)
{
    store::Batch batch;
    const auto write = [&batch](const store::Timer& row, const std::optional<std::string>& bytes) {
        batch.writes.push_back({store::Space::timer, store::timer_key(row.due, row.desk, row.conversation, row.name), bytes});
        batch.writes.push_back({store::Space::timer, store::timer_name_key(row.desk, row.conversation, row.name), bytes});
    };
    write(timer, std::nullopt);
    if (by) write(*by, store::encode(*by));
    const auto committed = co_await store_.commit(std::move(batch));
    if (!committed.ok()) spdlog::error("an on-call notice of desk {} could not be settled; it may be told again", timer.desk.text);
}

const config::DeskConfig* OnCallNotices::desk(const DeskId& id) const
{
    const auto found = std::ranges::find(config_.desks, id, &config::DeskConfig::id);
    return found == config_.desks.end() ? nullptr : &*found;
}

}  // namespace tsunagi::desk
