// What goes to LINE over the network, and how often: a real client, and both of LINE's hosts in the test's hand.
#include "server/line/caller.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/http/raw.h"
#include "tests/unit/http/running_server.h"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <future>
#include <optional>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using http::test::patience;
using http::test::Raw;
using http::test::RawListener;
using line::Call;
using Answer = Result<http::Response, http::ClientFailure>;

namespace {

/// Gives out what the test says, in order; the last one stays. Remembers which were refused.
struct HandedTokens final : line::Tokens {
    std::deque<std::string> next{"first"};
    bool another_may_help = true;
    std::vector<std::string> refused_ones;
    net::awaitable<std::string> token(std::string) override
    {
        std::string token = next.front();
        if (next.size() > 1) next.pop_front();
        co_return token;
    }
    bool refused(const std::string&, const std::string& token) override
    {
        refused_ones.push_back(token);
        return another_may_help;
    }
};

struct Scene {
    explicit Scene(std::chrono::milliseconds answer_within = patience) : options(within(answer_within)) {}
    static http::ClientOptions within(std::chrono::milliseconds read)
    {
        http::ClientOptions options;
        options.deadlines.read = read;
        return options;
    }
    static std::string at(const RawListener& listener) { return "http://127.0.0.1:" + std::to_string(listener.port()); }

