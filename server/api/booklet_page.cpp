#include "server/api/booklet_page.h"

#include "server/api/answers.h"
#include "server/ops/booklet.h"

#include <algorithm>

namespace tsunagi::api {
namespace {

std::string query_of(const Call& call, const char* name)
{
    const auto found = call.request.query.find(name);
    return found == call.request.query.end() ? std::string{} : found->second;
}

}  // namespace

http::Response booklet_page(const Call& call, desk::Clock& clock)
{
    const auto& playbook = call.words.playbook();
    const auto kind = query_of(call, "kind");
    auto language = query_of(call, "language");
    if (language.empty() && !playbook.languages.empty()) language = playbook.languages.front();
    const bool spoken = std::ranges::find(playbook.languages, language) != playbook.languages.end();
    if (!spoken || (!kind.empty() && kind != "booklet" && kind != "windows"))
        return refuse(call.words, 422, "invalid_request");
    if (!playbook.support) return refuse(call.words, 503, "unavailable");

    const auto today = std::chrono::floor<std::chrono::days>(clock.now() + japan_offset);
    const auto printed = kind == "windows" ? ops::BookletKind::windows : ops::BookletKind::booklet;
    http::Response response;
    response.body = ops::booklet_html(playbook, language, printed, today);
    response.fields = {
        {"Content-Type", "text/html; charset=utf-8"},
        // A page of texts: its own style sheet and nothing else, from nowhere, in no frame.
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cache-Control", "no-store"}};
    return response;
}

}  // namespace tsunagi::api
