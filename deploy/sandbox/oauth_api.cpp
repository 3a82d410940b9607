// Channel access tokens: stateless, v2.1 and short-lived (facts.md 106-108).
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/platform.h"

#include <map>

namespace tsunagi::sandbox {
namespace {

constexpr std::int64_t stateless_s = 15 * 60 - 1;
constexpr std::int64_t thirty_days_s = 30LL * 24 * 60 * 60;
constexpr std::int64_t assertion_life_max_s = 30 * 60;
constexpr std::size_t tokens_of_a_channel_max = 30;
constexpr const char* assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

Answer refuse_oauth(unsigned status, const std::string& error, const std::string& description)
{
    Answer answer;
    answer.status = status;
    answer.body["error"] = error;
    answer.body["error_description"] = description;
    return answer;
}

int hex_value(char letter)
{
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

std::string form_decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::map<std::string, std::string> form(const std::string& body)
{
    std::map<std::string, std::string> fields;
    std::string_view rest = body;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos)
            fields.emplace(form_decoded(pair.substr(0, equals)), form_decoded(pair.substr(equals + 1)));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return fields;
}

/// A part of a JWT. Discarded when it is no base64url of JSON.
json jwt_part(std::string text)
{
    for (char& letter : text) letter = letter == '-' ? '+' : letter == '_' ? '/' : letter;
    text.append((4 - text.size() % 4) % 4, '=');
    return json::parse(from_base64(text).value_or(""), nullptr, false);
}

struct Assertion {
    std::string channel_id{};  ///< empty: `problem` says why
    std::string problem{};
    std::int64_t token_life_s = 0;
};

/// Reads a JWT assertion and checks its claims. The signature is not checked: the sandbox holds no public keys.
Assertion read_assertion(World& world, const std::string& jwt)
{
    const auto dot = jwt.find('.'), second = dot == std::string::npos ? dot : jwt.find('.', dot + 1);
    if (second == std::string::npos) return {.problem = "Invalid assertion"};
    const json head = jwt_part(jwt.substr(0, dot)), claims = jwt_part(jwt.substr(dot + 1, second - dot - 1));
    if (!head.is_object() || !claims.is_object() || second + 1 == jwt.size()) return {.problem = "Invalid assertion"};
    if (text_of(head, "alg") != "RS256" || text_of(head, "kid").empty()) return {.problem = "Invalid kid or alg"};
    const std::string issuer = text_of(claims, "iss");
    if (issuer != text_of(claims, "sub") || world.channel(issuer) == nullptr || issuer.empty())
        return {.problem = "iss and clientId of key do not match"};
    if (text_of(claims, "aud") != "https://api.line.me/") return {.problem = "Invalid aud"};
    const std::int64_t now_s = now_ms() / 1'000, expires_s = number_of(claims, "exp");
    if (expires_s <= now_s || expires_s > now_s + assertion_life_max_s) return {.problem = "Invalid exp"};
    return {.channel_id = issuer, .token_life_s = number_of(claims, "token_exp")};
}

Answer issue(World& world, const std::string& channel_id, std::int64_t life_s, bool with_key_id)
{
    const std::string token = random_token(96), key_id = with_key_id ? random_token(16) : std::string{};
    world.access_tokens().add(token, channel_id, now_ms() + life_s * 1'000, key_id);
    Answer answer;
    answer.body["token_type"] = "Bearer";
    answer.body["access_token"] = token;
    answer.body["expires_in"] = life_s;
    if (with_key_id) answer.body["key_id"] = key_id;
    return answer;
}

/// The channel whose id and secret stand in the form, or nothing.
Channel* channel_of(World& world, std::map<std::string, std::string>& fields)
{
    Channel* channel = fields["client_id"].empty() ? nullptr : world.channel(fields["client_id"]);
    if (channel == nullptr || !equal_secrets(channel->secret, fields["client_secret"])) return nullptr;
    return channel;
}

Answer stateless(World& world, Call& call)
{
    auto fields = form(call.request.body);
    if (fields["grant_type"] != "client_credentials")
        return refuse_oauth(400, "unsupported_grant_type", "grant_type must be client_credentials");
    if (fields.contains("client_assertion")) {
        const Assertion assertion = read_assertion(world, fields["client_assertion"]);
        if (fields["client_assertion_type"] != assertion_type)
            return refuse_oauth(400, "invalid_request", "Invalid client_assertion_type");
        if (assertion.channel_id.empty()) return refuse_oauth(400, "invalid_client", assertion.problem);
        return issue(world, assertion.channel_id, stateless_s, false);
    }
    const Channel* channel = channel_of(world, fields);
    if (channel == nullptr) return refuse_oauth(400, "invalid_client", "invalid client_id or client_secret");
    return issue(world, channel->id, stateless_s, false);
}

Answer by_assertion(World& world, Call& call)
{
    auto fields = form(call.request.body);
    if (fields["grant_type"] != "client_credentials" || fields["client_assertion_type"] != assertion_type)
        return refuse_oauth(400, "invalid_request", "Invalid grant_type or client_assertion_type");
    const Assertion assertion = read_assertion(world, fields["client_assertion"]);
    if (assertion.channel_id.empty()) return refuse_oauth(400, "invalid_client", assertion.problem);
    if (assertion.token_life_s < 1 || assertion.token_life_s > thirty_days_s)
        return refuse_oauth(400, "invalid_client", "Invalid token_exp");
    if (world.access_tokens().key_ids(assertion.channel_id, now_ms()).size() >= tokens_of_a_channel_max)
        return refuse_oauth(400, "invalid_request", "The maximum number of access tokens has already been issued");
    return issue(world, assertion.channel_id, assertion.token_life_s, true);
}

Answer short_lived(World& world, Call& call)
{
    auto fields = form(call.request.body);
    const Channel* channel = channel_of(world, fields);
    if (fields["grant_type"] != "client_credentials" || channel == nullptr)
        return refuse_oauth(400, "invalid_client", "invalid client_id or client_secret");
    return issue(world, channel->id, thirty_days_s, false);
}

Answer verified(World& world, const std::string& token)
{
    const std::string channel_id = world.access_tokens().channel_of(token, now_ms());
    if (channel_id.empty()) return refuse_oauth(400, "invalid_request", "access token expired");
    Answer answer;
    answer.body["client_id"] = channel_id;
    answer.body["expires_in"] = world.access_tokens().seconds_left(token, now_ms());
    answer.body["scope"] = "profile chat_message.write";
    return answer;
}

Answer verify_by_query(World& world, Call& call) { return verified(world, call.query("access_token")); }

Answer verify_by_form(World& world, Call& call)
{
    auto fields = form(call.request.body);
    return verified(world, fields["access_token"]);
}

Answer revoke(World& world, Call& call)
{
    auto fields = form(call.request.body);
    world.access_tokens().revoke(fields["access_token"]);
    return Answer{};
}

Answer key_ids(World& world, Call& call)
{
    const Assertion assertion = read_assertion(world, call.query("client_assertion"));
    if (assertion.channel_id.empty()) return refuse_oauth(400, "invalid_client", assertion.problem);
    Answer answer;
    answer.body["kids"] = world.access_tokens().key_ids(assertion.channel_id, now_ms());
    return answer;
}

}  // namespace

const std::vector<Endpoint> oauth_endpoints{
    {http::Method::post, "/oauth2/v3/token", stateless, Wants::no_token},
    {http::Method::post, "/oauth2/v2.1/token", by_assertion, Wants::no_token},
    {http::Method::get, "/oauth2/v2.1/verify", verify_by_query, Wants::no_token},
    {http::Method::get, "/oauth2/v2.1/tokens/kid", key_ids, Wants::no_token},
    {http::Method::post, "/oauth2/v2.1/revoke", revoke, Wants::no_token},
    {http::Method::post, "/v2/oauth/accessToken", short_lived, Wants::no_token},
    {http::Method::post, "/v2/oauth/verify", verify_by_form, Wants::no_token},
    {http::Method::post, "/v2/oauth/revoke", revoke, Wants::no_token},
};

}  // namespace tsunagi::sandbox
