#include "server/line/caller.h"

namespace tsunagi::line {
namespace {

/// What the request is answered with when the channel has no token just now: as LINE itself would.
http::Response no_token() { return {401, {}, {}}; }

http::ClientRequest request_of(const Call& call, const std::string& token)
{
    http::ClientRequest request;
    request.method = call.method;
    request.path = call.path;
    request.body = call.body;
    request.fields.emplace_back("Authorization", "Bearer " + token);
    if (!call.body.empty()) request.fields.emplace_back("Content-Type", "application/json");
    if (!call.retry_key.empty()) request.fields.emplace_back("X-Line-Retry-Key", call.retry_key);
    return request;
}

}  // namespace

net::awaitable<Result<http::Response, http::ClientFailure>> HttpCaller::call(Call call)
{
    http::Client& client = call.host == Host::data ? data_ : api_;
    std::string token = co_await tokens_.token(call.channel);
    if (token.empty()) co_return no_token();
    auto first_request = request_of(call, token);
    auto first = co_await client.send(std::move(first_request));
    if (!first.ok() || first->status != 401) co_return first;

    const bool may_help = tokens_.refused(call.channel, token);
    if (!may_help) co_return first;
    std::string fresh = co_await tokens_.token(call.channel);
    if (fresh.empty() || fresh == token) co_return first;
    auto second_request = request_of(call, fresh);
    co_return co_await client.send(std::move(second_request));
}

}  // namespace tsunagi::line
