#include "server/line/account_check.h"
#include "server/line/issued_tokens.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/run.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <deque>
#include <utility>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using line::TokenKind;

namespace {

const TimePoint noon = from_unix_ms(1'795'140'000'000);
EVP_PKEY* rsa_key()
{
    static EVP_PKEY* const key = EVP_RSA_gen(2048);  // lives as long as the tests
    return key;
}
std::string rsa_pem()
{
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, rsa_key(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return pem;
}
std::string decoded(std::string text)
{
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    const std::size_t padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

/// LINE's token endpoint: each token it gives is named by its number.
struct TokenOffice {
    FixedClock clock{noon};
    net::io_context context;
    std::vector<http::ClientRequest> asked;
    unsigned status = 200;
    int life_s = 900;
    bool hangs = false;  ///< until `gate` is cancelled
    net::steady_timer gate{context, net::steady_timer::time_point::max()};
    line::IssuedTokens tokens{{{"mirai/secret", {TokenKind::stateless, "", "the secret", {"1657", "", ""}}},
                               {"mirai/fixed", {TokenKind::long_lived, "as in config", "", {}}},
                               {"mirai/broken", {TokenKind::jwt, "", "", {"1657", "kid", "no key"}}}},
                              [this](http::ClientRequest request) { return answer(std::move(request)); }, clock};

    net::awaitable<Result<http::Response, http::ClientFailure>> answer(http::ClientRequest request)
    {
        asked.push_back(std::move(request));
        const int number = static_cast<int>(asked.size());
        const auto executor = co_await net::this_coro::executor;
        auto token = net::use_awaitable;
        co_await net::post(executor, token);
        if (std::exchange(hangs, false)) {
            boost::system::error_code opened;
            auto until_opened = net::redirect_error(net::use_awaitable, opened);
            co_await gate.async_wait(until_opened);
        }
        nlohmann::json body;
        body["access_token"] = "token-" + std::to_string(number);
        body["expires_in"] = life_s;
        co_return http::Response{status, {}, body.dump()};
    }
    std::string token(const std::string& channel = "mirai/secret") { return run_on(context, tokens.token(channel)); }
};

}  // namespace

TEST_CASE("token: kept until a third of its life is left, then renewed")
{
    TokenOffice office;
    CHECK(office.token() == "token-1");
    office.clock.advance(599s);
    CHECK(office.token() == "token-1");
    office.clock.advance(2s);
    CHECK(office.token() == "token-1");  // the old one serves; nobody waits for the new one
    CHECK(office.asked.size() == 2);
    CHECK(office.token() == "token-2");
    CHECK(office.asked.size() == 2);
    CHECK(office.tokens.busy() == 0);
    CHECK(office.asked[0].path == "/oauth2/v3/token");
    CHECK(office.asked[0].body == "grant_type=client_credentials&client_id=1657&client_secret=the%20secret");
}

TEST_CASE("token: a hundred callers at once ask LINE once")
{
    TokenOffice office;
    int answered = 0;
    for (int i = 0; i < 100; ++i) {
        auto ended = [&answered](std::exception_ptr failure, std::string token) {
            CHECK_FALSE(failure);
            CHECK(token == "token-1");
            ++answered;
        };
        net::co_spawn(office.context, office.tokens.token("mirai/secret"), std::move(ended));
    }
    office.context.run();
    CHECK(answered == 100);
    CHECK(office.asked.size() == 1);
}

TEST_CASE("token: while LINE's token endpoint hangs, nobody waits for it as long as the old one serves")
{
    TokenOffice office;
    CHECK(office.token() == "token-1");
    office.clock.advance(700s);
    office.hangs = true;
    for (int i = 0; i < 3; ++i) {
        std::string given;
        auto ended = [&given](std::exception_ptr, std::string token) { given = std::move(token); };
        net::co_spawn(office.context, office.tokens.token("mirai/secret"), std::move(ended));
        office.context.restart();
        office.context.poll();
        CHECK(given == "token-1");
    }
    CHECK(office.asked.size() == 2);
    CHECK(office.tokens.busy() > 0);
    office.gate.cancel();
    office.context.restart();
    office.context.poll();
    CHECK(office.tokens.busy() == 0);
    CHECK(office.token() == "token-2");
}

TEST_CASE("token: LINE gives none: the old one serves to its end, and LINE is not asked in a storm")
{
    TokenOffice office;
    CHECK(office.token() == "token-1");
    office.status = 500;
    office.clock.advance(700s);
    CHECK(office.token() == "token-1");
    CHECK(office.token() == "token-1");
    CHECK(office.asked.size() == 2);
    office.clock.advance(300s);
    CHECK(office.token().empty());
    office.status = 200;
    office.clock.advance(6s);
    CHECK(office.token() == "token-4");
}

TEST_CASE("token: what LINE refused is not given out again; another's refusal does not throw a fresh one away")
{
    TokenOffice office;
    CHECK(office.token() == "token-1");
    CHECK(office.tokens.refused("mirai/secret", "token-1"));
    CHECK(office.token() == "token-2");
    CHECK(office.tokens.refused("mirai/secret", "token-1"));  // a request that was on its way since before
    CHECK(office.token() == "token-2");
    CHECK(office.token("mirai/fixed") == "as in config");
    CHECK_FALSE(office.tokens.refused("mirai/fixed", "as in config"));
    CHECK(office.token("mirai/unknown").empty());
}

TEST_CASE("token: when LINE refuses what it gave in place of a refused one, it is not asked for token after token")
{
    TokenOffice office;
    for (int request = 0; request < 10; ++request) {
        const auto token = office.token();
        if (!token.empty()) CHECK(office.tokens.refused("mirai/secret", token));
    }
    CHECK(office.asked.size() == 2);
    office.clock.advance(61s);
    CHECK(office.token() == "token-3");
    office.clock.advance(500s);  // what served for a while and is refused then is replaced at once
    CHECK(office.tokens.refused("mirai/secret", "token-3"));
    CHECK(office.token() == "token-4");
}

TEST_CASE("token: one refusal of old does not make the refusal of a token that merely took an old one's place a lasting one")
{
    TokenOffice office;
    CHECK(office.tokens.refused("mirai/secret", office.token()));
    CHECK(office.token() == "token-2");
    office.clock.advance(700s);
    CHECK(office.token() == "token-2");
    CHECK(office.token() == "token-3");
    CHECK(office.tokens.refused("mirai/secret", "token-3"));
    CHECK(office.token() == "token-4");
}

TEST_CASE("token: a key that cannot be read asks LINE for nothing")
{
    TokenOffice office;
    CHECK(office.token("mirai/broken").empty());
    CHECK(office.asked.empty());
}

TEST_CASE("assertion: header, claims and an RS256 signature that the public key confirms")
{
    const std::string jwt = line::make_assertion({"1657", "kid-1", rsa_pem()}, noon, true);
    const auto first = jwt.find('.'), second = jwt.rfind('.');
    REQUIRE(first != second);
    const auto header = nlohmann::json::parse(decoded(jwt.substr(0, first)));
    const auto claims = nlohmann::json::parse(decoded(jwt.substr(first + 1, second - first - 1)));
    CHECK(header["alg"] == "RS256");
    CHECK(header["kid"] == "kid-1");
    CHECK(claims["iss"] == "1657");
    CHECK(claims["sub"] == "1657");
    CHECK(claims["aud"] == "https://api.line.me/");
    CHECK(claims["exp"] == to_unix_ms(noon) / 1000 + 600);
    CHECK(claims["token_exp"] == 86'400);
    const std::string signature = decoded(jwt.substr(second + 1));
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    REQUIRE(EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, rsa_key()) == 1);
    CHECK(EVP_DigestVerify(digest, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                           reinterpret_cast<const unsigned char*>(jwt.data()), second) == 1);
    EVP_MD_CTX_free(digest);
    CHECK(line::make_assertion({"1657", "kid-1", "-----BEGIN NONSENSE-----"}, noon, true).empty());
}

TEST_CASE("token request: a stateless token by assertion carries no secret, a v2.1 token its life")
{
    const auto stateless = line::token_request({TokenKind::stateless, "", "secret", {"1657", "k", rsa_pem()}}, noon);
    REQUIRE(stateless);
    CHECK(stateless->path == "/oauth2/v3/token");
    CHECK(stateless->body.find("secret") == std::string::npos);
    CHECK(stateless->body.find("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer") != std::string::npos);
    const auto v2_1 = line::token_request({TokenKind::jwt, "", "", {"1657", "k", rsa_pem()}}, noon);
    REQUIRE(v2_1);
    CHECK(v2_1->path == "/oauth2/v2.1/token");
}

TEST_CASE("account check: what LINE says of the account, and what an operator is told")
{
    using Answer = Result<http::Response, http::ClientFailure>;
    const auto judged = [](Answer answer) { return line::judge_account(answer, "Ubot"); };
    const auto says = [](const char* body) { return Answer(http::Response{200, {}, body}); };
    CHECK(judged(says(R"({"userId":"Ubot","chatMode":"chat","markAsReadMode":"manual"})")).empty());
    CHECK(judged(says(R"({"userId":"Uother","chatMode":"chat"})")) == std::vector{line::Finding::other_account});
    CHECK(judged(says(R"({"userId":"Ubot","chatMode":"bot"})")) == std::vector{line::Finding::chat_off});
    CHECK(judged(says("<html>")) == std::vector{line::Finding::no_answer});
    CHECK(judged(http::Response{401, {}, {}}) == std::vector{line::Finding::token_refused});
    CHECK(judged(http::Response{503, {}, {}}) == std::vector{line::Finding::no_answer});
    CHECK(judged(http::Response{429, {}, {}}) == std::vector{line::Finding::no_answer});
    CHECK(judged(http::ClientFailure::not_sent) == std::vector{line::Finding::no_answer});
    for (const auto finding : {line::Finding::no_answer, line::Finding::token_refused, line::Finding::other_account, line::Finding::chat_off})
        CHECK(line::in_words(finding, "line-main").find("line-main") != std::string::npos);
}
