// tsunagi-sandbox: a stand-in for the LINE platform on loopback, with a phone in the browser.
#include "deploy/sandbox/control.h"
#include "deploy/sandbox/gate.h"
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/journal.h"
#include "deploy/sandbox/live.h"
#include "deploy/sandbox/platform.h"
#include "server/http/static_files.h"

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tsunagi::sandbox {
namespace {

/// Where the phone page lies in the source tree this program was built from.
constexpr const char* built_phone_dir = TSUNAGI_SANDBOX_PHONE_DIR;

/// Long polls and hanging answers are nothing to wait for at the end.
constexpr std::chrono::milliseconds drain_timeout{1'000};

struct Options {
    std::string listen = "127.0.0.1:8090";
    std::string webhook, secret_file, token_file, bot_user_id, channel_id = "2000000001";
    std::string name = "みらい市 ひとり親・女性そうだん窓口";
    std::vector<std::string> more_channels;
    std::string data, phone_dir = built_phone_dir;
    bool accept_loopback_http = false;
};

std::string first_line(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string line;
    if (!std::getline(in, line) || line.empty()) throw std::runtime_error("cannot read a secret from " + file);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    return line;
}

/// A bot's id that stays the same over restarts without being written down: made of the channel's id.
std::string bot_id_of(const std::string& channel_id)
{
    const std::string digest = from_base64(sign("bot user id", channel_id)).value_or("");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id = "U";
    for (std::size_t i = 0; i < 16; ++i) {
        const auto byte = static_cast<unsigned char>(digest.at(i));
        id += digits[byte >> 4];
        id += digits[byte & 15];
    }
    return id;
}

struct Account {
    Channel channel;
    std::string token;
};

Account make_account(const std::string& channel_id, const std::string& name, const std::string& webhook,
                     const std::string& secret_file, const std::string& token_file, const std::string& bot_user_id)
{
    Account account;
    account.channel.id = channel_id;
    account.channel.name = name;
    account.channel.secret = first_line(secret_file);
    account.channel.bot_user_id = bot_user_id.empty() ? bot_id_of(channel_id) : bot_user_id;
    account.channel.basic_id = "@sandbox" + channel_id;
    account.channel.webhook_url = webhook;
    account.token = first_line(token_file);
    if (!is_user_id(account.channel.bot_user_id)) throw std::runtime_error("--bot-user-id is U and 32 hex letters");
    return account;
}

/// `id=..,name=..,webhook=..,secret-file=..,token-file=..[,bot-user-id=..]`
Account parse_channel(const std::string& text)
{
    std::map<std::string, std::string> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find(',', from), text.size());
        const std::string part = text.substr(from, to - from);
        if (const auto equals = part.find('='); equals != std::string::npos)
            parts[part.substr(0, equals)] = part.substr(equals + 1);
        from = to + 1;
    }
    if (parts["id"].empty()) throw std::runtime_error("--channel needs id=");
    return make_account(parts["id"], parts["name"].empty() ? parts["id"] : parts["name"], parts["webhook"],
                        parts["secret-file"], parts["token-file"], parts["bot-user-id"]);
}

std::vector<Account> make_accounts(const Options& options)
{
    std::vector<Account> accounts{make_account(options.channel_id, options.name, options.webhook, options.secret_file,
                                               options.token_file, options.bot_user_id)};
    for (const std::string& channel : options.more_channels) accounts.push_back(parse_channel(channel));
    return accounts;
}

/// Pictures may come from wherever the bot says (https, or a demo server on loopback); everything else is the page's own.
constexpr const char* phone_csp =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob: https: http://127.0.0.1:* http://localhost:*; "
    "media-src 'self' blob: https: http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::vector<http::Route> phone_routes(const std::string& folder)
{
    return http::static_routes("/phone/", folder,
                               {{"content-security-policy", phone_csp}, {"referrer-policy", "no-referrer"}});
}

net::awaitable<http::Response> health(http::Request) { co_return http::json_response(200, R"({"ready":true})"); }

net::awaitable<http::Response> go_to_phone(http::Request)
{
    http::Response response;
    response.status = 302;
    response.fields.emplace_back("location", "/phone/");
    co_return response;
}

http::Route get(const char* pattern, http::Handler handler)
{
    http::Route route;
    route.pattern = pattern;
    route.handler = std::move(handler);
    return route;
}

net::awaitable<std::optional<http::Response>> live_gate(const http::Request& request)
{
    co_return Control::refuse_strangers(request);
}

bool is_loopback(const std::string& address) { return address == "127.0.0.1" || address == "::1"; }

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

Address parse_address(const std::string& text)
{
    Address address;
    const auto colon = text.rfind(':');
    const char* const end = text.data() + text.size();
    const char* const digits = colon == std::string::npos ? end : text.data() + colon + 1;
    const auto read = std::from_chars(digits, end, address.port);
    if (digits == end || read.ec != std::errc{} || read.ptr != end) throw std::runtime_error("--listen is ADDRESS:PORT");
    address.host = text.substr(0, colon);
    return address;
}

int run(const Options& options)
{
    const auto [address, port] = parse_address(options.listen);
    const std::vector<Account> accounts = make_accounts(options);
    std::vector<Channel> channels;
    for (const Account& account : accounts) channels.push_back(account.channel);

    net::io_context context(1);
    World world(std::move(channels));
    world.accept_loopback_http = options.accept_loopback_http;
    for (const Account& account : accounts) world.access_tokens().add(account.token, account.channel.id, 0);
    std::optional<Journal> journal;
    if (!options.data.empty()) journal.emplace(options.data, world);

    Faults faults;
    RunningLog requests, sent;
    LiveFeed feed;
    Gate gate(context, address, port);
    WebhookSender webhooks(context.get_executor(), world, faults, sent);
    Platform platform(world, faults, requests, webhooks, {gate.cut_name(), gate.cut_value()});
    Control control(world, faults, requests, sent, webhooks);
    world.listen([&](const json& record) { feed.publish(record); });
    if (journal) world.listen([&](const json& record) { journal->append(record); });

    std::vector<http::Route> routes = platform.routes();
    for (auto& route : control.routes()) routes.push_back(std::move(route));
    for (auto& route : phone_routes(options.phone_dir)) routes.push_back(std::move(route));
    routes.push_back(feed.route("/_sandbox/live", live_gate));
    routes.push_back(get("/_sandbox/health", health));
    routes.push_back(get("/", go_to_phone));

    // On loopback the gate stands in front, and the server behind it on a port of its own. Elsewhere there is no gate: it
    // would hide who is asking, and the control API is for this machine only.
    http::Listen listen;
    listen.limits.drain_timeout = drain_timeout;
    const bool gated = is_loopback(address);
    if (!gated) {
        listen.address = address;
        listen.port = port;
    }
    http::Server server({&context}, listen, std::move(routes));
    server.start();
    if (gated) gate.open(server.port());

    net::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        gate.close();
        feed.close();
        webhooks.forget();
        server.stop([&] { context.stop(); });
    });
    std::printf("the LINE stand-in listens on http://%s:%u/  (phone: /phone/)\n", address.c_str(),
                static_cast<unsigned>(gated ? gate.port() : server.port()));
    std::fflush(stdout);
    context.run();
    return 0;
}

}  // namespace
}  // namespace tsunagi::sandbox

