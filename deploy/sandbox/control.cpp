#include "deploy/sandbox/control.h"
#include "deploy/sandbox/ids.h"

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t media_bytes_max = 25u << 20;
constexpr std::size_t json_bytes_max = 1u << 20;

http::Response refused(const Refusal& refusal)
{
    json body = json::object();
    body["message"] = refusal.reason;
    return reply(refusal.status, body);
}

http::Response reply_to(const Result<json, Refusal>& result)
{
    return result.ok() ? reply(200, result.value()) : refused(result.error());
}

http::Response bytes(const std::string& type, const std::string& content)
{
    http::Response response;
    response.fields.emplace_back("content-type", type);
    response.fields.emplace_back("content-security-policy", "default-src 'none'; sandbox");
    response.fields.emplace_back("cache-control", "private, max-age=3600");
    response.body = content;
    return response;
}

std::string capture_of(const http::Request& request, const char* name)
{
    const auto found = request.captures.find(name);
    return found == request.captures.end() ? std::string{} : found->second;
}

/// The host of `http://host:1` or `host:1`, without the port.
std::string_view host_of(std::string_view authority)
{
    if (const auto scheme = authority.find("://"); scheme != std::string_view::npos) authority.remove_prefix(scheme + 3);
    if (!authority.empty() && authority.front() == '[') return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

bool is_loopback_name(std::string_view host)
{
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

}  // namespace

struct Control::Row {
    http::Method method;
    const char* pattern;
    Answer answer;
    std::size_t body_bytes_max = json_bytes_max;
};

struct Control::SlowRow {
    http::Method method;
    const char* pattern;
    SlowAnswer answer;
};

const std::vector<Control::Row> Control::rows{
    {http::Method::get, "/_sandbox/channels", &Control::list_channels},
    {http::Method::get, "/_sandbox/people", &Control::list_people},
    {http::Method::post, "/_sandbox/people", &Control::create_person},
    {http::Method::post, "/_sandbox/people/{person}/send", &Control::send, 2 * media_bytes_max},
    {http::Method::post, "/_sandbox/people/{person}/media", &Control::send_media, media_bytes_max},
    {http::Method::post, "/_sandbox/people/{person}/follow", &Control::follow},
    {http::Method::post, "/_sandbox/people/{person}/unfollow", &Control::unfollow},
    {http::Method::post, "/_sandbox/people/{person}/unsend", &Control::unsend},
    {http::Method::get, "/_sandbox/content/{message}", &Control::content},
    {http::Method::get, "/_sandbox/rich-menus/{menu}/image", &Control::rich_menu_image},
    {http::Method::delete_, "/_sandbox/requests", &Control::clear_requests},
    {http::Method::get, "/_sandbox/faults", &Control::get_faults},
    {http::Method::post, "/_sandbox/faults", &Control::add_faults},
    {http::Method::delete_, "/_sandbox/faults", &Control::clear_faults},
    {http::Method::post, "/_sandbox/settings", &Control::settings},
    {http::Method::post, "/_sandbox/reset", &Control::reset},
};

const std::vector<Control::SlowRow> Control::slow_rows{
    {http::Method::get, "/_sandbox/people/{person}/transcript", &Control::transcript},
    {http::Method::get, "/_sandbox/requests", &Control::list_requests},
    {http::Method::get, "/_sandbox/webhooks", &Control::list_sent},
    {http::Method::get, "/_sandbox/idle", &Control::idle},
    {http::Method::post, "/_sandbox/events", &Control::send_events},
};

Control::Control(World& world, Faults& faults, RunningLog& requests, RunningLog& sent, WebhookSender& webhooks)
    : world_(world), faults_(faults), requests_(requests), sent_(sent), webhooks_(webhooks), actions_(world, webhooks)
{
    world_.listen([this](const json&) { changed_.ring(); });
}

std::vector<http::Route> Control::routes()
{
    std::vector<http::Route> routes;
    for (const Row& row : rows) {
        http::Route route;
        route.method = row.method;
        route.pattern = row.pattern;
        route.body_limit_bytes = row.body_bytes_max;
        route.handler = [this, answer = row.answer](http::Request request) { return serve(answer, std::move(request)); };
        routes.push_back(std::move(route));
    }
    for (const SlowRow& row : slow_rows) {
        http::Route route;
        route.method = row.method;
        route.pattern = row.pattern;
        route.body_limit_bytes = json_bytes_max;
        route.handler = [this, answer = row.answer](http::Request request) {
            return serve_slowly(answer, std::move(request));
        };
        routes.push_back(std::move(route));
    }
    return routes;
}

std::optional<http::Response> Control::refuse_strangers(const http::Request& request)
{
    if (request.peer != "127.0.0.1" && request.peer != "::1") return refused({403, "only from this machine"});
    // A page of another site could reach us through the browser of whoever practises here: by a name that it points to
    // 127.0.0.1, or by a form that posts here. Both show in these two fields.
    const std::string_view host = request.field("host"), origin = request.field("origin");
    if (!is_loopback_name(host_of(host))) return refused({403, "only under the name of this machine"});
    if (!origin.empty() && origin.substr(origin.find("://") + 3) != host) return refused({403, "not from other pages"});
    return std::nullopt;
}

net::awaitable<http::Response> Control::serve(Answer answer, http::Request request)
{
    if (auto stranger = refuse_strangers(request)) co_return *stranger;
    const bool is_media = answer == &Control::send_media;
    json body = request.body.empty() || is_media ? json::object() : json::parse(request.body, nullptr, false);
    if (!body.is_object()) co_return refused({400, "the body is a JSON object"});
    co_return (this->*answer)(request, body);
}

net::awaitable<http::Response> Control::serve_slowly(SlowAnswer answer, http::Request request)
{
    if (auto stranger = refuse_strangers(request)) co_return *stranger;
    co_return co_await (this->*answer)(std::move(request));
}

Channel* Control::channel_of(const http::Request& request) { return world_.channel(query_of(request, "channel")); }

json Control::about(const Channel& channel, const Person& person) const
{
    json row = to_json(person);
    const Chat* chat = world_.find_chat(channel.id, person.user_id);
    row["friend"] = chat != nullptr && chat->is_friend;
    row["blocked"] = chat != nullptr && chat->blocked;
    return row;
}

http::Response Control::list_channels(const http::Request&, const json&)
{
    json rows_out = json::array();
    for (const Channel& channel : world_.channels()) {
        json row = json::object();
        row["id"] = channel.id;
        row["name"] = channel.name;
        row["bot_user_id"] = channel.bot_user_id;
        row["webhook_url"] = channel.webhook_url;
        row["chat_on"] = channel.chat_on;
        row["rich_menus"] = to_json(channel.rich_menus);
        rows_out.push_back(std::move(row));
    }
    return reply(200, rows_out);
}

http::Response Control::list_people(const http::Request& request, const json&)
{
    const Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    json rows_out = json::array();
    for (const auto& [id, person] : world_.people()) rows_out.push_back(about(*channel, person));
    return reply(200, rows_out);
}

http::Response Control::create_person(const http::Request& request, const json& body)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    const std::string name = text_of(body, "name"), user_id = text_of(body, "userId", make_user_id());
    if (name.empty() || name.size() > 400) return refused({400, "name is missing or too long"});
    if (!is_user_id(user_id)) return refused({400, "userId is U and 32 hex letters"});
    if (world_.person(user_id) != nullptr) return refused({409, "is there already"});
    const Person person = world_.add_person({user_id, name, text_of(body, "language", "ja")});
    if (flag_of(body, "follow", true)) {
        const auto followed = actions_.follow(*channel, user_id);
        if (!followed) return refused(followed.error());
    }
    return reply(201, about(*channel, person));
}

