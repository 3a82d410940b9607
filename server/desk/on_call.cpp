#include "server/desk/on_call.h"

#include "bot/flow/decide.h"
#include "handoff/queue/wake.h"
#include "server/http/url.h"
#include "server/ops/pool.h"
#include "server/store/keys.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

namespace tsunagi::desk {
namespace {

constexpr std::chrono::seconds look_every{2};  ///< in a night when seconds count little beside a person waking up
constexpr std::chrono::seconds pause_first{5};
constexpr std::chrono::seconds pause_max{120};
constexpr std::size_t rows_a_look = 100;

std::chrono::seconds pause_after(int attempts)
{
    auto pause = pause_first;
    for (int i = 1; i < attempts && pause < pause_max; ++i) pause *= 2;
    return std::min(pause, pause_max);
}

std::uint8_t level_of(const store::Timer& timer)
{
    const auto notice = on_call_notice(timer.name);
    return notice ? notice->level : std::uint8_t{0};
}

std::string link_to(const store::Timer& timer, const std::string& public_url)
{
    return public_url + "/console/#/queue/" + timer.conversation.text;
}

mail::Relay relay_of(const config::OnCallEmail& email, const std::string& ca_file)
{
    auto relay = mail::relay_at(email.relay);
    if (!relay) throw std::invalid_argument("the relay of on-call mail is no smtp:// or smtps:// address");
    relay->user = email.user;
    relay->password = email.password;
    relay->ca_file = ca_file;
    return *std::move(relay);
}

http::WebAddress address_of(const config::DeskConfig& desk)
{
    auto address = http::parse_web_address(desk.on_call.webhook_url);
    if (!address) throw std::invalid_argument("the webhook of on-call is no address of the web");
    return *std::move(address);
}

/// One client a webhook.
OnCallNotices::Ring clients_of(const net::any_io_executor& executor, const config::Loaded& config, const http::ClientOptions& options)
{
    auto clients = std::make_shared<std::map<DeskId, std::unique_ptr<http::Client>>>();
    for (const auto& desk : config.desks)
        if (!desk.on_call.webhook_url.empty())
            clients->emplace(desk.id, std::make_unique<http::Client>(executor, address_of(desk).base, options));
    return [clients](DeskId desk, http::ClientRequest request) { return clients->at(desk)->send(std::move(request)); };
}

/// The same danger repeated after a lost answer is the same notice to whoever counts.
std::string notice_id(const store::Timer& timer)
{
    return timer.conversation.text + "-" + std::to_string(timer.due.time_since_epoch().count());
}

std::string name_of(const store::Timer& timer) { return timer.desk.text + '\n' + timer.conversation.text + '\n' + timer.name; }

}  // namespace

std::string on_call_body(const config::DeskConfig& desk, const store::Timer& timer, const std::string& public_url)
{
    nlohmann::json body;
    body["kind"] = "danger";
    body["desk"] = desk.id.text;
    body["desk_name"] = desk.name;
    body["level"] = level_of(timer);
    body["link"] = link_to(timer, public_url);
    return body.dump();
}

mail::Message on_call_mail(const config::DeskConfig& desk, const bot::Playbook& playbook, const store::Timer& timer,
                           std::size_t recipient, const std::string& public_url, TimePoint now)
{
    const auto& email = desk.on_call.email.value();
    const std::map<std::string, std::string> blanks{
        {"desk", desk.name}, {"level", std::to_string(level_of(timer))}, {"link", link_to(timer, public_url)}};
    const auto text = [&](const char* key) { return bot::message_text(playbook, playbook.languages.front(), key, blanks); };
    return {.from = email.from,
            .to = email.to.at(recipient),
            .id = notice_id(timer) + "-" + std::to_string(level_of(timer)) + "-" + std::to_string(recipient),
            .subject = text("on_call.mail.subject"),
            .body = text("on_call.mail.body"),
            .date = now};
}

OnCallNotices::OnCallNotices(net::any_io_executor executor, net::any_io_executor pool, store::Store& store,
                             const config::Loaded& config, Clock& clock, http::ClientOptions options)
    : OnCallNotices(std::move(pool), store, config, clock, clients_of(executor, config, options))
{
}

OnCallNotices::OnCallNotices(net::any_io_executor pool, store::Store& store, const config::Loaded& config, Clock& clock, Ring ring)
    : pool_(std::move(pool)), store_(store), config_(config), clock_(clock), ring_(std::move(ring))
{
    for (const auto& desk : config.desks) {
        if (const auto& email = desk.on_call.email) relays_[desk.id.text] = relay_of(*email, config.server.ca_file);
        if (desk.on_call.webhook_url.empty()) continue;
        paths_[desk.id.text] = address_of(desk).path;
    }
}

net::awaitable<void> OnCallNotices::run(DeskId desk, Way way)
{
    for (;;) {
        co_await look(desk, way);
        const auto next_look = clock_.now() + look_every;
        co_await clock_.sleep_until(next_look);
    }
}

net::awaitable<void> OnCallNotices::look(DeskId desk, Way way)
{
    try {
        co_await tell_due(desk, way);
    } catch (const std::exception&) {  // its text may quote what was read
        spdlog::error("on-call notices of desk {} cannot be read; they are looked for again", desk.text);
    }
}

net::awaitable<void> OnCallNotices::tell_due(DeskId desk, Way way)
{
    auto range = store::timers_due(clock_.now());
    range.limit = rows_a_look;
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto timer = store::decode<store::Timer>(row.value.bytes);
            if (!timer.ok() || timer.value().desk != desk) continue;
            const auto notice = on_call_notice(timer.value().name);
            if (notice && notice->target.recipient.has_value() == (way == Way::mail)) co_await handle(timer.value(), *notice);
        }
        if (rows.size() < rows_a_look) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

net::awaitable<void> OnCallNotices::handle(store::Timer timer, OnCallNotice notice)
{
    if (notice.told) {
        co_await replace(timer, std::nullopt);
        co_return;
    }
    const auto now = clock_.now();
    auto& attempt = attempts_.try_emplace(name_of(timer), Attempt{now, now, 0}).first->second;
    if (attempt.next > now) co_return;
    if (!attempt.over) {
        const bool told = co_await tell(timer, notice.target);
        if (!told && now - attempt.first < on_call_deadline) {
            ++attempt.count;
            attempt.next = clock_.now() + pause_after(attempt.count);
            co_return;
        }
        attempt.over = true;
        attempt.given_up = !told;
        ++(told ? told_ : given_up_);
        if (!told) spdlog::error("on-call of desk {} could not be told of R{} within {} h", timer.desk.text, notice.level, on_call_deadline.count());
    }
    bool kept = false;
    if (attempt.given_up) {
        kept = co_await tell_staff_instead(timer);
    } else {
        store::Timer done = timer;
        notice.told = true;
        done.name = timer_name(notice);
        done.due = clock_.now() + on_call_quiet;
        kept = co_await replace(timer, done);
    }
    if (kept) attempts_.erase(name_of(timer));  // until then nobody is rung again: a full disk must not ring all night
}

/// In her log, once for all who could not be told at the same time. No row stays that would keep new danger from being told.
net::awaitable<bool> OnCallNotices::tell_staff_instead(store::Timer timer)
{
    std::optional<store::Timer> by = store::Timer{timer.desk, timer.conversation, handoff::timer_not_told, clock_.now()};
    std::string name_key = store::timer_name_key(by->desk, by->conversation, by->name);
    const auto set = co_await store_.get(store::Space::timer, name_key);
    if (set) by.reset();
    std::vector<store::Expect> expects;  // webhook and mail may give up in the same moment: the second looks again and finds the row of the first
    if (by) expects.push_back({store::Space::timer, std::move(name_key), store::absent});
    co_return co_await replace(std::move(timer), std::move(by), std::move(expects));
}

/// What goes wrong on our own side is no telling either: it is tried again like any other.
net::awaitable<bool> OnCallNotices::tell(store::Timer timer, OnCallTarget target)
{
    try {
        bool told = false;
        if (target.recipient) told = co_await post(timer, *target.recipient);
        else told = co_await ring(timer);
        co_return told;
    } catch (const std::exception&) {  // its text may hold the address, which may be a secret
        spdlog::error("on-call of desk {} could not be told: the request failed on our side", timer.desk.text);
        co_return false;
    }
}

net::awaitable<bool> OnCallNotices::ring(store::Timer timer)
{
    const auto* desk_config = desk(timer.desk);
    const auto path = paths_.find(timer.desk.text);
    if (desk_config == nullptr || path == paths_.end()) co_return true;  // no longer configured: nobody to tell
    http::ClientRequest request;
    request.method = http::Method::post;
    request.path = path->second;
    request.fields = {{"Content-Type", "application/json"},
                      {"Idempotency-Key", notice_id(timer)}};
    request.body = on_call_body(*desk_config, timer, config_.server.public_url);
    const auto answer = co_await ring_(timer.desk, std::move(request));
    if (answer.ok() && answer.value().status >= 200 && answer.value().status < 300) co_return true;
    spdlog::warn("on-call of desk {} did not answer: {}", timer.desk.text,
                 answer.ok() ? std::to_string(answer.value().status) : std::string("no connection"));
    co_return false;
}

net::awaitable<bool> OnCallNotices::post(store::Timer timer, std::size_t recipient)
{
    const auto* desk_config = desk(timer.desk);
    const auto relay = relays_.find(timer.desk.text);
    const auto playbook = config_.playbooks.find(timer.desk);
    const bool is_configured = desk_config != nullptr && relay != relays_.end() && playbook != config_.playbooks.end() &&
                               recipient < desk_config->on_call.email->to.size();
    if (!is_configured) co_return true;  // no longer configured: nobody to tell
    const auto message = on_call_mail(*desk_config, *playbook->second, timer, recipient, config_.server.public_url, clock_.now());
    // By value, the mark to stop too: the program may end before the pool does.
    auto send = [target = relay->second, message, stopping = stopping_] { return mail::send(target, message, *stopping); };
    const auto failure = co_await ops::run_on_pool(pool_, std::move(send));
    if (!failure) co_return true;
    spdlog::warn("on-call mail of desk {} was not taken: {}", timer.desk.text, mail::word_of(*failure));
    co_return false;
}

/// One of a conversation's rows takes the place of another.
net::awaitable<bool> OnCallNotices::replace(store::Timer timer, std::optional<store::Timer> by, std::vector<store::Expect> expects)
{
    store::Batch batch;
    const auto write = [&batch](const store::Timer& row, const std::optional<std::string>& bytes) {
        batch.writes.push_back({store::Space::timer, store::timer_key(row.due, row.desk, row.conversation, row.name), bytes});
        batch.writes.push_back({store::Space::timer, store::timer_name_key(row.desk, row.conversation, row.name), bytes});
    };
    write(timer, std::nullopt);
    if (by) write(*by, store::encode(*by));
    batch.expects = std::move(expects);
    const auto committed = co_await store_.commit(std::move(batch));
    if (!committed.ok()) spdlog::error("an on-call notice of desk {} could not be settled; tried again", timer.desk.text);
    co_return committed.ok();
}

const config::DeskConfig* OnCallNotices::desk(const DeskId& id) const
{
    const auto found = std::ranges::find(config_.desks, id, &config::DeskConfig::id);
    return found == config_.desks.end() ? nullptr : &*found;
}

}  // namespace tsunagi::desk
