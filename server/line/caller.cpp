#include "server/line/caller.h"

namespace tsunagi::line {
namespace {

/// What the request is answered with when the channel has no token just now: as LINE itself would.
http::Response no_token() { return {401, {}, {}}; }

/// Of the four kinds of 429 the one that the whole endpoint must heed (facts.md 53, 54).
bool is_rate_limit(const http::Response& answer)
{
    return answer.status == 429 && answer.body.find("API rate limit") != std::string::npos;
}

http::ClientRequest request_of(const Call& call, const std::string& token)
{
    http::ClientRequest request;
    request.method = call.method;
    request.path = call.path;
    request.body = call.body;
    request.fields.emplace_back("Authorization", "Bearer " + token);
    if (!call.body.empty()) request.fields.emplace_back("Content-Type", call.media_type);
    if (!call.retry_key.empty()) request.fields.emplace_back("X-Line-Retry-Key", call.retry_key);
    return request;
}

}  // namespace

net::awaitable<Result<http::Response, http::ClientFailure>> HttpCaller::call(Call call)
{
    std::string token = co_await tokens_.token(call.channel);
    if (token.empty()) co_return no_token();
    auto first = co_await send(call, token);
    if (!first.ok() || first->status != 401) co_return first;

    const bool may_help = tokens_.refused(call.channel, token);
    if (!may_help) co_return first;
    std::string fresh = co_await tokens_.token(call.channel);
    if (fresh.empty() || fresh == token) co_return first;
    co_return co_await send(call, std::move(fresh));
}

net::awaitable<Result<http::Response, http::ClientFailure>> HttpCaller::send(const Call& call, std::string token)
{
    co_await pace_.take(call.channel, call.path, call.urgency);
    auto request = request_of(call, token);
    http::Client& client = call.host == Host::data ? data_ : api_;
    auto answer = co_await client.send(std::move(request));
    if (answer.ok() && is_rate_limit(answer.value())) pace_.refused(call.channel, call.path);
    co_return answer;
}

}  // namespace tsunagi::line
