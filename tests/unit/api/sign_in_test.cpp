// Signing in: who is listened to, how often, and what a stranger learns from it.
#include "server/api/sign_in_limits.h"
#include "server/ops/runtime.h"
#include "tests/unit/api/console_fixture.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <future>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using api::SignInLimits;

namespace {

Browser at(const std::string& address) { return {.token = {}, .csrf = {}, .peer = address, .forwarded = {}}; }

/// All at once, as a guesser would.
std::vector<unsigned> at_once(Console& console, const std::vector<http::Request>& requests)
{
    std::vector<unsigned> statuses;
    for (const auto& request : requests) {
        auto answered = [&statuses](std::exception_ptr failure, http::Response response) {
            statuses.push_back(failure ? 0 : response.status);
        };
        net::co_spawn(console.context, console.begin(request), std::move(answered));
    }
    console.context.restart();
    console.context.run();
    return statuses;
}

}  // namespace

TEST_CASE("sign-in: the right password opens a session, a wrong one says nothing of what was wrong")
{
    Console console;
    console.hire("yamada");
    CHECK(console.try_sign_in("yamada", good_password).status == 200);
    const auto wrong = console.try_sign_in("yamada", "not this one");
    const auto unknown = console.try_sign_in("nobody", "not this one");
    const auto elsewhere = console.try_sign_in("yamada", good_password, {}, nozomi);
    CHECK(wrong.status == 401);
    CHECK(wrong.body == unknown.body);
    CHECK(wrong.body == elsewhere.body);
}

TEST_CASE("sign-in: the cookie is for scripts of no page and for no other site")
{
    Console console;
    console.hire("yamada");
    const auto shown = console.try_sign_in("yamada", good_password);
    const std::string cookie(http::find_field(shown.fields, "Set-Cookie").value_or(""));
    CHECK(cookie.find("HttpOnly") != std::string::npos);
    CHECK(cookie.find("SameSite=Strict") != std::string::npos);
    for (const auto& [key, value] : console.store.rows(store::Space::session)) {
        const auto token = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
        CHECK(key.find(token) == std::string::npos);
        CHECK(value.bytes.find(token) == std::string::npos);
    }
}

TEST_CASE("sign-in: a page of another site signs nobody in, and uses up nobody's attempts")
{
    Console console;
    console.hire("yamada");
    const auto from = [&](const std::string& origin, const std::string& password) {
        auto request = console.sign_in_request("yamada", password, at("198.51.100.7"));
        request.fields = {{"Host", "soudan.example.jp"}};
        if (!origin.empty()) request.fields.emplace_back("Origin", origin);
        return console.ask(request);
    };
    for (std::size_t i = 0; i < SignInLimits::of_login_here_max; ++i) CHECK(from("https://other.example", "wrong").status == 403);
    for (const auto* elsewhere : {"https://other.example", "null"}) {  // null: a page in a frame without an origin
        const auto refused = from(elsewhere, good_password);
        CHECK(refused.status == 403);
        CHECK(refused.value()["code"] == "origin_wrong");
        CHECK_FALSE(http::find_field(refused.fields, "Set-Cookie"));
    }
    CHECK(from("https://soudan.example.jp", good_password).status == 200);
    CHECK(from("", good_password).status == 200);
}

TEST_CASE("sign-in: many guesses at once are no more than the same number one after the other")
{
    Console console;
    console.hire("yamada");
    std::vector<http::Request> guesses;
    for (int i = 0; i < 40; ++i) guesses.push_back(console.sign_in_request("yamada", "guess number " + std::to_string(i), at("198.51.100.7")));
    const auto statuses = at_once(console, guesses);
    REQUIRE(statuses.size() == guesses.size());
    CHECK(std::count(statuses.begin(), statuses.end(), 401U) == SignInLimits::of_login_here_max);
}

TEST_CASE("sign-in: no more than a few passwords are hashed at a time; the others hear that it is busy, and it is not counted")
{
    Console console;
    console.hire("yamada");
    std::vector<http::Request> everybody;
    for (int i = 0; i < 12; ++i) everybody.push_back(console.sign_in_request("yamada", good_password, at("198.51.100." + std::to_string(i))));
    const auto statuses = at_once(console, everybody);
    CHECK(std::count(statuses.begin(), statuses.end(), 200U) == SignInLimits::in_flight_max);
    CHECK(std::count(statuses.begin(), statuses.end(), 503U) == 12 - SignInLimits::in_flight_max);
    CHECK(console.try_sign_in("yamada", good_password, at("198.51.100.11")).status == 200);
}

