// The part of the control API that can wait for something to happen: a test names what it waits for and never sleeps.
#include "deploy/sandbox/control.h"
#include "deploy/sandbox/ids.h"

#include <algorithm>
#include <charconv>

namespace tsunagi::sandbox {
namespace {

constexpr std::int64_t wait_max_ms = 25'000;  // below the server's own patience with a handler
constexpr std::int64_t rows_max = 5'000;      // of one answer

http::Response refused(unsigned status, const char* reason)
{
    json body = json::object();
    body["message"] = reason;
    return reply(status, body);
}

std::int64_t number_in_query(const http::Request& request, const char* name, std::int64_t fallback, std::int64_t max)
{
    const auto found = request.query.find(name);
    if (found == request.query.end()) return fallback;
    std::int64_t value = fallback;
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp<std::int64_t>(value, 0, max);
}

Bell::Time deadline_of(const http::Request& request)
{
    return std::chrono::steady_clock::now() +
           std::chrono::milliseconds(number_in_query(request, "wait_ms", 0, wait_max_ms));
}

bool is_over(Bell::Time deadline) { return std::chrono::steady_clock::now() >= deadline; }

}  // namespace

json Control::transcript_now(const Channel& channel, const Person& person, std::int64_t after) const
{
    json out = about(channel, person);
    json entries = json::array();
    std::int64_t last = 0;
    const Chat* chat = world_.find_chat(channel.id, person.user_id);
    if (chat != nullptr) {
        for (auto entry = chat->entries.upper_bound(after); entry != chat->entries.end(); ++entry)
            entries.push_back(to_json(entry->second));
        if (!chat->entries.empty()) last = chat->entries.rbegin()->first;
        out["loading_until_ms"] = chat->loading_until_ms;
    }
    const auto linked = channel.rich_menus.linked.find(person.user_id);
    out["rich_menu"] = linked == channel.rich_menus.linked.end() ? channel.rich_menus.default_id : linked->second;
    out["entries"] = std::move(entries);
    out["last_seq"] = last;
    return out;
}

net::awaitable<http::Response> Control::transcript(http::Request request)
{
    const Channel* channel = channel_of(request);
    const Person* person = world_.person(request.captures["person"]);
    if (channel == nullptr || person == nullptr) co_return refused(404, "no such person or channel");
    const Person asked = *person;  // a reset may take the person away while we wait
    const std::int64_t after = number_in_query(request, "after", 0, INT64_MAX);
    const auto count = static_cast<std::size_t>(number_in_query(request, "count", 1, rows_max));
    const auto deadline = deadline_of(request);
    for (;;) {
        json out = transcript_now(*channel, asked, after);
        if (out["entries"].size() >= count || is_over(deadline)) co_return reply(200, out);
        co_await changed_.wait(deadline);
    }
}

net::awaitable<http::Response> Control::list(RunningLog* log, http::Request request)
{
    const std::int64_t after = number_in_query(request, "after", 0, INT64_MAX);
    const auto limit = static_cast<std::size_t>(number_in_query(request, "limit", rows_max, rows_max));
    const auto count = static_cast<std::size_t>(number_in_query(request, "count", 1, rows_max));
    const std::string path = query_of(request, "path");
    const auto deadline = deadline_of(request);
    for (;;) {
        json found = log->after(after, limit, path);
        if (found.size() >= count || is_over(deadline)) {
            json out = json::object();
            out["rows"] = std::move(found);
            out["last"] = log->last();
            out["forgotten"] = log->forgotten();
            co_return reply(200, out);
        }
        co_await log->bell().wait(deadline);
    }
}

net::awaitable<http::Response> Control::list_requests(http::Request request)
{
    co_return co_await list(&requests_, std::move(request));
}

net::awaitable<http::Response> Control::list_sent(http::Request request)
{
    co_return co_await list(&sent_, std::move(request));
}

net::awaitable<http::Response> Control::idle(http::Request request)
{
    const auto deadline = deadline_of(request);
    while (!webhooks_.idle() && !is_over(deadline)) co_await webhooks_.bell().wait(deadline);
    json out = json::object();
    out["idle"] = webhooks_.idle();
    co_return reply(200, out);
}

net::awaitable<http::Response> Control::send_events(http::Request request)
{
    Channel* channel = channel_of(request);
    const json asked = json::parse(request.body, nullptr, false);
    if (channel == nullptr) co_return refused(404, "no such channel");
    if (asked.is_object() && asked.contains("events") && asked["events"].is_array()) {
        json out = json::object();
        out["events"] = actions_.send_raw(*channel, asked["events"]);
        co_return reply(200, out);
    }
    if (!asked.is_object() || !asked.contains("raw_body") || !asked["raw_body"].is_string())
        co_return refused(400, "events (an array) or raw_body (a text) is missing");
    std::string body = text_of(asked, "raw_body");
    std::string signature = text_of(asked, "signature", sign(channel->secret, body));
    std::string url = channel->webhook_url;
    const Delivered delivered = co_await webhooks_.post(std::move(url), std::move(body), std::move(signature));
    json out = json::object();
    out["status"] = delivered.status;
    out["failure"] = delivered.failure;
    co_return reply(200, out);
}

}  // namespace tsunagi::sandbox
