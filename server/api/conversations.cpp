#include "server/api/conversations.h"

#include "handoff/queue/commands.h"
#include "handoff/queue/target.h"
#include "server/api/conversation_json.h"
#include "server/api/entry_json.h"
#include "server/api/permissions.h"
#include "server/store/keys.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <span>
#include <stdexcept>

namespace tsunagi::api {
namespace {

constexpr std::size_t preview_entries = 50;  // enough to pass over the bot, notes and events to what a human said

std::string to_hex(const std::string& bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4U];
        text += digits[static_cast<unsigned char>(byte) & 15U];
    }
    return text;
}

std::optional<std::string> from_hex(const std::string& text)
{
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned value = 0;
        const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
        if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
        bytes += static_cast<char>(value);
    }
    return bytes;
}

std::string query(const Call& call, const std::string& name)
{
    const auto found = call.request.query.find(name);
    return found == call.request.query.end() ? std::string() : found->second;
}

/// A whole number within [1, max] from the query; `fallback` when it is missing, nothing when it is something else.
std::optional<std::uint64_t> number(const Call& call, const std::string& name, std::uint64_t fallback, std::uint64_t max)
{
    const std::string text = query(call, name);
    if (text.empty()) return fallback;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > max) return std::nullopt;
    return value;
}

/// Whether LINE delivered `entry` late: one of `newest` was here long before it that is younger. Who writes while the bot answers is not late.
bool came_late(const bot::Entry& entry, std::span<const bot::Entry> newest)
{
    constexpr std::chrono::seconds usual_delivery{10};
    return std::ranges::any_of(newest, [&](const bot::Entry& one) { return one.seq < entry.seq && one.at - entry.at > usual_delivery; });
}

bool may_list(const Call& call, const std::string& holder)
{
    const auto role = permissions_of(call.caller.account.role);
    return holder == "mine" ? role.lists_own : role.lists_all;
}

std::optional<store::Range> range_of(const Call& call, const std::string& holder)
{
    if (holder == "mine") return store::held_by(call.desk(), call.caller.account.id);
    if (holder == "queue") return store::held_by(call.desk(), bot::HolderKind::queue);
    if (holder == "counselor") return store::held_by(call.desk(), bot::HolderKind::counselor);
    const bool closed = holder == "closed";
    if (holder != "bot" && !closed) return std::nullopt;
    auto range = store::held_by(call.desk(), closed ? bot::HolderKind::closed : bot::HolderKind::bot);
    range.backwards = true;  // newest first
    return range;
}

}  // namespace

/// When a human should have answered danger, by the hours of the door she came through.
std::optional<TimePoint> Conversations::due(const bot::Conversation& conversation) const
{
    const auto* desk = desks_.desk(conversation.desk);
    if (desk == nullptr) return std::nullopt;
    return handoff::answer_due(conversation, desk->targets, desks_.hours(conversation.desk, conversation.address.channel));
}

net::awaitable<http::Response> Conversations::list(Call call)
{
    const std::string holder = query(call, "holder");
    auto range = range_of(call, holder);
    const auto limit = number(call, "limit", page_rows_default, page_rows_max);
    if (!range || !limit) co_return refuse(call.words, 400, "invalid_request");
    if (!may_list(call, holder)) co_return refuse(call.words, 403, "forbidden");

    std::optional<Page> page;
    if (holder == "counselor") {
        page = co_await read_colleagues(call);
    } else {
        DeskId desk_id = call.desk();
        std::string cursor = query(call, "cursor");
        page = co_await read_page(std::move(*range), std::move(desk_id), std::move(cursor), *limit);
    }
    if (!page) co_return refuse(call.words, 400, "cursor_wrong");

    json value;
    value["items"] = json::array();
    for (const auto& conversation : page->rows) {
        const auto newest = co_await newest_entries(conversation.desk, conversation.id, preview_entries);
        value["items"].push_back(row_json(conversation, newest, call.words, due(conversation)));
    }
    value["next"] = page->next.empty() ? json() : json(page->next);
    value["counts"] = json::object();
    for (const char* name : {"queue", "mine", "bot", "counselor"}) {
        if (!may_list(call, name)) continue;
        auto counted = range_of(call, name);
        const std::size_t number_held = co_await count(std::move(*counted));
        value["counts"][name] = number_held;
    }
    if (may_list(call, "counselor")) {
        const std::size_t mine = value["counts"]["mine"].get<std::size_t>();
        const std::size_t all = value["counts"]["counselor"].get<std::size_t>();
        value["counts"]["counselor"] = all >= mine ? all - mine : 0;
    }
    co_return answer(200, value);
}