TEST_CASE("sign-in: who guesses locks out himself, never the colleague who sits elsewhere")
{
    Console console;
    console.hire("yamada");
    for (std::size_t i = 0; i < SignInLimits::of_login_here_max; ++i) CHECK(console.try_sign_in("yamada", "wrong", at("198.51.100.7")).status == 401);
    CHECK(console.try_sign_in("yamada", good_password, at("198.51.100.7")).status == 429);
    CHECK(console.try_sign_in("yamada", good_password, at("203.0.113.1")).status == 200);
    console.clock.advance(5min + 1s);
    CHECK(console.try_sign_in("yamada", good_password, at("198.51.100.7")).status == 200);
}

TEST_CASE("sign-in: a login that does not exist is answered like one that does, to the last guess")
{
    Console console;
    console.hire("yamada");
    std::vector<Shown> known;
    std::vector<Shown> unknown;
    for (std::size_t i = 0; i < SignInLimits::of_login_here_max + 2; ++i) {
        known.push_back(console.try_sign_in("yamada", "wrong", at("198.51.100.7")));
        unknown.push_back(console.try_sign_in("nobody", "wrong", at("198.51.100.8")));
        CHECK(known.back().status == unknown.back().status);
        CHECK(known.back().body == unknown.back().body);
    }
    CHECK(known.back().status == 429);
}

TEST_CASE("sign-in: a wrong password writes nothing, so that time does not tell a known login")
{
    Console console;
    console.hire("yamada");
    const auto before = console.store.commits();
    CHECK(console.try_sign_in("yamada", "wrong").status == 401);
    CHECK(console.store.commits() == before);
}

TEST_CASE("sign-in: behind a proxy one guesser does not lock out the staff")
{
    Console console;
    console.hire("yamada");
    Browser guesser{.token = {}, .csrf = {}, .peer = "127.0.0.1", .forwarded = "198.51.100.7"};
    for (std::size_t i = 0; i < SignInLimits::of_address_max; ++i) CHECK(console.try_sign_in("login" + std::to_string(i), "wrong", guesser).status == 401);
    CHECK(console.try_sign_in("yamada", good_password, guesser).status == 429);
    Browser office{.token = {}, .csrf = {}, .peer = "127.0.0.1", .forwarded = "203.0.113.1"};
    CHECK(console.try_sign_in("yamada", good_password, office).status == 200);
}

TEST_CASE("sign-in: guesses from everywhere close the door to new addresses only")
{
    SignInLimits limits;
    const auto now = friday_eleven;
    {
        auto office = limits.begin("203.0.113.1", mirai, "yamada", now);
        REQUIRE(office.ok());
        office->succeeded();
    }
    for (std::size_t i = 0; i < SignInLimits::of_login_elsewhere_max; ++i)
        CHECK(limits.begin("198.51.100." + std::to_string(i), mirai, "yamada", now).ok());
    CHECK_FALSE(limits.begin("192.0.2.1", mirai, "yamada", now).ok());
    CHECK(limits.begin("203.0.113.1", mirai, "yamada", now).ok());
    CHECK(limits.begin("192.0.2.1", nozomi, "yamada", now).ok());
    CHECK(limits.begin("192.0.2.1", mirai, "yamada", now + SignInLimits::window + 1s).ok());
}

TEST_CASE("sign-in: a flood of addresses does not clear what was counted of the newest")
{
    SignInLimits limits;
    auto now = friday_eleven;
    const auto guess = [&](const std::string& address, const std::string& login) { return limits.begin(address, mirai, login, now).ok(); };
    for (int i = 0; i < 11'000; ++i) {
        now += 1ms;
        guess("address " + std::to_string(i), "login " + std::to_string(i));
    }
    for (std::size_t i = 0; i < SignInLimits::of_login_here_max; ++i) CHECK(guess("198.51.100.7", "yamada"));
    for (int i = 0; i < 1'000; ++i) {
        now += 1ms;
        guess("another " + std::to_string(i), "another " + std::to_string(i));
    }
    CHECK_FALSE(guess("198.51.100.7", "yamada"));
}

TEST_CASE("sign-in: an attempt that a stopped program leaves behind may end after the limits")
{
    std::optional<SignInLimits> limits(std::in_place);
    auto attempt = limits->begin("203.0.113.1", mirai, "yamada", friday_eleven);
    REQUIRE(attempt.ok());
    limits.reset();
    attempt->give_back();
}

TEST_CASE("sign-in: mail does not wait behind passwords")
{
    ops::Runtime runtime(1);
    std::promise<void> end;
    const auto ended = end.get_future().share();
    for (std::size_t i = 0; i < SignInLimits::in_flight_max; ++i) net::post(runtime.passwords(), [ended] { ended.wait(); });
    std::promise<void> sent;
    net::post(runtime.pool(), [&sent] { sent.set_value(); });
    CHECK(sent.get_future().wait_for(10s) == std::future_status::ready);
    end.set_value();
}