    std::future<Answer> begin(Call call)
    {
        auto outcome = std::make_shared<std::promise<Answer>>();
        auto future = outcome->get_future();
        net::co_spawn(threads[0], run(&caller, std::move(call), std::move(outcome)), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        return future;
    }
    static net::awaitable<void> run(line::HttpCaller* caller, Call call, std::shared_ptr<std::promise<Answer>> outcome)
    {
        auto work = caller->call(std::move(call));
        auto answer = co_await std::move(work);
        outcome->set_value(std::move(answer));
    }

    const http::ClientOptions options;
    FixedClock clock{from_unix_ms(1'795'140'000'000)};
    HandedTokens tokens;
    RawListener api_host;
    RawListener data_host;
    http::test::Threads threads{1};
    http::Client api{threads[0].get_executor(), at(api_host), options};
    http::Client data{threads[0].get_executor(), at(data_host), options};
    line::Pace pace{clock};
    line::HttpCaller caller{api, data, tokens, pace};
};

Call push()
{
    return {.channel = "mirai/line-main", .path = "/v2/bot/message/push", .body = R"({"to":"U1"})", .retry_key = "key-1"};
}

/// The head of the next request; its body has come as well.
std::string asked(Raw& line, std::string_view body = R"({"to":"U1"})")
{
    const auto head = line.receive_until("\r\n\r\n");
    CHECK(line.receive_until(body) == body);
    return head;
}

bool holds(const std::string& head, std::string_view field) { return head.find("\r\n" + std::string(field) + "\r\n") != std::string::npos; }

void answer(Raw& line, std::string_view status, std::string_view body = "{}")
{
    line.send("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

Answer outcome(std::future<Answer>& future)
{
    REQUIRE(future.wait_for(patience) == std::future_status::ready);
    return future.get();
}

unsigned status_of(std::future<Answer>& future)
{
    const auto answered = outcome(future);
    REQUIRE(answered.ok());
    return answered->status;
}

}  // namespace

TEST_CASE("caller: a push carries the channel's token, its kind of body and the key under which it may be asked twice")
{
    Scene scene;
    auto pushed = scene.begin(push());
    auto line = scene.api_host.accept();
    const auto head = asked(line);
    CHECK(head.starts_with("POST /v2/bot/message/push HTTP/1.1\r\n"));
    CHECK(holds(head, "Authorization: Bearer first"));
    CHECK(holds(head, "Content-Type: application/json"));
    CHECK(holds(head, "X-Line-Retry-Key: key-1"));
    answer(line, "200 OK");
    CHECK(status_of(pushed) == 200);
}

TEST_CASE("caller: what has no body names no kind, and only a push has a key; a picture goes as what it is")
{
    Scene scene;
    auto linked = scene.begin({.channel = "c", .path = "/v2/bot/user/U1/richmenu/richmenu-1"});
    auto line = scene.api_host.accept();
    const auto head = line.receive_until("\r\n\r\n");
    CHECK(holds(head, "Content-Length: 0"));  // LINE would say 411
    CHECK(head.find("Content-Type") == std::string::npos);
    CHECK(head.find("X-Line-Retry-Key") == std::string::npos);
    answer(line, "200 OK");
    CHECK(status_of(linked) == 200);

    auto unlinked = scene.begin({.channel = "c", .method = http::Method::delete_, .path = "/v2/bot/user/U1/richmenu"});
    const auto removal = line.receive_until("\r\n\r\n");
    CHECK(removal.starts_with("DELETE /v2/bot/user/U1/richmenu HTTP/1.1\r\n"));
    CHECK(removal.find("Content-Length") == std::string::npos);
    answer(line, "200 OK");
    CHECK(status_of(unlinked) == 200);

    auto drawn = scene.begin({.channel = "c", .host = line::Host::data, .path = "/v2/bot/richmenu/richmenu-1/content", .body = "bytes", .media_type = "image/png"});
    auto data = scene.data_host.accept();
    CHECK(holds(asked(data, "bytes"), "Content-Type: image/png"));
    answer(data, "200 OK");
    CHECK(status_of(drawn) == 200);
}

TEST_CASE("caller: what she sent is asked for at the host of data, and is too large beyond our limit")
{
    Scene scene;
    const Call content{.channel = "c", .host = line::Host::data, .method = http::Method::get, .path = "/v2/bot/message/1/content"};
    auto fetched = scene.begin(content);
    auto data = scene.data_host.accept();
    CHECK(data.receive_until("\r\n\r\n").starts_with("GET /v2/bot/message/1/content HTTP/1.1\r\n"));
    answer(data, "200 OK", "a picture");
    CHECK(outcome(fetched)->body == "a picture");
    fetched = scene.begin(content);
    data.receive_until("\r\n\r\n");
    data.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    CHECK(outcome(fetched).error() == http::ClientFailure::too_large);
}

TEST_CASE("caller: a token that LINE refuses is replaced, and the same words go once more under the same key")
{
    Scene scene;
    scene.tokens.next = {"first", "second"};
    auto pushed = scene.begin(push());
    auto line = scene.api_host.accept();
    CHECK(holds(asked(line), "Authorization: Bearer first"));
    answer(line, "401 Unauthorized");
    const auto again = asked(line);
    CHECK(holds(again, "Authorization: Bearer second"));
    CHECK(holds(again, "X-Line-Retry-Key: key-1"));
    SUBCASE("which LINE takes")
    {
        answer(line, "200 OK");
        CHECK(status_of(pushed) == 200);
    }
    SUBCASE("and no third time")
    {
        answer(line, "401 Unauthorized");
        CHECK(status_of(pushed) == 401);
    }
    CHECK(scene.tokens.refused_ones == std::vector<std::string>{"first"});
}

TEST_CASE("caller: a refused token that nothing replaces is LINE's last word")
{
    Scene scene;
    SUBCASE("there never is another") { scene.tokens.another_may_help = false, scene.tokens.next = {"first", "second"}; }
    SUBCASE("there is none just now") { scene.tokens.next = {"first", ""}; }
    SUBCASE("it is the same one") {}
    auto pushed = scene.begin(push());
    auto line = scene.api_host.accept();
    asked(line);
    answer(line, "401 Unauthorized");
    CHECK(status_of(pushed) == 401);
}

TEST_CASE("caller: a channel that has no token asks LINE nothing")
{
    Scene scene;
    scene.tokens.next = {""};
    auto pushed = scene.begin(push());
    CHECK(status_of(pushed) == 401);
    CHECK(scene.tokens.refused_ones.empty());
}

TEST_CASE("caller: LINE takes the words and never answers: given up at the deadline, not said twice, and nobody claims to know")
{
    Scene scene(200ms);
    auto pushed = scene.begin(push());
    auto line = scene.api_host.accept();
    asked(line);
    CHECK(outcome(pushed).error() == http::ClientFailure::ambiguous);
    CHECK(line.receive_all().empty());
}

TEST_CASE("caller: when LINE says that its rate is exceeded that endpoint rests, and no other does")
{
    Scene scene;
    const auto begun = scene.clock.now();
    auto waited_for = [&scene, begun, line = std::optional<Raw>()](const std::string& path, std::string_view status, std::string_view said) mutable {
        auto call = push();
        call.path = path;
        auto sent = scene.begin(std::move(call));
        if (!line) line.emplace(scene.api_host.accept());
        asked(*line);
        answer(*line, status, said);
        CHECK(outcome(sent).ok());
        return scene.clock.now() - begun;
    };
    const std::string pushing = "/v2/bot/message/push";
    CHECK(waited_for(pushing, "429 Too Many Requests", R"({"message":"You have reached your monthly limit."})") == 0s);
    CHECK(waited_for(pushing, "200 OK", R"({"message":"API rate limit"})") == 0s);
    CHECK(waited_for(pushing, "429 Too Many Requests", R"({"message":"The API rate limit has been exceeded. Try again later."})") == 0s);
    CHECK(waited_for("/v2/bot/message/reply", "200 OK", "{}") == 0s);
    CHECK(waited_for(pushing, "200 OK", "{}") >= 1s);
}

TEST_CASE("caller: more than LINE takes wait for their turn, and what is in bulk leaves room for an answer")
{
    Scene scene;
    const auto begun = scene.clock.now();
    auto waited_for = [&scene, begun, line = std::optional<Raw>()](line::Urgency urgency) mutable {
        auto call = push();
        call.path = "/v2/bot/message/multicast";
        call.urgency = urgency;
        auto sent = scene.begin(std::move(call));
        if (!line) line.emplace(scene.api_host.accept());
        asked(*line);
        answer(*line, "200 OK");
        CHECK(status_of(sent) == 200);
        return scene.clock.now() - begun;
    };
    for (int i = 0; i < 80; ++i) CHECK(waited_for(line::Urgency::bulk) == 0s);
    CHECK(waited_for(line::Urgency::prompt) == 0s);
    CHECK(waited_for(line::Urgency::bulk) > 0s);
}
