// The web chat's live line: who opens one says whose it is, or is shown out.
#include "server/webchat/web_chat.h"
#include "tests/support/memory_line.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("live: who opens a line and never says whose it is is shown out")
{
    DeskFixture fixture;
    fixture.config.desks.front().web_chat.enabled = true;
    webchat::WebChat chat(fixture.desks, fixture.config.server, Milliseconds{5});
    const auto routes = chat.routes();
    const auto live = std::find_if(routes.begin(), routes.end(), [](const http::Route& route) { return route.live != nullptr; });
    REQUIRE(live != routes.end());
    http::Request request;
    request.captures["desk"] = mirai.text;
    const auto line = std::make_shared<MemoryLine>(fixture.context);
    run_on(fixture.context, live->live(request, line));
    CHECK(line->code.has_value());
    REQUIRE(line->heard.size() == 1);
    CHECK(line->heard.front()["kind"] == "over");
}