/// One page of an index range. The cursor is the last key seen: only a place inside the caller's own range.
net::awaitable<std::optional<Conversations::Page>> Conversations::read_page(store::Range range, DeskId desk, std::string cursor,
                                                                            std::size_t limit)
{
    if (!cursor.empty()) {
        const auto key = from_hex(cursor);
        if (!key || *key < range.from || *key >= range.to) co_return std::nullopt;
        range = store::resume_after(range, *key);
    }
    range.limit = limit;
    const auto rows = co_await desks_.store().scan(range);
    Page page;
    for (const auto& row : rows) {
        const auto id = store::conversation_of_queue_key(row.key);
        if (!id) continue;
        const auto loaded = co_await desks_.load(desk, *id);
        if (loaded) page.rows.push_back(loaded->conversation);
    }
    if (rows.size() == limit) page.next = to_hex(rows.back().key);
    co_return page;
}

/// Colleagues' conversations, longest held first. Their number is bounded by the staff's capacity, so it is one page.
net::awaitable<Conversations::Page> Conversations::read_colleagues(Call call)
{
    auto range = store::held_by(call.desk(), bot::HolderKind::counselor);
    DeskId desk_id = call.desk();
    std::string from_the_start;
    auto page = co_await read_page(std::move(range), std::move(desk_id), std::move(from_the_start), counted_max);
    if (!page) co_return Page{};
    auto& rows = page->rows;
    std::erase_if(rows, [&](const bot::Conversation& row) { return row.holder.counselor == call.caller.account.id; });
    std::sort(rows.begin(), rows.end(), [](const bot::Conversation& a, const bot::Conversation& b) {
        return std::tie(a.holder.since, a.id) < std::tie(b.holder.since, b.id);
    });
    page->next.clear();
    co_return std::move(*page);
}

net::awaitable<std::size_t> Conversations::count(store::Range range)
{
    range.limit = counted_max;
    const auto rows = co_await desks_.store().scan(std::move(range));
    co_return rows.size();
}

/// In pages: the store refuses a scan of too many rows at once.
net::awaitable<std::vector<bot::Entry>> Conversations::newest_entries(DeskId desk, ConversationId conversation,
                                                                      std::size_t limit)
{
    constexpr std::size_t log_page_rows = 1'000;
    auto range = store::entries_of(desk, conversation);
    range.backwards = true;
    range.limit = std::min(limit, log_page_rows);
    std::vector<bot::Entry> entries;
    while (entries.size() < limit) {
        const auto rows = co_await desks_.store().scan(range);
        for (const auto& row : rows) {
            auto entry = store::decode<bot::Entry>(row.value.bytes);
            if (!entry.ok()) throw std::runtime_error("log entry: " + std::string(to_text(entry.error())));
            entries.push_back(std::move(entry).value());
        }
        if (rows.size() < range.limit) break;
        range = store::resume_after(range, rows.back().key);
        range.limit = std::min(limit - entries.size(), log_page_rows);
    }
    co_return entries;
}

net::awaitable<std::optional<bot::Conversation>> Conversations::visible(const Call& call)
{
    const ConversationId id{call.capture("id")};
    const DeskId desk = call.desk();
    auto loaded = co_await desks_.load(desk, id);
    if (!loaded || !may_see(call.caller, loaded->conversation)) co_return std::nullopt;
    co_return std::move(loaded->conversation);
}

net::awaitable<json> Conversations::shown(bot::Conversation conversation, Caller caller, Words words)
{
    const auto log = co_await newest_entries(conversation.desk, conversation.id, panel_entries);
    const auto counselor = desks_.index().counselor(caller.account.desk, caller.account.id);
    json value = conversation_json(conversation, log, caller, counselor, words, due(conversation));
    const auto* desk = desks_.desk(conversation.desk);
    const bool counts_days = conversation.blocked_at && desk != nullptr && desk->retention_chat_days > 0;
    value["blocked_at"] = conversation.blocked_at ? json(time_text(*conversation.blocked_at)) : json();
    value["kept_until"] = counts_days ? json(time_text(*conversation.blocked_at + std::chrono::days(desk->retention_chat_days))) : json();
    co_return value;
}

net::awaitable<http::Response> Conversations::detail(Call call)
{
    auto conversation = co_await visible(call);
    if (!conversation) co_return refuse(call.words, 404, "not_found");
    const json value = co_await shown(std::move(*conversation), call.caller, call.words);
    co_return answer(200, value);
}