http::Response Control::send(const http::Request& request, const json& body)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    return reply_to(actions_.send(*channel, capture_of(request, "person"), body));
}

http::Response Control::send_media(const http::Request& request, const json&)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    if (request.body.empty()) return refused({400, "the body is the content"});
    json what = json::object();
    what["type"] = query_of(request, "type");
    what["content_base64"] = to_base64(request.body);
    what["content_type"] = std::string(request.field("content-type"));
    if (const std::string name = query_of(request, "name"); !name.empty()) what["fileName"] = name;
    return reply_to(actions_.send(*channel, capture_of(request, "person"), what));
}

http::Response Control::follow(const http::Request& request, const json&)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    return reply_to(actions_.follow(*channel, capture_of(request, "person")));
}

http::Response Control::unfollow(const http::Request& request, const json&)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    return reply_to(actions_.unfollow(*channel, capture_of(request, "person")));
}

http::Response Control::unsend(const http::Request& request, const json& body)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    return reply_to(actions_.unsend(*channel, capture_of(request, "person"), text_of(body, "messageId")));
}

http::Response Control::content(const http::Request& request, const json&)
{
    const Content* content = world_.content(capture_of(request, "message"));
    if (content == nullptr || content->unsent) return refused({404, "no content"});
    return bytes(content->media_type, content->bytes);
}