int main(int argc, char** argv)
{
    tsunagi::sandbox::Options options;
    CLI::App app{"A stand-in for the LINE platform: for demo, tests and practice, never for real people"};
    app.add_option("--listen", options.listen, "ADDRESS:PORT (port 0: any free one)")->capture_default_str();
    app.add_option("--webhook", options.webhook, "where events go, for example http://127.0.0.1:8080/line/mirai/webhook");
    app.add_option("--secret-file", options.secret_file, "file with the channel secret")->required();
    app.add_option("--token-file", options.token_file, "file with the long-lived channel access token")->required();
    app.add_option("--channel-id", options.channel_id)->capture_default_str();
    app.add_option("--name", options.name, "display name of the account")->capture_default_str();
    app.add_option("--bot-user-id", options.bot_user_id, "the destination of webhooks; made of the channel id when absent");
    app.add_option("--channel", options.more_channels, "one more account: id=..,name=..,webhook=..,secret-file=..,token-file=..");
    app.add_option("--data", options.data, "file that keeps people and chats over a restart");
    app.add_option("--phone-dir", options.phone_dir, "folder of the phone page")->capture_default_str();
    app.add_flag("--accept-loopback-http", options.accept_loopback_http, "pictures on http://127.0.0.1 pass, for a demo");
    CLI11_PARSE(app, argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return tsunagi::sandbox::run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tsunagi-sandbox: %s\n", error.what());
        return 1;
    }
}