/// Pages count back from the newest entry in the order of a screen; `before` is the oldest entry already shown. Beside the newest page stands
/// what is among the newest by number and yet further back, for LINE delivered it late: no console would know of it, and none could close.
net::awaitable<http::Response> Conversations::log(Call call)
{
    const auto limit = number(call, "limit", page_rows_default, page_rows_max);
    const auto before = number(call, "before", 0, UINT64_MAX);
    if (!limit || !before) co_return refuse(call.words, 400, "invalid_request");
    const auto conversation = co_await visible(call);
    if (!conversation) co_return refuse(call.words, 404, "not_found");

    const std::size_t wanted = *before == 0 ? *limit + 1 : log_read_max;
    auto entries = co_await newest_entries(conversation->desk, conversation->id, wanted);
    const auto quotes_older = [&entries](const bot::Entry& entry) { return quotes_what_is_not_in(entries, entry); };
    if (entries.size() == wanted && *before == 0 && std::ranges::any_of(entries, quotes_older))
        entries = co_await newest_entries(conversation->desk, conversation->id, log_read_max);
    auto begin = entries.begin();
    if (*before != 0) {
        begin = std::find_if(entries.begin(), entries.end(), [&](const bot::Entry& entry) { return entry.seq == *before; });
        if (begin != entries.end()) ++begin;
    }
    auto left = static_cast<std::size_t>(entries.end() - begin);
    auto taken = std::min<std::size_t>(left, *limit);
    const auto newest_from = conversation->next_seq > *limit ? conversation->next_seq - *limit : 1;
    const auto is_new = [newest_from](const bot::Entry& entry) { return entry.seq >= newest_from; };
    const auto shown_of_newest = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(taken), is_new);
    json late = json::array();
    const bool may_be_late = conversation->heard_seq >= newest_from && static_cast<std::uint64_t>(shown_of_newest) < conversation->next_seq - newest_from;
    if (*before == 0 && left > taken && may_be_late) {  // only then: it reads the whole log
        if (entries.size() == wanted) entries = co_await newest_entries(conversation->desk, conversation->id, log_read_max);
        begin = entries.begin();  // more of them may have come since, or none be kept any more
        left = entries.size();
        taken = std::min<std::size_t>(left, *limit);
        for (std::size_t i = entries.size(); i-- > taken;)
            if (is_new(entries[i]) && came_late(entries[i], {entries.data(), taken}))
                late.push_back(entry_json(*conversation, entries[i], entries, call.words));
    }
    json value;
    value["late"] = std::move(late);
    value["items"] = json::array();
    for (std::size_t i = taken; i-- > 0;)
        value["items"].push_back(entry_json(*conversation, *(begin + static_cast<std::ptrdiff_t>(i)), entries, call.words));
    value["next"] = left > taken && taken > 0 ? json((begin + static_cast<std::ptrdiff_t>(taken) - 1)->seq) : json();
    co_return answer(200, value);
}

net::awaitable<http::Response> Conversations::staff(Call call)
{
    if (!permissions_of(call.caller.account.role).may_hold) co_return refuse(call.words, 403, "forbidden");
    auto colleagues = desks_.index().staff(call.desk());
    std::erase_if(colleagues, [](const handoff::Counselor& one) { return !permissions_of(one.role).may_hold; });
    std::sort(colleagues.begin(), colleagues.end(), [](const handoff::Counselor& a, const handoff::Counselor& b) {
        if (a.on_duty != b.on_duty) return a.on_duty;
        return std::tie(a.name, a.id) < std::tie(b.name, b.id);
    });
    json value;
    value["items"] = json::array();
    for (const auto& colleague : colleagues) value["items"].push_back(colleague_json(colleague));
    co_return answer(200, value);
}

net::awaitable<http::Response> Conversations::desk(Call call, json low_quota)
{
    const auto* desk = desks_.desk(call.desk());
    const auto now = desks_.clock().now();
    std::optional<TimePoint> closes;
    std::optional<TimePoint> opens;
    bool open = false;
    std::vector<std::string> doors;
    for (const auto& channel : desk->line_channels) doors.push_back(channel.name);
    if (desk->web_chat.enabled) doors.emplace_back(desk::web_channel);
    for (const auto& door : doors) {
        const auto& hours = desks_.hours(desk->id, door);
        open = open || handoff::is_open(hours, now);
        const auto door_closes = handoff::closes_at(hours, now);
        if (door_closes && (!closes || *door_closes > *closes)) closes = door_closes;
        const auto door_opens = handoff::next_opening(hours, now);
        if (door_opens && (!opens || *door_opens < *opens)) opens = door_opens;
    }
    json value;
    value["id"] = desk->id.text;
    value["name"] = desk->name;
    value["now"] = time_text(now);
    value["hours"]["open"] = open;
    value["hours"]["closes_at"] = open && closes ? json(time_text(*closes)) : json();
    value["hours"]["next_opening"] = !open && opens ? json(time_text(*opens)) : json();
    value["outcomes"] = json::array();
    for (const auto& outcome : outcomes()) {
        json labelled;
        labelled["id"] = outcome;
        labelled["label"] = call.words.text("outcome." + outcome);
        value["outcomes"].push_back(std::move(labelled));
    }
    value["languages"] = json::array();
    for (const auto& language : desk->languages) {
        json labelled;
        labelled["id"] = language;
        labelled["label"] = call.words.text("language." + language);
        value["languages"].push_back(std::move(labelled));
    }
    value["line_quota"] = std::move(low_quota);
    value["text_limit_utf16"] = handoff::text_units_max;
    co_return answer(200, value);
}

}  // namespace tsunagi::api