http::Response Control::rich_menu_image(const http::Request& request, const json&)
{
    for (const Channel& channel : world_.channels())
        for (const RichMenu& menu : channel.rich_menus.menus)
            if (menu.id == capture_of(request, "menu") && !menu.image.empty()) return bytes(menu.image_type, menu.image);
    return refused({404, "no image"});
}

http::Response Control::get_faults(const http::Request&, const json&) { return reply(200, faults_.to_json()); }

http::Response Control::add_faults(const http::Request&, const json& body)
{
    const auto applied = faults_.apply(body);
    if (!applied) return refused({400, applied.error()});
    return reply(200, faults_.to_json());
}

http::Response Control::clear_faults(const http::Request&, const json&)
{
    faults_.clear();
    return reply(200, faults_.to_json());
}

http::Response Control::settings(const http::Request& request, const json& body)
{
    Channel* channel = channel_of(request);
    if (channel == nullptr) return refused({404, "no such channel"});
    if (body.contains("quota")) {
        const json& quota = body["quota"];
        channel->quota.limited = flag_of(quota, "limited", channel->quota.limited);
        channel->quota.value = number_of(quota, "value", channel->quota.value);
        channel->quota.used = number_of(quota, "used", channel->quota.used);
    }
    channel->chat_on = flag_of(body, "chat_on", channel->chat_on);
    channel->verified = flag_of(body, "verified", channel->verified);
    channel->webhook_active = flag_of(body, "webhook_active", channel->webhook_active);
    channel->webhook_url = text_of(body, "webhook_url", channel->webhook_url);
    world_.reply_tokens().life_ms = number_of(body, "reply_token_life_ms", world_.reply_tokens().life_ms);
    world_.retry_keys().life_ms = number_of(body, "retry_key_life_ms", world_.retry_keys().life_ms);

    json now = json::object();
    now["quota"] = json::object();
    now["quota"]["limited"] = channel->quota.limited;
    now["quota"]["value"] = channel->quota.value;
    now["quota"]["used"] = channel->quota.used;
    now["chat_on"] = channel->chat_on;
    now["verified"] = channel->verified;
    now["webhook_active"] = channel->webhook_active;
    now["webhook_url"] = channel->webhook_url;
    now["reply_token_life_ms"] = world_.reply_tokens().life_ms;
    now["retry_key_life_ms"] = world_.retry_keys().life_ms;
    return reply(200, now);
}

http::Response Control::reset(const http::Request&, const json&)
{
    webhooks_.forget();
    world_.reset();
    faults_.clear();
    requests_.clear();
    sent_.clear();
    return reply(200, json::object());
}

http::Response Control::clear_requests(const http::Request&, const json&)
{
    requests_.clear();
    return reply(200, json::object());
}

}  // namespace tsunagi::sandbox
