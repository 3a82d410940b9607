#pragma once
#include "server/api/accounts.h"
#include "server/api/console_api.h"
#include "server/http/router.h"
#include "server/ops/metrics.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tsunagi::testing {

using nlohmann::json;

inline const DeskId nozomi{"nozomi"};
inline const std::string good_password = "a long password";

/// mirai and nozomi: two desks of one program, the same in everything but their people.
inline config::Loaded two_desks()
{
    auto config = small_config();
    auto desk = config.desks.front();
    desk.id = nozomi;
    desk.name = "のぞみ";
    config.desks.push_back(desk);
    auto playbook = *config.playbooks.at(mirai);
    playbook.desk = nozomi;
    config.playbooks.emplace(nozomi, std::make_shared<const bot::Playbook>(std::move(playbook)));
    config.sources[nozomi] = config.sources[mirai];
    return config;
}

/// What a browser was answered.
struct Shown {
    unsigned status = 0;
    http::Fields fields;
    std::string body;

    json value() const { return json::parse(body, nullptr, false); }
    std::string code() const { return value().value("code", std::string()); }
};

/// A browser of the console: its address, its cookie and the word against forgery.
struct Browser {
    std::string token;
    std::string csrf;
    std::string peer = "203.0.113.1";
    std::string forwarded;  ///< X-Forwarded-For
};

/// The console's API without sockets: a request goes through the table of routes as the server would send it.
struct Console {
    config::Loaded config;
    MemoryStore store;
    FixedClock clock{friday_eleven};
    SeededRandom random{7};
    net::io_context context;
    desk::DeskService desks{store, config, clock, random};
    ops::Metrics metrics;
    api::ConsoleApi api{desks, metrics, config.server, context.get_executor()};
    http::Router router{api.routes()};
    int keys = 0;

    explicit Console(config::Loaded with = two_desks()) : config(std::move(with)) { run_on(context, desks.start()); }

    CounselorId hire(const std::string& login, handoff::Role role = handoff::Role::counselor, const DeskId& desk = mirai)
    {
        api::NewAccount account{desk, login, role, login, good_password};
        const auto made = run_on(context, api::add_account(store, clock, random, account));
        REQUIRE(made.ok());
        CHECK(run_on(context, desks.set_duty(desk, *made, true)));
        return *made;
    }

    http::Request request(http::Method method, const std::string& target, const Browser& browser, std::string body = {}) const
    {
        http::Request request;
        request.method = method;
        request.path = target.substr(0, target.find('?'));
        if (const auto at = target.find('?'); at != std::string::npos) {
            std::string rest = target.substr(at + 1);
            while (!rest.empty()) {
                const auto pair = rest.substr(0, rest.find('&'));
                request.query[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
                rest = rest.size() > pair.size() ? rest.substr(pair.size() + 1) : std::string();
            }
        }
        request.body = std::move(body);
        request.peer = browser.peer;
        request.by_proxy = !browser.forwarded.empty();
        request.fields = {{"Host", "desk.example"}, {"Origin", "https://desk.example"}};
        if (!browser.token.empty()) request.fields.emplace_back("Cookie", "tsunagi_session=" + browser.token);
        if (!browser.csrf.empty()) request.fields.emplace_back("X-Tsunagi-CSRF", browser.csrf);
        if (!browser.forwarded.empty()) request.fields.emplace_back("X-Forwarded-For", browser.forwarded);
        return request;
    }
    /// One request that nobody has sent before: with a key of its own when it changes something.
    http::Request change(const std::string& target, const Browser& browser, const json& body = json::object(),
                         http::Method method = http::Method::post)
    {
        auto made = request(method, target, browser, body.dump());
        made.fields.emplace_back("Idempotency-Key", make_ulid(clock.now(), random.bits()));
        return made;
    }
    net::awaitable<http::Response> begin(http::Request request)
    {
        auto match = router.find(request.method, request.path);
        if (match.route == nullptr) throw std::runtime_error("no route");
        request.captures = std::move(match.captures);
        return match.route->handler(std::move(request));
    }
    Shown ask(http::Request request)
    {
        auto response = run_on(context, begin(std::move(request)));
        return {response.status, std::move(response.fields), std::move(response.body)};
    }
    Shown get(const std::string& target, const Browser& browser) { return ask(request(http::Method::get, target, browser)); }
    Shown post(const std::string& target, const Browser& browser, const json& body = json::object())
    {
        return ask(change(target, browser, body));
    }

    http::Request sign_in_request(const std::string& login, const std::string& password, const Browser& from = {},
                                  const DeskId& desk = mirai, const std::string& otp = {}) const
    {
        json body;
        body["desk"] = desk.text;
        body["login"] = login;
        body["password"] = password;
        if (!otp.empty()) body["otp"] = otp;
        return request(http::Method::post, "/api/v1/session", from, body.dump());
    }
    Shown try_sign_in(const std::string& login, const std::string& password, const Browser& from = {}, const DeskId& desk = mirai,
                      const std::string& otp = {})
    {
        return ask(sign_in_request(login, password, from, desk, otp));
    }
    Browser sign_in(const std::string& login, const DeskId& desk = mirai)
    {
        const auto shown = try_sign_in(login, good_password, {}, desk);
        REQUIRE(shown.status == 200);
        Browser browser;
        const std::string cookie(http::find_field(shown.fields, "Set-Cookie").value_or(""));
        browser.token = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
        browser.csrf = shown.value()["csrf"];
        return browser;
    }

    /// A person's words, by LINE or by the web chat, and the conversation they are in.
    bot::Conversation say(const std::string& user, const std::string& words, const DeskId& desk = mirai,
                          bot::ChannelKind door = bot::ChannelKind::line, std::optional<TimePoint> sent_at = {})
    {
        const std::string event = make_ulid(clock.now(), random.bits());
        bot::Inbound inbound;
        inbound.desk = desk;
        inbound.event = EventId{event};
        inbound.from = {door, door == bot::ChannelKind::web ? desk::web_channel : "line-main", user};
        inbound.message_id = "m-" + event;
        inbound.received_at = clock.now();
        inbound.sent_at = sent_at.value_or(inbound.received_at);
        inbound.content = bot::TextReceived{words, {}};
        CHECK(run_on(context, desks.receive(inbound)) == desk::Received::committed);
        const auto owner = run_on(context, desks.owner_of(desk, inbound.from));
        REQUIRE(owner);
        return run_on(context, desks.load(desk, owner->conversation)).value().conversation;
    }

    /// Danger was heard just now.
    void alarm(const bot::Conversation& conversation, std::uint8_t level)
    {
        const auto raise = [&](bot::Conversation& one) {
            one.risk_level = level;
            one.risk.raised_at = clock.now();
            return true;
        };
        CHECK(run_on(context, desks.amend(conversation.desk, conversation.id, raise)));
    }

    std::vector<store::AuditEntry> audited(const std::string& action) const
    {
        std::vector<store::AuditEntry> all;
        for (const auto& [key, value] : store.rows(store::Space::audit)) {
            auto entry = store::decode<store::AuditEntry>(value.bytes).value();
            if (entry.action == action) all.push_back(std::move(entry));
        }
        return all;
    }
};

}  // namespace tsunagi::testing
